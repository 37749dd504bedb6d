-- What a table is, stated once in its file: whose row it is, who writes it, how it is audited. Row security, grants, the
-- policies that follow and the audit triggers are derived from that; what is special stands below the call.
-- In the database, because rights must hold for any caller; and kept in a table, so that tests and people read it back.
-- Running it again replaces what it derived (policies named "class: …", rights, triggers) and nothing else, so rights of
-- the application and of functions that are special stand in the same file. What analysts read is not its matter.
-- Errors: 22023 for a reader that is none of these; 23514 for a writer or an audit that is none.
CREATE TABLE IF NOT EXISTS app.table_classes (
    name text PRIMARY KEY,
    whose text NOT NULL,
    writes text NOT NULL CONSTRAINT table_classes_writes_known
        CHECK (writes IN ('staff', 'administrators', 'functions', 'nobody', 'special')),
    audit text NOT NULL CONSTRAINT table_classes_audit_known CHECK (audit IN ('rows', 'batches', 'functions', 'none')),
    functions text
);
DO $$ BEGIN
    ALTER TABLE app.table_classes DROP CONSTRAINT table_classes_audit_known;
    ALTER TABLE app.table_classes ADD CONSTRAINT table_classes_audit_known
        CHECK (audit IN ('rows', 'batches', 'functions', 'none'));
END $$;
COMMENT ON TABLE app.table_classes IS 'The class that each table''s file states; written by app.table_class alone.';

