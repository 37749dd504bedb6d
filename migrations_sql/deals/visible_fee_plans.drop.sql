DROP FUNCTION app.visible_fee_plans();
