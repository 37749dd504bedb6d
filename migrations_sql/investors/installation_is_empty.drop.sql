DROP FUNCTION app.installation_is_empty();
