DELETE FROM public.approval_subjects WHERE entity_type IN ('deal_commitment', 'reservation', 'allocation');
DROP FUNCTION app.parties_of_commitment(public.approvals), app.parties_of_hold(public.approvals),
              app.deal_exposure(uuid, uuid), app.is_first_of_investor(uuid), app.counts_of_commitment(public.approvals),
              app.counts_beside(public.approvals), app.lock_commitment_asked(public.approvals),
              app.lock_deal_asked(public.approvals), app.commitment_decided(public.approvals, text);
