SELECT app.reset_table('public.share_sources');
