DROP FUNCTION app.approval_complete(text, uuid);
DROP FUNCTION app.subject_hash(text, uuid, text);
