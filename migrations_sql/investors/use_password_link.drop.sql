DROP FUNCTION app.use_password_link(text, text);
