DROP FUNCTION app.login_lookup(text);
