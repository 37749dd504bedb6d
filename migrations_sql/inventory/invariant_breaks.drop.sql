DROP FUNCTION app.invariant_breaks();
