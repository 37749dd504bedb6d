-- Small tools for the files that say who may do what with a table.
-- In the database, because what they protect must hold for any caller, psql included.

-- Takes away everything a rls_<table> file gave: policies, grants, audit triggers. For its drop file only.
CREATE OR REPLACE FUNCTION app.reset_table(p_table regclass) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v record;
BEGIN
    FOR v IN SELECT polname FROM pg_catalog.pg_policy WHERE polrelid = p_table LOOP
        EXECUTE format('DROP POLICY %I ON %s', v.polname, p_table);
    END LOOP;
    FOR v IN SELECT tgname FROM pg_catalog.pg_trigger WHERE tgrelid = p_table AND tgname LIKE 'audit\_%' LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', v.tgname, p_table);
    END LOOP;
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', p_table);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, verso_app, verso_readonly, verso_definer', p_table);
END;
$$;
REVOKE ALL ON FUNCTION app.reset_table(regclass) FROM PUBLIC;
COMMENT ON FUNCTION app.reset_table(regclass) IS 'Takes policies, grants and audit triggers off a table; for drop files.';

-- Lets the application change the rows of a table that its policies show: every column but the key, and never the
-- table as such, since whoever may UPDATE a table may also lock all of it against everybody else.
CREATE OR REPLACE FUNCTION app.grant_update(p_table regclass) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_columns text := (
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
           AND a.attnum <> ALL (SELECT unnest(i.indkey) FROM pg_catalog.pg_index i
                                 WHERE i.indrelid = p_table AND i.indisprimary));
BEGIN
    EXECUTE format('GRANT UPDATE (%s) ON %s TO verso_app', v_columns, p_table);
END;
$$;
REVOKE ALL ON FUNCTION app.grant_update(regclass) FROM PUBLIC;
COMMENT ON FUNCTION app.grant_update(regclass) IS 'Lets verso_app change every column of a table but its key.';

-- Trigger: the columns named as its arguments never change once the row is there. Errors: 42501.
CREATE OR REPLACE FUNCTION app.keep_columns() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    v_column text;
BEGIN
    FOREACH v_column IN ARRAY TG_ARGV LOOP
        IF to_jsonb(OLD) -> v_column IS DISTINCT FROM to_jsonb(NEW) -> v_column THEN
            RAISE EXCEPTION '% of % never changes.', v_column, TG_TABLE_NAME USING ERRCODE = '42501';
        END IF;
    END LOOP;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.keep_columns() FROM PUBLIC;
COMMENT ON FUNCTION app.keep_columns() IS 'Trigger: refuses, with 42501, a change of the columns named as arguments.';
