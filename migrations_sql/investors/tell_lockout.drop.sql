DROP FUNCTION app.tell_lockout(text);
