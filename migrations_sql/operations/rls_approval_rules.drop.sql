DELETE FROM public.approval_rules;
SELECT app.reset_table('public.approval_rules');
