SELECT app.reset_table('public.term_sheets');
