DROP FUNCTION app.password_owner(text, text);