-- The condition under which the application reads a row, or null where none is derived.
CREATE OR REPLACE FUNCTION app.class_condition(p_whose text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_path text[] := regexp_match(p_whose, '^(\w+) in (\w+)$');
BEGIN
    IF p_whose IN ('nobody', 'special') THEN
        RETURN NULL;
    ELSIF p_whose = 'staff' THEN
        RETURN '(SELECT app.is_staff())';
    ELSIF v_path IS NULL THEN
        RAISE EXCEPTION 'Whose row is "%"? Known: staff, nobody, special, "<column> in <visible_…>".', p_whose
            USING ERRCODE = '22023';
    END IF;
    RETURN format('%I = ANY (ARRAY(SELECT app.%I()))', v_path[1], v_path[2]);
END;
$$;
REVOKE ALL ON FUNCTION app.class_condition(text) FROM PUBLIC;

-- Takes the audit triggers off a table. A table that stays audited keeps them: taken off and put on again, they would
-- tell every row anew.
CREATE OR REPLACE FUNCTION app.audit_no_more(p_table regclass) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_name text;
BEGIN
    FOR v_name IN SELECT tgname FROM pg_catalog.pg_trigger WHERE tgrelid = p_table AND tgname LIKE 'audit\_%'
                     AND tgfoid IN (to_regproc('app.audit_row'), to_regproc('app.audit_batch')) LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', v_name, p_table);
    END LOOP;
END;
$$;
REVOKE ALL ON FUNCTION app.audit_no_more(regclass) FROM PUBLIC;

-- Takes away what a class gave, but for the audit triggers.
CREATE OR REPLACE FUNCTION app.forget_class(p_table regclass) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_name text;
BEGIN
    FOR v_name IN SELECT polname FROM pg_catalog.pg_policy WHERE polrelid = p_table AND polname LIKE 'class: %' LOOP
        EXECUTE format('DROP POLICY %I ON %s', v_name, p_table);
    END LOOP;
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, verso_app, verso_definer', p_table);
    DELETE FROM app.table_classes c USING pg_catalog.pg_class t WHERE t.oid = p_table AND c.name = t.relname;
END;
$$;
REVOKE ALL ON FUNCTION app.forget_class(regclass) FROM PUBLIC;

-- Lets those whose condition this is add rows, and change every column but the key.
CREATE OR REPLACE FUNCTION app.let_write(p_table regclass, p_who text, p_condition text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT INSERT ON %s TO verso_app', p_table);
    PERFORM app.grant_update(p_table);
    EXECUTE format('CREATE POLICY "class: %s add" ON %s FOR INSERT TO verso_app WITH CHECK (%s)',
                   p_who, p_table, p_condition);
    EXECUTE format('CREATE POLICY "class: %s change" ON %s FOR UPDATE TO verso_app USING (%3$s) WITH CHECK (%3$s)',
                   p_who, p_table, p_condition);
END;
$$;
REVOKE ALL ON FUNCTION app.let_write(regclass, text, text) FROM PUBLIC;

-- p_whose      staff · nobody (functions alone) · "investor_id in visible_investors" (staff are in such a set) · special
-- p_writes     staff · administrators · functions · nobody · special
-- p_audit      rows (a trigger; p_entity and p_deal as for app.audit_table) · batches (the same, many rows at once) ·
--              functions (they write the rows) · none
-- p_functions  what definer functions may do, as in GRANT
-- p_columns    the columns that the application reads, where some are nobody's to read
CREATE OR REPLACE FUNCTION app.table_class(
    p_table regclass, p_whose text, p_writes text, p_audit text, p_functions text DEFAULT NULL,
    p_columns text DEFAULT NULL, p_entity text DEFAULT 'id', p_deal text DEFAULT 'deal_id'
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_condition constant text := app.class_condition(p_whose);
    v_readers constant text := CASE p_whose WHEN 'staff' THEN 'staff read' ELSE 'people read what is theirs' END;
BEGIN
    PERFORM app.forget_class(p_table);
    INSERT INTO app.table_classes (name, whose, writes, audit, functions)
    SELECT c.relname, p_whose, p_writes, p_audit, p_functions FROM pg_catalog.pg_class c WHERE c.oid = p_table;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
    IF p_whose <> 'nobody' THEN
        EXECUTE format('GRANT SELECT %s ON %s TO verso_app', '(' || p_columns || ')', p_table);
    END IF;
    IF v_condition IS NOT NULL THEN
        EXECUTE format('CREATE POLICY "class: %s" ON %s FOR SELECT TO verso_app USING (%s)', v_readers, p_table, v_condition);
    END IF;
    IF p_writes = 'staff' THEN
        PERFORM app.let_write(p_table, 'staff', '(SELECT app.is_staff())');
    ELSIF p_writes = 'administrators' THEN
        PERFORM app.let_write(p_table, 'administrators', '(SELECT app.role()) = ''staff_admin''');
    END IF;
    IF p_functions IS NOT NULL THEN
        EXECUTE format('GRANT %s ON %s TO verso_definer', p_functions, p_table);
        EXECUTE format('CREATE POLICY "class: functions" ON %s %s', p_table, CASE p_functions WHEN 'SELECT'
            THEN 'FOR SELECT TO verso_definer USING (true)' ELSE 'TO verso_definer USING (true) WITH CHECK (true)' END);
    END IF;
    IF p_audit = 'rows' THEN
        PERFORM app.audit_table(p_table, p_entity => p_entity, p_deal => p_deal);
    ELSIF p_audit = 'batches' THEN
        PERFORM app.audit_in_batches(p_table, p_entity, p_deal);
    ELSE
        PERFORM app.audit_no_more(p_table);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION app.table_class(regclass, text, text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION app.table_class IS 'States whose rows a table holds, who writes them and how they are audited.';

-- Takes away everything that the file of a table gave: policies, grants, audit triggers, its class.
CREATE OR REPLACE FUNCTION app.reset_table(p_table regclass) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_name text;
BEGIN
    PERFORM app.forget_class(p_table), app.audit_no_more(p_table);
    FOR v_name IN SELECT polname FROM pg_catalog.pg_policy WHERE polrelid = p_table LOOP
        EXECUTE format('DROP POLICY %I ON %s', v_name, p_table);
    END LOOP;
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', p_table);
    EXECUTE format('REVOKE ALL ON %s FROM verso_readonly', p_table);
END;
$$;
REVOKE ALL ON FUNCTION app.reset_table(regclass) FROM PUBLIC;
COMMENT ON FUNCTION app.reset_table(regclass) IS 'Takes class, policies, grants and audit triggers off a table.';

SELECT app.table_class('app.table_classes', p_whose => 'nobody', p_writes => 'nobody', p_audit => 'none');
