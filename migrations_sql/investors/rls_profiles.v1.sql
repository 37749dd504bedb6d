-- People read and keep themselves; staff read everybody and add people. What a person may change of a row is the
-- guard's to say (guard_profile). Staff have a path of their own: a helper that lists profiles cannot know the row
-- that is just being inserted, and every INSERT of Django reads it back.
SELECT app.table_class('public.profiles', p_whose => 'staff', p_writes => 'special', p_audit => 'rows',
    p_functions => 'SELECT, UPDATE',
    p_columns => 'id, role, display_name, email, title, created_at, created_by, admin_until, investor_until, staff_until,
        has_password, session_stamp, lockout_told_at, last_login, is_active, is_staff, time_zone, language');
GRANT INSERT ON public.profiles TO verso_app;
GRANT UPDATE (role, display_name, email, title, created_at, last_login, is_active, time_zone, language) ON public.profiles TO verso_app;

DROP POLICY IF EXISTS "People read themselves" ON public.profiles;
CREATE POLICY "People read themselves" ON public.profiles FOR SELECT TO verso_app
    USING (id = (SELECT app.active_uid()));
DROP POLICY IF EXISTS "Staff add people" ON public.profiles;
CREATE POLICY "Staff add people" ON public.profiles FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()) AND created_by = (SELECT app.active_uid()));
DROP POLICY IF EXISTS "People keep themselves, staff keep people" ON public.profiles;
CREATE POLICY "People keep themselves, staff keep people" ON public.profiles FOR UPDATE TO verso_app
    USING (id = ANY (ARRAY(SELECT app.visible_profiles())))
    WITH CHECK (id = ANY (ARRAY(SELECT app.visible_profiles())));
