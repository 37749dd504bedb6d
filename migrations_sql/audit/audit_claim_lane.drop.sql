DROP FUNCTION app.audit_claim_lane();
