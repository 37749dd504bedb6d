DROP FUNCTION public.fn_decide_approval(uuid, text, text, text),
              app.ask_next_person(public.approvals), app.approval_is_stale(public.approvals, text),
              app.lock_approval(uuid);
