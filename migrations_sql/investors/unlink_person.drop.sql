DROP FUNCTION app.unlink_person(uuid, uuid);
