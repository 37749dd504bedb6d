DROP FUNCTION app.remove_member(uuid, uuid);
