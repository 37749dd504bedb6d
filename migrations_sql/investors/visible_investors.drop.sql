DROP FUNCTION public.user_linked_to_investor(uuid), public.user_is_staff(), app.visible_investors();
