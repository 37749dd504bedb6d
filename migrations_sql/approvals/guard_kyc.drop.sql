DROP TRIGGER guard_kyc_changed ON public.investors;
DROP TRIGGER guard_kyc ON public.investors;
DROP FUNCTION app.guard_kyc(), app.is_kyc_party(uuid, uuid);
