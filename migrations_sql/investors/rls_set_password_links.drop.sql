SELECT app.reset_table('public.set_password_links');
