-- Which functions say what is broken: each app registers its own, and app.invariant_breaks asks all of them. In the
-- database, because all must look at one snapshot, and because what restores a backup asks there.
-- Such a function takes nothing and gives (rule text, entity text, entity_id uuid, expected text, found text), no row
-- where all is well. It is internal.
-- Errors: none.
CREATE TABLE IF NOT EXISTS app.invariant_checks (name text PRIMARY KEY);
COMMENT ON TABLE app.invariant_checks IS 'Functions of schema app that say what is broken; written by app.register_invariants.';
SELECT app.table_class('app.invariant_checks', p_whose => 'nobody', p_writes => 'nobody', p_audit => 'none',
    p_functions => 'SELECT');

CREATE OR REPLACE FUNCTION app.register_invariants(p_name text) RETURNS void
LANGUAGE sql AS $$ INSERT INTO app.invariant_checks (name) VALUES (p_name) ON CONFLICT DO NOTHING $$;
REVOKE ALL ON FUNCTION app.register_invariants(text) FROM PUBLIC;
