-- Is a thing approved: by as many different people as it needs, and where that is two, one of them staff_admin.
-- In the database, because finalising asks it under its locks. A row binds to the content it was given for: when
-- the thing changed since, its approvals no longer count; a row without a hash binds to the id alone.
-- Nor does one whose giver asked for the thing since.
-- Internal. No locks: the caller holds the thing itself.

CREATE OR REPLACE FUNCTION app.approval_complete(p_entity_type text, p_entity_id uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    WITH given AS (
        SELECT a.steps_needed, p.id AS decided_by, p.role
          FROM public.approvals a
          LEFT JOIN public.profiles p ON p.id = a.decided_by AND a.status = 'approved'  -- [1]
                AND p.role LIKE 'staff%' AND p.id <> app.system_profile()
                AND NOT EXISTS (SELECT 1 FROM public.approvals o WHERE o.entity_type = p_entity_type
                                   AND o.entity_id = p_entity_id AND o.requested_by = p.id)
         WHERE a.entity_type = p_entity_type AND a.entity_id = p_entity_id
           AND (a.content_hash IS NULL
                OR a.content_hash = app.subject_hash(p_entity_type, p_entity_id, a.content_hash)))
    SELECT count(DISTINCT decided_by) >= greatest(max(steps_needed), 1)
           AND (max(steps_needed) < 2 OR coalesce(bool_or(role = 'staff_admin'), false))
           AND count(*) > 0
      FROM given
$$;
SELECT app.as_internal('app.approval_complete(text, uuid)');
