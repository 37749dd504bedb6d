DROP POLICY "A paper is moved to a vehicle one sees" ON public.documents;
DROP POLICY "A paper is filed under a vehicle one sees" ON public.documents;
DROP POLICY "Holders read the papers of their vehicles" ON public.documents;
DROP INDEX public.documents_vehicle;
ALTER TABLE public.documents DROP CONSTRAINT documents_vehicle_fk;
