DROP FUNCTION app.keep_columns(), app.reset_table(regclass), app.grant_update(regclass);
