-- Some things take more than one person whatever they amount to: whoever opened the approval says how many, in the same
-- transaction. In the database, because fn_decide_approval reads it there: no decision ever takes fewer people than this.
-- Locks: the approval, which is new. Internal. No errors; a number that is not above the one it has changes nothing.
CREATE OR REPLACE FUNCTION app.needs_people(p_approval_id uuid, p_people int) RETURNS void
LANGUAGE sql AS $$
    UPDATE public.approvals SET steps_needed = p_people WHERE id = p_approval_id AND steps_needed < p_people
$$;
SELECT app.as_internal('app.needs_people(uuid, int)');
