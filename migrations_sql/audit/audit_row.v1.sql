-- The one trigger function for tables with direct writes: pages, the admin, commands and psql alike leave an audit
-- row per row changed, "<table>.insert", ".update" or ".delete", named after its table, with what changed.
-- In the database, because work done in psql must be audited too. Once a statement, with transition tables, so
-- that many rows are chained in memory. An UPDATE that changes nothing worth telling writes nothing.
-- Trigger arguments: the column of the entity's id, the column of its deal ('' for none), then the key columns.
-- Locks in order: a lane (advisory, never waiting), its head; so the table's own row locks come first.
-- Errors: DL002 when no lane is free.

-- The row, or only the named columns of it; secrets are replaced, and a whole row leaves out its nulls.
CREATE OR REPLACE FUNCTION app.audit_picked(p_row jsonb, p_columns text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_object_agg(c.key, CASE WHEN c.key ~ 'password|secret|token|session_stamp' AND c.value <> 'null'
                                        THEN '"[redacted]"'::jsonb ELSE c.value END)
      FROM jsonb_each(p_row) c
     WHERE c.key = ANY (p_columns) OR (p_columns IS NULL AND c.value <> 'null')
$$;
SELECT app.as_internal('app.audit_picked(jsonb, text[])');

-- The columns in which two versions of a row differ.
CREATE OR REPLACE FUNCTION app.audit_changed(p_before jsonb, p_after jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(k), '{}') FROM jsonb_object_keys(coalesce(p_after, p_before)) k
     WHERE p_before -> k IS DISTINCT FROM p_after -> k
$$;
SELECT app.as_internal('app.audit_changed(jsonb, jsonb)');

-- A text as a uuid, or null where the table's key is none.
CREATE OR REPLACE FUNCTION app.audit_uuid(p_text text) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_text ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN p_text::uuid END
$$;
SELECT app.as_internal('app.audit_uuid(text)');

CREATE OR REPLACE FUNCTION app.audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_quiet constant text[] := '{last_login,updated_at}';
    v_keys text[] := TG_ARGV[2:];
    v record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(r.row) AS rows, array_agg(NULL::jsonb) AS before, array_agg(app.audit_picked(r.row, NULL)) AS after
          INTO v FROM (SELECT to_jsonb(n) FROM new_rows n) r(row);
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(r.row) AS rows, array_agg(app.audit_picked(r.row, NULL)) AS before, array_agg(NULL::jsonb) AS after
          INTO v FROM (SELECT to_jsonb(o) FROM old_rows o) r(row);
    ELSE
        -- A changed key finds no partner: its old and its new row are told apart. The entity's id has a column of its own,
        -- unless it is no uuid: then it is told with the rest of the key.
        SELECT array_agg(coalesce(c.after, c.before)) AS rows,
               array_agg(app.audit_picked(c.before, c.told)) AS before, array_agg(app.audit_picked(c.after, c.told)) AS after
          INTO v FROM (
            SELECT o.row AS before, n.row AS after, d.changed || CASE
                       WHEN app.audit_uuid(coalesce(n.row, o.row) ->> TG_ARGV[0]) IS NULL THEN v_keys
                       ELSE array_remove(v_keys, TG_ARGV[0]) END AS told
              FROM (SELECT to_jsonb(t) AS row, app.audit_picked(to_jsonb(t), v_keys) AS key FROM old_rows t) o
              FULL JOIN (SELECT to_jsonb(t) AS row, app.audit_picked(to_jsonb(t), v_keys) AS key FROM new_rows t) n
                ON o.key = n.key
             CROSS JOIN LATERAL app.audit_changed(o.row, n.row) d(changed)
             WHERE NOT d.changed <@ v_quiet) c;
    END IF;
    PERFORM app.audit_write_many(TG_TABLE_NAME || '.' || lower(TG_OP), TG_TABLE_NAME,
        array(SELECT app.audit_uuid(r ->> TG_ARGV[0]) FROM unnest(v.rows) r),
        array(SELECT app.audit_uuid(r ->> TG_ARGV[1]) FROM unnest(v.rows) r), v.before, v.after);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION app.audit_row IS 'Trigger: one chained audit row per row that a statement changed.';
SELECT app.as_definer('app.audit_row()', 'verso_definer');

-- Tells each row of a table that is not audited yet, as "<table>.there": what the log tells from then on goes on from it.
CREATE OR REPLACE FUNCTION app.audit_there(p_table regclass, p_entity text, p_deal text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_name text := (SELECT c.relname FROM pg_catalog.pg_class c WHERE c.oid = p_table);
BEGIN
    EXECUTE format('SELECT app.audit_write_many(%L, %L, array_agg(app.audit_uuid(r.j ->> %L)),
        array_agg(app.audit_uuid(r.j ->> %L)), NULL, array_agg(app.audit_picked(r.j, NULL)))
        FROM (SELECT to_jsonb(t) FROM %s t) r(j) HAVING count(*) > 0', v_name || '.there', v_name, p_entity, p_deal, p_table);
END;
$$;
REVOKE ALL ON FUNCTION app.audit_there(regclass, text, text) FROM PUBLIC;

-- Puts a table under the trigger, for migrations: SELECT app.audit_table('public.deals', p_deal => 'id').
-- The entity's column is id unless said otherwise, the deal's is deal_id where there is one.
CREATE OR REPLACE FUNCTION app.audit_table(p_table regclass, p_entity text DEFAULT 'id', p_deal text DEFAULT 'deal_id')
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_arguments text := (
        SELECT string_agg(quote_literal(a), ', ') FROM unnest(ARRAY[p_entity, coalesce(
            (SELECT attname::text FROM pg_catalog.pg_attribute WHERE attrelid = p_table AND attname = p_deal), '')]
            || array(SELECT a.attname::text FROM pg_catalog.pg_index i
                       JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                      WHERE i.indrelid = p_table AND i.indisprimary ORDER BY a.attnum)) a);
    v record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = p_table AND t.tgname = 'audit_insert') THEN
        PERFORM app.audit_there(p_table, p_entity, p_deal);
    END IF;
    FOR v IN VALUES ('insert', 'NEW TABLE AS new_rows'), ('delete', 'OLD TABLE AS old_rows'),
                    ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows') LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER audit_%s AFTER %1$s ON %s REFERENCING %s
            FOR EACH STATEMENT EXECUTE FUNCTION app.audit_row(%s)', v.column1, p_table, v.column2, v_arguments);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_%s', p_table, v.column1);
    END LOOP;
END;
$$;
REVOKE ALL ON FUNCTION app.audit_table(regclass, text, text) FROM PUBLIC;
COMMENT ON FUNCTION app.audit_table IS 'Installs the audit triggers on a table; the caller owns the table.';
