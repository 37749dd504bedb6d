DROP FUNCTION app.approval_complete(text, uuid);
