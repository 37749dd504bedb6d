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
SELECT app.table_class('public.profiles_groups', p_whose => 'profile_id in visible_profiles', p_writes => 'nobody',
    p_audit => 'none');
SELECT app.table_class('public.profiles_user_permissions', p_whose => 'profile_id in visible_profiles', p_writes => 'nobody',
    p_audit => 'none');

-- The admin's own log: staff read it and write in it as themselves.
SELECT app.table_class('public.django_admin_log', p_whose => 'staff', p_writes => 'special', p_audit => 'none');
GRANT INSERT ON public.django_admin_log TO verso_app;
GRANT USAGE ON SEQUENCE public.django_admin_log_id_seq TO verso_app;
DROP POLICY IF EXISTS "Staff write the admin's log as themselves" ON public.django_admin_log;
CREATE POLICY "Staff write the admin's log as themselves" ON public.django_admin_log FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()) AND user_id = (SELECT app.active_uid()));

-- allauth's e-mail addresses: a person's own. Confirmations are not used, so nobody reaches them.
SELECT app.table_class('public.account_emailconfirmation', p_whose => 'nobody', p_writes => 'nobody', p_audit => 'none');
SELECT app.table_class('public.account_emailaddress', p_whose => 'user_id in visible_profiles', p_writes => 'special',
    p_audit => 'none');
GRANT INSERT ON public.account_emailaddress TO verso_app;
SELECT app.grant_update('public.account_emailaddress');
DROP POLICY IF EXISTS "People add their own e-mail addresses" ON public.account_emailaddress;
CREATE POLICY "People add their own e-mail addresses" ON public.account_emailaddress FOR INSERT TO verso_app
    WITH CHECK (user_id = (SELECT app.active_uid()));
DROP POLICY IF EXISTS "People change their own e-mail addresses" ON public.account_emailaddress;
CREATE POLICY "People change their own e-mail addresses" ON public.account_emailaddress FOR UPDATE TO verso_app
    USING (user_id = (SELECT app.active_uid())) WITH CHECK (user_id = (SELECT app.active_uid()));

-- Object rights are a projection of memberships: read by whom they concern, written by one trigger.
SELECT app.table_class('public.guardian_userobjectpermission', p_whose => 'user_id in visible_profiles',
    p_writes => 'functions', p_audit => 'none', p_functions => 'SELECT, INSERT, DELETE');
GRANT USAGE ON SEQUENCE public.guardian_userobjectpermission_id_seq TO verso_definer;
SELECT app.table_class('public.guardian_groupobjectpermission', p_whose => 'staff', p_writes => 'nobody', p_audit => 'none');
