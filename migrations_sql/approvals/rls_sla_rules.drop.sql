SELECT app.reset_table('public.sla_rules');
