DROP FUNCTION app.approval_counts(uuid), app.steps_with(public.approvals, uuid), app.counted_amount(public.approvals, uuid);
