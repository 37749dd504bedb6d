ALTER TABLE public.audit_log ALTER COLUMN ts SET DEFAULT clock_timestamp();
