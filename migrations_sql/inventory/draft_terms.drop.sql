DROP FUNCTION app.chosen_plan(uuid, uuid), app.draft_terms(public.deals, uuid, numeric, numeric, uuid),
              app.terms_of(public.deals, uuid, numeric, numeric, uuid);
