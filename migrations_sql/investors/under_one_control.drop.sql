DROP TRIGGER note_account_maker ON public.profiles;
DROP TRIGGER note_account_maker_moved ON public.profiles;
DROP FUNCTION app.note_account_maker(), app.under_one_control(uuid), app.account_makers();
