DROP TRIGGER new_session_stamp ON public.profiles;
DROP FUNCTION app.new_session_stamp();
