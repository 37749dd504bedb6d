DROP FUNCTION app.open_approval(text, uuid, uuid, uuid, numeric, numeric, text, text),
              app.approval_steps(numeric, text, boolean), app.approval_priority(numeric, text), app.approval_rule(text);
DELETE FROM public.sla_rules WHERE priority IN ('critical', 'high', 'normal', 'low');
DELETE FROM public.approval_rules WHERE currency = '*';
