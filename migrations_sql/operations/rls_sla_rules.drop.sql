DELETE FROM public.sla_rules;
SELECT app.reset_table('public.sla_rules');
