DROP FUNCTION app.commitment_facts(uuid), app.commitment_of_key(uuid, uuid, uuid, uuid, numeric, numeric, uuid),
              app.end_commitments(uuid[], text, text, uuid, text), app.lock_commitments(uuid[], uuid[]),
              app.lock_to_commit(uuid, uuid);
