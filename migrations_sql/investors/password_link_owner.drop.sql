DROP FUNCTION app.password_link_owner(text);
