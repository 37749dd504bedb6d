-- django-guardian's rows are a projection of accepted memberships: the right deals.view_deal on the deal. In the
-- database, so that no way of making or ending a membership can forget it; one trigger writes, nobody else.
-- Locks: the projected row. Errors: P0002 when the migrations never made the permission.
CREATE OR REPLACE FUNCTION app.view_deal_permission(OUT permission_id int, OUT content_type_id int)
LANGUAGE sql STABLE AS $$
    SELECT p.id, p.content_type_id FROM public.auth_permission p
      JOIN public.django_content_type t ON t.id = p.content_type_id
     WHERE t.app_label = 'deals' AND t.model = 'deal' AND p.codename = 'view_deal'
$$;
SELECT app.as_internal('app.view_deal_permission()');

CREATE OR REPLACE FUNCTION app.project_membership() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v record;
BEGIN
    SELECT p.permission_id, p.content_type_id INTO v FROM app.view_deal_permission() p;
    IF v.permission_id IS NULL THEN
        RAISE EXCEPTION 'The permission deals.view_deal is missing: run the migrations.' USING ERRCODE = 'P0002';
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM public.guardian_userobjectpermission g
         WHERE g.user_id = OLD.user_id AND g.permission_id = v.permission_id AND g.object_pk = OLD.deal_id::text;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF NEW.accepted_at IS NOT NULL THEN
            INSERT INTO public.guardian_userobjectpermission (object_pk, content_type_id, permission_id, user_id)
            VALUES (NEW.deal_id::text, v.content_type_id, v.permission_id, NEW.user_id)
            ON CONFLICT DO NOTHING;
        END IF;
    END IF;
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION app.project_membership() IS 'Trigger: keeps django-guardian''s rows in step with accepted memberships.';
SELECT app.as_definer('app.project_membership()', 'verso_definer');
CREATE OR REPLACE TRIGGER project_membership AFTER INSERT OR DELETE OR UPDATE OF deal_id, user_id, accepted_at
    ON public.deal_memberships FOR EACH ROW EXECUTE FUNCTION app.project_membership();

-- Where the projection and the memberships differ; empty is good. Internal: app.invariant_breaks tells it.
CREATE OR REPLACE FUNCTION app.guardian_mismatches() RETURNS TABLE (deal_id text, user_id uuid, problem text)
LANGUAGE sql STABLE AS $$
    SELECT coalesce(m.deal_id::text, g.object_pk::text), coalesce(m.user_id, g.user_id),
           CASE WHEN g.id IS NULL THEN 'accepted, but without the right' ELSE 'a right without acceptance' END
      FROM (SELECT a.deal_id, a.user_id FROM public.deal_memberships a WHERE a.accepted_at IS NOT NULL) m
      FULL JOIN public.guardian_userobjectpermission g
        ON g.object_pk = m.deal_id::text AND g.user_id = m.user_id
           AND g.permission_id = (SELECT v.permission_id FROM app.view_deal_permission() v)
     WHERE g.id IS NULL OR m.user_id IS NULL
$$;
COMMENT ON FUNCTION app.guardian_mismatches() IS 'Memberships and guardian rows that do not agree.';
SELECT app.as_internal('app.guardian_mismatches()');
