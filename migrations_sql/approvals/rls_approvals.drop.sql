SELECT app.reset_table('public.approvals');
