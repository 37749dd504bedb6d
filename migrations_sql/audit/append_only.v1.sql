-- Makes a table append-only: rows are never changed, removed or truncated, by no role at all.
-- In the database and ENABLE ALWAYS, because missing grants stop neither the owner's bad migration nor a session
-- in replica mode. An owner who disables the triggers is found by the chain and its anchors.
-- Errors: 42501 on every UPDATE, DELETE and TRUNCATE.
CREATE OR REPLACE FUNCTION app.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: its rows are neither changed nor removed.', TG_TABLE_NAME
        USING ERRCODE = '42501';
END;
$$;
REVOKE ALL ON FUNCTION app.refuse_change() FROM PUBLIC;

-- The half that a partition needs for itself: row triggers come from its parent, TRUNCATE triggers do not.
CREATE OR REPLACE FUNCTION app.refuse_truncate(p_table regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER append_only_table BEFORE TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()', p_table);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_table', p_table);
END;
$$;
REVOKE ALL ON FUNCTION app.refuse_truncate(regclass) FROM PUBLIC;

CREATE OR REPLACE FUNCTION app.make_append_only(p_table regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON %s
        FOR EACH ROW EXECUTE FUNCTION app.refuse_change()', p_table);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_rows', p_table);
    PERFORM app.refuse_truncate(p_table);
END;
$$;
REVOKE ALL ON FUNCTION app.make_append_only(regclass) FROM PUBLIC;
COMMENT ON FUNCTION app.make_append_only IS 'Installs the append-only triggers on a table; the caller owns the table.';
