-- Triggers: with an allocation its one-off fees accrue, and with its lots the house's margin, in the same transaction. In the
-- database, because fees hang on inventory and inventory knows none. What cannot be worked out yet accrues with the next run:
-- nobody's approval fails because of it. Locks: those of app.post_entries.
CREATE OR REPLACE FUNCTION app.accrue_on_allocation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.accrue(n.deal_id, app.effective_day(clock_timestamp()), 'once', array_agg(n.id))
       FROM new_rows n GROUP BY n.deal_id ORDER BY n.deal_id;
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.accrue_on_allocation()', 'verso_definer');
COMMENT ON FUNCTION app.accrue_on_allocation() IS 'Trigger: the one-off fees of new allocations accrue with them.';
CREATE OR REPLACE TRIGGER accrue_on_allocation AFTER INSERT ON public.allocations
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.accrue_on_allocation();

CREATE OR REPLACE FUNCTION app.accrue_margin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM app.accrue(a.deal_id, app.effective_day(clock_timestamp()), 'margin', array_agg(a.id))
       FROM public.allocations a WHERE a.id IN (SELECT n.allocation_id FROM new_rows n) GROUP BY a.deal_id ORDER BY a.deal_id;
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.accrue_margin()', 'verso_definer');
COMMENT ON FUNCTION app.accrue_margin() IS 'Trigger: the margin of new allocations accrues with their lots.';
CREATE OR REPLACE TRIGGER accrue_margin AFTER INSERT ON public.allocation_lot_items
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION app.accrue_margin();
