DROP TRIGGER IF EXISTS append_only_rows ON public.deal_exit_items;
DROP TRIGGER IF EXISTS append_only_table ON public.deal_exit_items;
