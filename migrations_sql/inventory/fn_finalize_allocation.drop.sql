DROP FUNCTION public.fn_finalize_allocation(uuid), app.holds_to_allocate(uuid), app.allocate_holds(public.deals, uuid[]);
