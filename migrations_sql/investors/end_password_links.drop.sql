DROP TRIGGER end_password_links ON public.profiles;
DROP FUNCTION app.end_password_links();
