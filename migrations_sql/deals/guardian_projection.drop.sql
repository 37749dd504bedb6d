DROP TRIGGER project_membership ON public.deal_memberships;
DROP FUNCTION app.guardian_mismatches(), app.project_membership(), app.view_deal_permission();
