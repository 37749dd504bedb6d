DROP FUNCTION app.commitment_hash(uuid, text);
