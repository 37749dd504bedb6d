DROP FUNCTION public.fn_agree_to_rule(uuid),
              public.fn_propose_rule(text, numeric, numeric, numeric, numeric, numeric, numeric, text[], text, int),
              app.has_other_admin(), app.rules_to_agree_to(),
              app.why_not_agree(public.approval_rules, timestamptz);
