DROP FUNCTION public.user_has_deal_access(uuid), app.visible_deals();
