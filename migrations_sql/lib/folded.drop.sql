DROP FUNCTION app.folded(text);
