DROP FUNCTION app.is_line(text);
