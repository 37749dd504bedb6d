DROP FUNCTION app.invariant_breaks(), app.commitment_breaks();
