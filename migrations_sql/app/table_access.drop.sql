DROP FUNCTION app.keep_columns(), app.reset_table(regclass);
