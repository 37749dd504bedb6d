REVOKE ALL ON public.axes_accessattempt FROM verso_definer;
