DROP FUNCTION app.sweep_and_take(uuid, uuid, numeric), app.take_lots(uuid, uuid, numeric),
              app.take_oldest_lot(uuid, uuid, numeric), app.take_only_lot(uuid, uuid, numeric);
