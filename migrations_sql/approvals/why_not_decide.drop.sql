DROP FUNCTION app.why_not_decide(uuid);
