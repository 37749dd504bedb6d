DROP FUNCTION public.fn_commit_hold(uuid, uuid, uuid, text), app.ask_to_approve(public.deals, public.deal_commitments),
              app.commit_units_held(public.deals, uuid, uuid, uuid, text);
