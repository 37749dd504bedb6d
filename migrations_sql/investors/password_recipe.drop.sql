DROP FUNCTION app.password_recipe(text, text);
