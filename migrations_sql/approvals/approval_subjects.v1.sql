-- What can be decided about: one row for each kind of thing, registered by the app that has it. Approvals know no subject;
-- what depends on it they ask through these functions, by the names in its row.
-- In the database, because fn_decide_approval locks, compares, counts and carries out in one transaction, whoever calls.

-- Registers a kind of thing, for the SQL file of its app. Each name is that of an internal function, '' where there is none:
--   p_locks    (approvals) → void: locks deal, investor and thing, in the one order, before its approvals are locked
--   p_hash     (uuid, text) → text: what the thing is now, in the version of the hash given; an approval binds to it
--   p_parties  (approvals) → (person, word): who prepared it, and in which way (approval_parties)
--   p_counts   (approvals) → (counted, is_first): the amount that counts when limits are compared, whether it is the first
--              of this investor
--   p_decided  (approvals, text) → void: carries out 'approved' and 'rejected', and notes 'changes_asked'
-- Errors: undefined_function where a function is not there with these arguments.
CREATE OR REPLACE FUNCTION app.register_subject(
    p_entity_type text, p_locks text DEFAULT '', p_hash text DEFAULT '', p_parties text DEFAULT '', p_counts text DEFAULT '',
    p_decided text DEFAULT '', p_may_ask_changes boolean DEFAULT true
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v record;
BEGIN
    FOR v IN SELECT * FROM (VALUES (p_locks, 'public.approvals'), (p_hash, 'uuid, text'), (p_parties, 'public.approvals'),
                                   (p_counts, 'public.approvals'), (p_decided, 'public.approvals, text')) AS f (name, args)
              WHERE f.name <> '' LOOP
        PERFORM format('%s(%s)', v.name, v.args)::regprocedure;
    END LOOP;
    INSERT INTO public.approval_subjects (entity_type, locks, hash, parties, counts, decided, may_ask_changes)
    VALUES (p_entity_type, p_locks, p_hash, p_parties, p_counts, p_decided, p_may_ask_changes)
    ON CONFLICT (entity_type) DO UPDATE SET (locks, hash, parties, counts, decided, may_ask_changes)
        = ROW (excluded.locks, excluded.hash, excluded.parties, excluded.counts, excluded.decided, excluded.may_ask_changes);
END;
$$;
REVOKE ALL ON FUNCTION app.register_subject(text, text, text, text, text, text, boolean) FROM PUBLIC;

CREATE OR REPLACE FUNCTION app.lock_subject(p_ask public.approvals) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_name constant text := (SELECT s.locks FROM public.approval_subjects s WHERE s.entity_type = p_ask.entity_type);
BEGIN
    IF v_name <> '' THEN
        EXECUTE format('SELECT %s($1)', v_name) USING p_ask;
    ELSE
        PERFORM 1 FROM public.investors i WHERE i.id = p_ask.investor_id FOR NO KEY UPDATE;
    END IF;
END;
$$;

-- What a thing is now, as the hash that approvals of it bind to, in the version of p_like; null where it has none.
CREATE OR REPLACE FUNCTION app.subject_hash(p_entity_type text, p_entity_id uuid, p_like text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_name constant text := (SELECT s.hash FROM public.approval_subjects s WHERE s.entity_type = p_entity_type);
    v_hash text;
BEGIN
    IF v_name <> '' THEN
        EXECUTE format('SELECT %s($1, $2)', v_name) INTO v_hash USING p_entity_id, p_like;
    END IF;
    RETURN v_hash;
END;
$$;

CREATE OR REPLACE FUNCTION app.subject_parties(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_name constant text := (SELECT s.parties FROM public.approval_subjects s WHERE s.entity_type = p_ask.entity_type);
BEGIN
    IF v_name <> '' THEN
        RETURN QUERY EXECUTE format('SELECT * FROM %s($1)', v_name) USING p_ask;
    END IF;
END;
$$;

-- Where the kind counts nothing else, the amount asked; and then nothing is a first.
CREATE OR REPLACE FUNCTION app.subject_counts(p_ask public.approvals, OUT counted numeric, OUT is_first boolean)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_name constant text := (SELECT s.counts FROM public.approval_subjects s WHERE s.entity_type = p_ask.entity_type);
BEGIN
    IF v_name <> '' THEN
        EXECUTE format('SELECT * FROM %s($1)', v_name) INTO counted, is_first USING p_ask;
    END IF;
    counted := greatest(counted, p_ask.amount);
    is_first := coalesce(is_first, false);
END;
$$;

CREATE OR REPLACE FUNCTION app.subject_decided(p_ask public.approvals, p_outcome text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_name constant text := (SELECT s.decided FROM public.approval_subjects s WHERE s.entity_type = p_ask.entity_type);
BEGIN
    IF v_name <> '' THEN
        EXECUTE format('SELECT %s($1, $2)', v_name) USING p_ask, p_outcome;
    END IF;
END;
$$;

SELECT app.as_internal('app.lock_subject(public.approvals)');
SELECT app.as_internal('app.subject_hash(text, uuid, text)');
SELECT app.as_internal('app.subject_parties(public.approvals)');
SELECT app.as_internal('app.subject_counts(public.approvals)');
SELECT app.as_internal('app.subject_decided(public.approvals, text)');

-- Approvals are of registered kinds alone. An unknown kind would be carried out by nothing.
ALTER TABLE public.approvals DROP CONSTRAINT IF EXISTS approvals_entity_type_registered;
ALTER TABLE public.approvals ADD CONSTRAINT approvals_entity_type_registered
    FOREIGN KEY (entity_type) REFERENCES public.approval_subjects (entity_type);
