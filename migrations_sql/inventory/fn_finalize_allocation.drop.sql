DROP FUNCTION public.fn_finalize_allocation(uuid), app.holds_to_allocate(uuid), app.allocate_holds(public.deals, uuid[]);
DROP FUNCTION app.check_allocatable(public.reservations, uuid[]), app.lock_to_allocate(public.reservations);
