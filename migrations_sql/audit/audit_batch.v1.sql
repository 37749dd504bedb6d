-- The trigger function for tables that are written many rows at a time: one audit row for up to 200 rows of a statement,
-- "<table>.insert" or ".update", whose body lists them: {"rows": [...]}. In the database for the reason of app.audit_row,
-- which it stands in for: each row told and chained by itself would cost more than the rows.
-- An inserted row is told whole. Of an updated one, before has the key and the columns that changed, as they were, and after,
-- at the same place, as they are. The entity and the deal are what all of the listed rows share, or none.
-- Old and new rows meet by hash, each made into JSON once (OFFSET 0): nobody knows how many there are.
-- Trigger arguments, locks and errors: as app.audit_row.
CREATE OR REPLACE FUNCTION app.audit_batch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET enable_nestloop = off AS $$
DECLARE
    v_key constant text := TG_ARGV[2];
    v record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(b.rows) AS told, NULL::jsonb[] AS before, array_agg(jsonb_build_object('rows', b.rows)) AS after
          INTO v FROM (SELECT jsonb_agg(r.row ORDER BY r.n) AS rows
                         FROM (SELECT to_jsonb(t), row_number() OVER () FROM new_rows t) r(row, n) GROUP BY (r.n - 1) / 200) b;
    ELSE
        SELECT array_agg(b.told) AS told, array_agg(jsonb_build_object('rows', b.before)) AS before,
               array_agg(jsonb_build_object('rows', b.after)) AS after
          INTO v FROM (SELECT jsonb_agg(c.row) AS told, jsonb_agg(c.before ORDER BY c.n) AS before,
                              jsonb_agg(c.after ORDER BY c.n) AS after
                         FROM (SELECT n.row, d.before, d.after, row_number() OVER () AS n
                                 FROM (SELECT to_jsonb(t) FROM old_rows t OFFSET 0) o(row)
                                 JOIN (SELECT to_jsonb(t) FROM new_rows t OFFSET 0) n(row) ON n.row -> v_key = o.row -> v_key
                                CROSS JOIN LATERAL (
                                    SELECT jsonb_object_agg(k, o.row -> k), jsonb_object_agg(k, n.row -> k)
                                      FROM jsonb_object_keys(n.row) k WHERE k = v_key OR o.row -> k <> n.row -> k  -- [1]
                                    ) d(before, after)
                                WHERE o.row <> n.row) c GROUP BY (c.n - 1) / 200) b;
    END IF;
    PERFORM app.audit_write_many(TG_TABLE_NAME || '.' || lower(TG_OP), TG_TABLE_NAME,
        array(SELECT app.audit_shared(r, TG_ARGV[0]) FROM unnest(v.told) r),
        array(SELECT app.audit_shared(r, TG_ARGV[1]) FROM unnest(v.told) r), v.before, v.after);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION app.audit_batch IS 'Trigger: one chained audit row for up to 200 rows that a statement wrote.';
SELECT app.as_definer('app.audit_batch()', 'verso_definer');

-- The id in a column that all rows of a list share, or null.
CREATE OR REPLACE FUNCTION app.audit_shared(p_rows jsonb, p_column text) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN count(DISTINCT r -> p_column) = 1 THEN app.audit_uuid(min(r ->> p_column)) END  -- [2]
      FROM jsonb_array_elements(p_rows) r
$$;
SELECT app.as_internal('app.audit_shared(jsonb, text)');

-- Lets a table tell its rows in batches; one with a secret column or a key of several columns is refused (22023). A key never
-- changes in such a table. What is deleted is told row by row.
CREATE OR REPLACE FUNCTION app.audit_in_batches(p_table regclass, p_entity text, p_deal text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v record;
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped
                AND a.attname ~ 'password|secret|token|session_stamp')
       OR coalesce((SELECT i.indnkeyatts FROM pg_catalog.pg_index i
                     WHERE i.indrelid = p_table AND i.indisprimary), 0) <> 1 THEN
        RAISE EXCEPTION '% cannot be told in batches', p_table USING ERRCODE = '22023';
    END IF;
    PERFORM app.audit_table(p_table, p_entity, p_deal);
    FOR v IN SELECT t.tgname, pg_catalog.pg_get_triggerdef(t.oid) AS made FROM pg_catalog.pg_trigger t
              WHERE t.tgrelid = p_table AND t.tgname IN ('audit_insert', 'audit_update') LOOP
        EXECUTE replace(replace(v.made, 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER'), 'app.audit_row(', 'app.audit_batch(');
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', p_table, v.tgname);
    END LOOP;
END;
$$;
REVOKE ALL ON FUNCTION app.audit_in_batches(regclass, text, text) FROM PUBLIC;
COMMENT ON FUNCTION app.audit_in_batches IS
    'Installs the audit triggers that tell many rows at once; the caller owns the table.';
