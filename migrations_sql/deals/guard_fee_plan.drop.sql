DROP TRIGGER keep_plan_versions ON public.fee_components;
DROP TRIGGER keep_plan_versions ON public.fee_plans;
DROP FUNCTION app.keep_plan_versions(), app.plan_is_fixed(uuid);
DROP TRIGGER note_plan_author ON public.fee_plans;
DROP TRIGGER note_fee_author ON public.fee_components;
DROP FUNCTION app.note_plan_author(), app.note_fee_author();
DROP TRIGGER guard_fee_plan ON public.fee_components;
DROP TRIGGER guard_fee_plan ON public.fee_plans;
DROP FUNCTION app.guard_fee_plan(), app.refuse_if_plan_in_use(uuid);
