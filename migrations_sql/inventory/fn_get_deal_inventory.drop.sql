DROP FUNCTION public.fn_get_deal_inventory(text), public.fn_get_deal_inventory(uuid), app.deal_availability(uuid[]);
