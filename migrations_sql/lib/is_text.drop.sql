DROP FUNCTION app.is_text(text);
