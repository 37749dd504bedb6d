DROP FUNCTION app.why_not_decide(uuid), app.approval_parties(text, uuid);
