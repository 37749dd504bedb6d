DROP FUNCTION app.make_commitment(public.deals, uuid[], uuid, uuid, public.deal_commitments, text), app.check_shown(text, text),
              app.pin_holds(uuid[], public.deal_commitments), app.replace_commitment(public.deal_commitments, uuid),
              app.tell_of_replacement(public.deal_commitments, public.deal_commitments, uuid),
              app.lock_undecided(uuid, uuid, uuid[]);
