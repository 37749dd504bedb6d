SELECT app.reset_table('public.approval_subjects');
