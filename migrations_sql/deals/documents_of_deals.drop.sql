DROP POLICY "A paper is moved to a deal one sees" ON public.documents;
DROP POLICY "A paper is filed under a deal one sees" ON public.documents;
DROP POLICY "Members read the papers of their deals" ON public.documents;
ALTER TABLE public.documents DROP CONSTRAINT documents_deal_fk;
