DROP FUNCTION public.fn_commit_units(uuid, uuid, numeric, numeric, numeric, uuid, uuid), app.units_for(numeric, numeric, numeric);
