DROP TRIGGER keep_columns ON public.documents;
SELECT app.reset_table('public.documents');
