DROP FUNCTION public.fn_commit_units(uuid, uuid, numeric, numeric, numeric, uuid, uuid, text), app.units_for(numeric, numeric, numeric);
