DELETE FROM public.profiles WHERE id = app.system_profile();
