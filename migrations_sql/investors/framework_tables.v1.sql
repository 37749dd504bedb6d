-- Tables of the framework. Row level security stands on those that know whose a row is; the others are read before
-- there is an identity (sign-in attempts) or hold nothing about anybody (permissions, content types, migrations), and
-- stand on the short list in tests/house/test_database.py. Sessions and cache are reached through functions alone.
GRANT SELECT, INSERT ON public.axes_accessattempt, public.axes_accesslog TO verso_app;
SELECT app.grant_update('public.axes_accessattempt');
GRANT UPDATE (logout_time) ON public.axes_accesslog TO verso_app;
GRANT SELECT ON public.axes_accessattemptexpiration, public.axes_accessfailurelog TO verso_app;
GRANT USAGE ON SEQUENCE public.axes_accessattempt_id_seq, public.axes_accesslog_id_seq TO verso_app;
GRANT SELECT ON public.django_migrations, public.django_content_type, public.auth_permission, public.auth_group,
    public.auth_group_permissions TO verso_app;
GRANT SELECT ON public.django_content_type, public.auth_permission TO verso_definer;

-- Groups and rights on profiles are not used: rights follow from the role. They can be read by whom they concern.
ALTER TABLE public.profiles_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.profiles_user_permissions ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON public.profiles_groups, public.profiles_user_permissions TO verso_app;
DROP POLICY IF EXISTS "People read their own groups" ON public.profiles_groups;
CREATE POLICY "People read their own groups" ON public.profiles_groups FOR SELECT TO verso_app
    USING (profile_id = ANY (ARRAY(SELECT app.visible_profiles())));
DROP POLICY IF EXISTS "People read their own rights" ON public.profiles_user_permissions;
CREATE POLICY "People read their own rights" ON public.profiles_user_permissions FOR SELECT TO verso_app
    USING (profile_id = ANY (ARRAY(SELECT app.visible_profiles())));

-- The admin's own log: staff read it and write in it as themselves.
ALTER TABLE public.django_admin_log ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON public.django_admin_log TO verso_app;
GRANT USAGE ON SEQUENCE public.django_admin_log_id_seq TO verso_app;
DROP POLICY IF EXISTS "Staff read the admin's log" ON public.django_admin_log;
CREATE POLICY "Staff read the admin's log" ON public.django_admin_log FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Staff write the admin's log as themselves" ON public.django_admin_log;
CREATE POLICY "Staff write the admin's log as themselves" ON public.django_admin_log FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()) AND user_id = (SELECT app.active_uid()));

-- allauth's e-mail addresses: a person's own. Confirmations are not used, so nobody reaches them.
ALTER TABLE public.account_emailaddress ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.account_emailconfirmation ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON public.account_emailaddress TO verso_app;
SELECT app.grant_update('public.account_emailaddress');
DROP POLICY IF EXISTS "People read their own e-mail addresses" ON public.account_emailaddress;
CREATE POLICY "People read their own e-mail addresses" ON public.account_emailaddress FOR SELECT TO verso_app
    USING (user_id = ANY (ARRAY(SELECT app.visible_profiles())));
DROP POLICY IF EXISTS "People add their own e-mail addresses" ON public.account_emailaddress;
CREATE POLICY "People add their own e-mail addresses" ON public.account_emailaddress FOR INSERT TO verso_app
    WITH CHECK (user_id = (SELECT app.active_uid()));
DROP POLICY IF EXISTS "People change their own e-mail addresses" ON public.account_emailaddress;
CREATE POLICY "People change their own e-mail addresses" ON public.account_emailaddress FOR UPDATE TO verso_app
    USING (user_id = (SELECT app.active_uid())) WITH CHECK (user_id = (SELECT app.active_uid()));

-- Object rights are a projection of memberships: read by whom they concern, written by one trigger.
ALTER TABLE public.guardian_userobjectpermission ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.guardian_groupobjectpermission ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON public.guardian_userobjectpermission, public.guardian_groupobjectpermission TO verso_app;
GRANT SELECT, INSERT, DELETE ON public.guardian_userobjectpermission TO verso_definer;
GRANT USAGE ON SEQUENCE public.guardian_userobjectpermission_id_seq TO verso_definer;
DROP POLICY IF EXISTS "People read their own object rights" ON public.guardian_userobjectpermission;
CREATE POLICY "People read their own object rights" ON public.guardian_userobjectpermission FOR SELECT TO verso_app
    USING (user_id = ANY (ARRAY(SELECT app.visible_profiles())));
DROP POLICY IF EXISTS "Staff read object rights of groups" ON public.guardian_groupobjectpermission;
CREATE POLICY "Staff read object rights of groups" ON public.guardian_groupobjectpermission FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "The membership trigger writes object rights" ON public.guardian_userobjectpermission;
CREATE POLICY "The membership trigger writes object rights" ON public.guardian_userobjectpermission TO verso_definer
    USING (true) WITH CHECK (true);
