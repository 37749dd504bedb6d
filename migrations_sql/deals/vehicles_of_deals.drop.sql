DROP POLICY "Members read the vehicle of their deals" ON public.vehicles;
DROP FUNCTION app.vehicles_of_visible_deals();
