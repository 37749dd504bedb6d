DROP FUNCTION app.audit_claim_anchoring();
