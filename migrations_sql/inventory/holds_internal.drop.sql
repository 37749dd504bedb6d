DROP FUNCTION app.may_reserve_for(uuid, uuid), app.free_units(uuid, timestamptz), app.give_back(uuid[]),
              app.end_holds(uuid[], text, text, uuid), app.release_holds(uuid[], text, text, uuid);
