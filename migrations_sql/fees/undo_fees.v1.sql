-- What undoing an allocation does to its fees: what accrued is voided, what was invoiced is credited, and money that was
-- applied to it becomes the investor's credit. In the database, because fees stand above inventory and whoever approves the
-- undoing, in psql too, leaves no fee and no invoice behind; all of it is the decision's own transaction.
-- One function says what is credited; the page that asks and the trigger that does it read the same rows.
-- Credits are worked out paper by paper, so that none takes more than its invoice asks for; the invoice for the units comes
-- first of those that nothing else was taken off, so that fees give way to fees.
-- Locks, in order: the invoices by id (before the allocation, as a match takes them) -> the events by id -> the running
-- accounts that may move (app.hold_running) -> those of app.credit_invoice. Whoever bills holds events and then makes an invoice: one that appears while we wait is taken without
-- waiting, so that nobody waits in a circle.
-- Errors: 22023 with DETAIL fees_first (less than nothing was asked for: a fee that was adjusted is not billed); DL002 busy.

-- The events that stand and fall with an allocation: its own, and those of its commitment as a whole once nothing else is
-- left of it.
CREATE OR REPLACE FUNCTION app.events_of_undo(p_allocation uuid) RETURNS SETOF public.fee_events
LANGUAGE sql STABLE AS $$
    SELECT e.* FROM public.fee_events e WHERE e.allocation_id = p_allocation AND e.status <> 'voided'
    UNION ALL
    SELECT e.* FROM public.allocations a
      JOIN public.fee_events e ON e.commitment_id = a.commitment_id AND e.allocation_id IS NULL AND e.status <> 'voided'
     WHERE a.id = p_allocation AND NOT EXISTS (
           SELECT FROM public.allocations o WHERE o.commitment_id = a.commitment_id AND o.id <> a.id AND o.status <> 'rejected')
$$;

-- The invoices that such events were billed on, and the one that asks for the units, drafts included.
CREATE OR REPLACE FUNCTION app.invoices_of_undo(p_allocation uuid) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(i.id ORDER BY i.id), '{}') FROM public.invoices i
     WHERE i.kind = 'invoice' AND (i.allocation_id = p_allocation OR i.id IN (
           SELECT l.invoice_id FROM app.events_of_undo(p_allocation) e JOIN public.invoice_lines l ON l.fee_event_id = e.id))
$$;

