SELECT app.reset_table('public.invite_links');
