DROP FUNCTION app.draft_deals(), app.visible_fee_plans();
