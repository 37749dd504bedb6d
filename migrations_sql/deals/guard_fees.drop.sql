DROP TRIGGER guard_overrides ON public.investor_terms;
DROP FUNCTION app.guard_overrides();
DROP FUNCTION app.override_at_fault(uuid, jsonb);
DROP TRIGGER guard_fee ON public.fee_components;
DROP FUNCTION app.guard_fee();
DROP FUNCTION app.fee_at_fault(public.fee_components);
