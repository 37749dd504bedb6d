DROP FUNCTION app.lock_lot(uuid);
