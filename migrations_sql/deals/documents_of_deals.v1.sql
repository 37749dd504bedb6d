-- What this app adds to documents, which stand below it: the foreign key, and the path by which a paper without
-- an owner is read by the members of its deal.
ALTER TABLE public.documents DROP CONSTRAINT IF EXISTS documents_deal_fk;
ALTER TABLE public.documents ADD CONSTRAINT documents_deal_fk
    FOREIGN KEY (deal_id) REFERENCES public.deals (id) DEFERRABLE INITIALLY DEFERRED;
DROP POLICY IF EXISTS "Members read the papers of their deals" ON public.documents;
CREATE POLICY "Members read the papers of their deals" ON public.documents FOR SELECT TO verso_app
    USING (owner_investor_id IS NULL AND owner_user_id IS NULL
           AND deal_id = ANY (ARRAY(SELECT app.visible_deals())));
DROP POLICY IF EXISTS "A paper is filed under a deal one sees" ON public.documents;
CREATE POLICY "A paper is filed under a deal one sees" ON public.documents AS RESTRICTIVE FOR INSERT TO verso_app
    WITH CHECK (deal_id IS NULL OR deal_id = ANY (ARRAY(SELECT app.visible_deals())));
DROP POLICY IF EXISTS "A paper is moved to a deal one sees" ON public.documents;
CREATE POLICY "A paper is moved to a deal one sees" ON public.documents AS RESTRICTIVE FOR UPDATE TO verso_app
    USING (true) WITH CHECK (deal_id IS NULL OR deal_id = ANY (ARRAY(SELECT app.visible_deals())));
