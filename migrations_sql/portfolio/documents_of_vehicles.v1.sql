-- What this app adds to documents, which stand below it: the foreign key, and the path by which a paper without
-- an owner is read by those who hold its vehicle.
ALTER TABLE public.documents DROP CONSTRAINT IF EXISTS documents_vehicle_fk;
ALTER TABLE public.documents ADD CONSTRAINT documents_vehicle_fk
    FOREIGN KEY (vehicle_id) REFERENCES public.vehicles (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX IF NOT EXISTS documents_vehicle ON public.documents (vehicle_id) WHERE vehicle_id IS NOT NULL;
DROP POLICY IF EXISTS "Holders read the papers of their vehicles" ON public.documents;
CREATE POLICY "Holders read the papers of their vehicles" ON public.documents FOR SELECT TO verso_app
    USING (owner_investor_id IS NULL AND owner_user_id IS NULL
           AND vehicle_id = ANY (ARRAY(SELECT app.held_vehicles())));
DROP POLICY IF EXISTS "A paper is filed under a vehicle one sees" ON public.documents;
CREATE POLICY "A paper is filed under a vehicle one sees" ON public.documents AS RESTRICTIVE FOR INSERT TO verso_app
    WITH CHECK (vehicle_id IS NULL OR vehicle_id = ANY (ARRAY(SELECT app.held_vehicles())));
DROP POLICY IF EXISTS "A paper is moved to a vehicle one sees" ON public.documents;
CREATE POLICY "A paper is moved to a vehicle one sees" ON public.documents AS RESTRICTIVE FOR UPDATE TO verso_app
    USING (true) WITH CHECK (vehicle_id IS NULL OR vehicle_id = ANY (ARRAY(SELECT app.held_vehicles())));
