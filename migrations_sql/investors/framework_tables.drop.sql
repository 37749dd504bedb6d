REVOKE ALL ON SEQUENCE public.axes_accessattempt_id_seq, public.axes_accesslog_id_seq, public.django_admin_log_id_seq,
    public.guardian_userobjectpermission_id_seq FROM verso_app, verso_definer;
REVOKE ALL ON public.axes_accessattempt, public.axes_accessattemptexpiration,
    public.axes_accessfailurelog, public.axes_accesslog, public.django_migrations, public.django_content_type,
    public.auth_permission, public.auth_group, public.auth_group_permissions FROM verso_app, verso_definer;
