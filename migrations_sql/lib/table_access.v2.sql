-- Small tools for the files that say who may do what with a table.
-- In the database, because what they protect must hold for any caller, psql included.

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
    v_before constant jsonb := to_jsonb(OLD);
    v_after constant jsonb := to_jsonb(NEW);
    v_column text;
BEGIN
    FOREACH v_column IN ARRAY TG_ARGV LOOP
        IF v_before -> v_column IS DISTINCT FROM v_after -> v_column THEN
            RAISE EXCEPTION '% of % never changes.', v_column, TG_TABLE_NAME USING ERRCODE = '42501';
        END IF;
    END LOOP;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.keep_columns() FROM PUBLIC;
COMMENT ON FUNCTION app.keep_columns() IS 'Trigger: refuses, with 42501, a change of the columns named as arguments.';