-- What each line gives back, so that an investor gets back exactly what they were asked for: every invoice that asks for
-- something on balance is credited by that. What was taken off on a paper of its own (a credit note, or an invoice with other
-- things) is taken off these credits, first where the same fee was billed. Nothing at all where less than nothing was asked for:
-- one row without an invoice says so.
CREATE OR REPLACE FUNCTION app.credits_of_undo(p_allocation uuid) RETURNS TABLE (invoice_id uuid, line_id uuid, amount numeric)
LANGUAGE sql STABLE AS $$
    WITH billed AS MATERIALIZED (
        SELECT l.id, l.invoice_id, i.kind, l.kind = 'investment' AS principal, coalesce(e.adjusts_id, e.id, l.id) AS root,
               l.amount + coalesce((SELECT sum(c.amount) FROM public.invoice_lines c WHERE c.credits_line_id = l.id), 0) AS left_over
          FROM public.invoice_lines l
          JOIN public.invoices i ON i.id = l.invoice_id AND i.status <> 'draft'
          LEFT JOIN app.events_of_undo(p_allocation) e ON e.id = l.fee_event_id
         WHERE l.credits_line_id IS NULL
           AND (e.id IS NOT NULL OR i.allocation_id = p_allocation AND i.kind = 'invoice' AND l.fee_event_id IS NULL)),
    papers AS (
        SELECT b.invoice_id, sum(b.left_over) AS owed, b.kind = 'invoice' AND sum(b.left_over) > 0 AS asks, array_agg(b.root) AS roots,
               bool_or(b.principal) AS funds
          FROM billed b GROUP BY b.invoice_id, b.kind),
    given AS (
        SELECT p.invoice_id, p.owed, p.asks, sum(p.owed) OVER () AS all_owed,
               coalesce(sum(p.owed) FILTER (WHERE p.asks) OVER (
                   ORDER BY EXISTS (SELECT FROM papers o WHERE NOT o.asks AND o.roots && p.roots), NOT p.funds, p.invoice_id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
          FROM papers p),
    parts AS (
        SELECT b.*, g.owed, least(g.owed, g.all_owed - g.before) AS credited,
               coalesce(sum(b.left_over) FILTER (WHERE b.left_over > 0) OVER (
                   PARTITION BY b.invoice_id ORDER BY b.principal DESC, b.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS up_to
          FROM billed b JOIN given g ON g.invoice_id = b.invoice_id AND g.asks AND g.all_owed > g.before)
    SELECT p.invoice_id, p.id, CASE WHEN p.credited = p.owed THEN p.left_over ELSE least(p.left_over, p.credited - p.up_to) END
      FROM parts p
     WHERE CASE WHEN p.credited = p.owed THEN p.left_over <> 0 ELSE p.left_over > 0 AND p.credited > p.up_to END
    UNION ALL
    SELECT NULL, NULL, sum(p.owed) FROM papers p HAVING sum(p.owed) < 0
$$;

-- Holds whatever is to be credited and voided, before the allocation is locked.
CREATE OR REPLACE FUNCTION app.lock_fees_of_undo() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_held uuid[] := '{}';
    v_all uuid[];
BEGIN
    LOOP
        v_all := app.invoices_of_undo(NEW.allocation_id);
        IF v_held = '{}' THEN
            PERFORM 1 FROM public.invoices i WHERE i.id = ANY (v_all) ORDER BY i.id FOR NO KEY UPDATE;  -- [1]
        ELSE
            PERFORM 1 FROM public.invoices i WHERE i.id = ANY (v_all) ORDER BY i.id FOR NO KEY UPDATE NOWAIT;
        END IF;
        PERFORM 1 FROM public.fee_events e WHERE e.id IN (SELECT x.id FROM app.events_of_undo(NEW.allocation_id) x)
          ORDER BY e.id FOR NO KEY UPDATE;
        v_held := v_all;
        EXIT WHEN app.invoices_of_undo(NEW.allocation_id) <@ v_held;
    END LOOP;
    PERFORM app.hold_running(ARRAY[i.investor_id], i.currency)
       FROM (SELECT DISTINCT v.investor_id, v.currency FROM public.invoices v WHERE v.id = ANY (v_held) ORDER BY 1, 2) i;
    RETURN NULL;
END;
$$;

-- Credits, then voids what is left.
CREATE OR REPLACE FUNCTION app.undo_fees() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_reason text;
    v_voided uuid[];
    v record;
BEGIN
    SELECT u.reason INTO v_reason FROM public.allocation_undos u WHERE u.allocation_id = NEW.id AND u.status = 'approved';
    FOR v IN SELECT c.invoice_id, jsonb_agg(jsonb_build_object('line', c.line_id, 'amount', c.amount::text)) AS lines
               FROM app.credits_of_undo(NEW.id) c GROUP BY 1 ORDER BY 1 LOOP
        IF v.invoice_id IS NULL THEN
            RAISE EXCEPTION 'an adjustment was billed before its fee' USING ERRCODE = '22023', DETAIL = 'fees_first';
        END IF;
        PERFORM app.credit_invoice(v.invoice_id, v_reason, v.lines);  -- [2]
    END LOOP;
    WITH voided AS (
        UPDATE public.fee_events SET status = 'voided', void_reason = v_reason
         WHERE status = 'accrued' AND id IN (SELECT e.id FROM app.events_of_undo(NEW.id) e) RETURNING id)
    SELECT array_agg(id) INTO v_voided FROM voided;
    PERFORM app.reverse_entry(l.id, 'void:' || l.source_id, l.asked_date, '')  -- [3]
       FROM public.ledger_entries l
      WHERE l.key IN (SELECT 'fee_event:' || e FROM unnest(v_voided) e) ORDER BY l.key;
    UPDATE public.invoices SET note = v_reason WHERE allocation_id = NEW.id AND status = 'draft';
    RETURN NULL;
END;
$$;
SELECT app.as_internal('app.events_of_undo(uuid)');
SELECT app.as_internal('app.invoices_of_undo(uuid)');
SELECT app.as_internal('app.credits_of_undo(uuid)');
SELECT app.as_definer('app.lock_fees_of_undo()', 'verso_definer');
SELECT app.as_definer('app.undo_fees()', 'verso_definer');
COMMENT ON FUNCTION app.lock_fees_of_undo() IS 'Trigger: what undoing an allocation credits and voids is held before the allocation.';
COMMENT ON FUNCTION app.undo_fees() IS 'Trigger: with an allocation that is undone its fees are voided, and credited where they were billed.';
CREATE OR REPLACE TRIGGER lock_fees_of_undo AFTER UPDATE OF status ON public.allocation_undos
    FOR EACH ROW WHEN (OLD.status = 'proposed' AND NEW.status = 'approved') EXECUTE FUNCTION app.lock_fees_of_undo();
CREATE OR REPLACE TRIGGER undo_fees AFTER UPDATE OF status ON public.allocations
    FOR EACH ROW WHEN (OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL) EXECUTE FUNCTION app.undo_fees();

-- What would follow, for staff before they ask or decide: {"events": [{"kind", "house_only", "amount"}] that are voided, summed
-- by kind; "credits": [{"invoice", "number", "amount" (net), "whole", "applied"}]}. applied: the money on it that becomes the
-- investor's credit, where the invoice is credited whole. Null for others. No locks.
CREATE OR REPLACE FUNCTION app.undo_preview(p_allocation uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object(
        'events', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'house_only', e.house_only,
                          'amount', e.amount::text) ORDER BY e.house_only, e.kind), '[]')
                     FROM (SELECT x.kind, x.house_only, sum(x.computed_amount) AS amount FROM app.events_of_undo(p_allocation) x
                            WHERE x.status = 'accrued' GROUP BY 1, 2) e),
        'credits', (SELECT coalesce(jsonb_agg(jsonb_build_object('invoice', c.id, 'number', c.number, 'amount', c.amount::text,
                           'whole', c.amount = c.left_over, 'applied', c.applied::text) ORDER BY c.number), '[]')
                      FROM (SELECT i.id, i.number, sum(k.amount) AS amount,
                                   (SELECT sum(l.left_over) FROM app.creditable_lines(i.id) l) AS left_over,
                                   (SELECT coalesce(sum(p.amount), 0) FROM public.payments p
                                     WHERE p.invoice_id = i.id AND p.method IS DISTINCT FROM 'credit_note') AS applied
                              FROM app.credits_of_undo(p_allocation) k JOIN public.invoices i ON i.id = k.invoice_id
                             GROUP BY i.id) c))
     WHERE app.is_staff()
$$;
SELECT app.as_definer('app.undo_preview(uuid)', 'verso_app');
COMMENT ON FUNCTION app.undo_preview(uuid) IS 'What undoing an allocation would void and credit; null for who is not staff.';
