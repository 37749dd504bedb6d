ALTER TABLE public.audit_log ALTER COLUMN ts SET DEFAULT clock_timestamp();
DROP FUNCTION app.audit_time(), app.audit_goes_on(text, timestamptz);
