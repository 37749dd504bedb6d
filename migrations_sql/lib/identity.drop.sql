DROP FUNCTION app.may_run_jobs(), app.system_profile(), app.is_staff(), app.role(), app.uid();
DROP FUNCTION app.as_internal(regprocedure);
DROP FUNCTION app.as_definer(regprocedure, text[]);
