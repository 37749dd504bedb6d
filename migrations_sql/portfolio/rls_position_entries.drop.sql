DROP TRIGGER IF EXISTS append_only_rows ON public.position_entries;
DROP TRIGGER IF EXISTS append_only_table ON public.position_entries;
