DROP FUNCTION app.change_password(text, text);
