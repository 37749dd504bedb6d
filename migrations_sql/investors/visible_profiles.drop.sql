DROP FUNCTION app.visible_profiles(), app.active_uid();
