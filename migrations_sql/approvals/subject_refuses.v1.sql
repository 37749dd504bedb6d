-- Who may not decide about a kind of thing whatever else they may: the app that has it says so by a function of its own. In
-- the database, because the page that shows the buttons and the function that decides ask the same one.

-- Names that function for a registered kind: (approvals) → text, one word why the acting person may not decide this, or null.
-- The word is one that Python's WHY_NOT has a sentence for. Errors: undefined_function where it is not there.
CREATE OR REPLACE FUNCTION app.subject_refuses_by(p_entity_type text, p_function text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM format('%s(public.approvals)', p_function)::regprocedure;
    UPDATE public.approval_subjects SET refuses = p_function WHERE entity_type = p_entity_type;
END;
$$;
REVOKE ALL ON FUNCTION app.subject_refuses_by(text, text) FROM PUBLIC;
COMMENT ON FUNCTION app.subject_refuses_by(text, text) IS 'Names the function that says who may not decide about a kind of thing.';

-- One word why the acting person may not decide this, as its kind says; null where it says nothing.
CREATE OR REPLACE FUNCTION app.subject_refuses(p_ask public.approvals) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_name constant text := (SELECT s.refuses FROM public.approval_subjects s WHERE s.entity_type = p_ask.entity_type);
    v_word text;
BEGIN
    IF v_name <> '' THEN
        EXECUTE format('SELECT %s($1)', v_name) INTO v_word USING p_ask;
    END IF;
    RETURN v_word;
END;
$$;
SELECT app.as_internal('app.subject_refuses(public.approvals)');
