DROP FUNCTION app.who_acts(uuid, uuid);
