DROP FUNCTION app.make_append_only(regclass), app.refuse_truncate(regclass), app.refuse_change();
