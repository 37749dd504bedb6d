DROP FUNCTION app.ask_password_reset(text, text, boolean);
