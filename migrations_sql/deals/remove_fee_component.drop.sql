DROP FUNCTION app.remove_fee_component(uuid, uuid);
