DROP FUNCTION app.staff_profiles();
