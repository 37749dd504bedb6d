DROP TRIGGER end_changes_of_deal ON public.deals;
DROP FUNCTION app.end_changes_of_deal(), app.deal_change_decided(public.approvals, text), app.lock_deal_change(public.approvals), app.parties_of_change(public.approvals), app.apply_change(public.deal_changes);
DELETE FROM public.approval_subjects WHERE entity_type = 'deal_change';
