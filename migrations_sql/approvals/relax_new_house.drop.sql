DROP FUNCTION app.relax_new_house();
