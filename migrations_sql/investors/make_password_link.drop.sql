DROP FUNCTION app.make_password_link(uuid, text);
