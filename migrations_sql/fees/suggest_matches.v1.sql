-- What open bank lines could be: invoices, each with a score and the reasons for it. In the database, because it looks at all
-- open lines and all open invoices at once, and both sides are found by equality, never line by invoice: it grows with
-- their number, not with its square.
-- An invoice is a candidate if the line names it, if the payer paid for its investor before or bears its name, or if it alone
-- has exactly that much open. Currency must agree. Reasons add up to 100 at most: reference 60, payer's account 25, payer's
-- name 20, amount 25 (all that the invoice has open) or 15 (all that its investor has open), date 5 (the line's own, within 45
-- days of the due date). Locks: none. Staff alone; others get no rows.

-- The invoice numbers that a text names: as we write them, run together, or inside their ISO 11649 reference.
CREATE OR REPLACE FUNCTION app.numbers_in(p_text text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT DISTINCT 'INV-' || m[1] || '-' || m[2]
                   FROM regexp_matches(regexp_replace(upper(p_text), '[^A-Z0-9]', '', 'g'), 'INV(\d{4})(\d{6})', 'g') m)
$$;
SELECT app.as_internal('app.numbers_in(text)');

-- Candidates by equality; then what speaks for each.
CREATE OR REPLACE FUNCTION app.suggest_matches(p_lines uuid[] DEFAULT NULL)
RETURNS TABLE (bank_transaction_id uuid, invoice_id uuid, amount numeric, score int, reasons text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH line AS MATERIALIZED (
        SELECT t.id, t.currency, t.amount - coalesce(m.matched, 0) AS left_over, t.booking_date, t.counterparty_account,
               app.folded(t.counterparty) AS payer, app.numbers_in(concat_ws(' ', t.reference, t.end_to_end_id, t.memo)) AS numbers
          FROM public.bank_transactions t
          LEFT JOIN (SELECT r.bank_transaction_id AS id, sum(r.matched_amount) AS matched FROM public.reconciliations r GROUP BY 1) m
            ON m.id = t.id
         WHERE app.is_staff() AND t.amount > coalesce(m.matched, 0) AND (p_lines IS NULL OR t.id = ANY (p_lines))
    ), invoice AS MATERIALIZED (
        SELECT i.id, i.number, i.investor_id, i.currency, i.due_date, i.total - coalesce(p.paid, 0) AS open,
               sum(i.total - coalesce(p.paid, 0)) OVER (PARTITION BY i.investor_id, i.currency) AS all_open,
               count(*) OVER (PARTITION BY i.currency, i.total - coalesce(p.paid, 0)) AS of_that_amount
          FROM public.invoices i
          LEFT JOIN (SELECT p.invoice_id AS id, sum(p.amount) AS paid FROM public.payments p GROUP BY 1) p ON p.id = i.id
         WHERE i.status IN ('sent', 'partial') AND i.kind = 'invoice'
    ), payer AS MATERIALIZED (
        SELECT a.investor_id, a."of", a.value FROM public.payer_aliases a
        UNION SELECT v.id, 'name', app.folded(v.legal_name) FROM public.investors v
    ), found AS (
        SELECT l.id AS line_id, i.id AS invoice_id, 'reference' AS reason
          FROM line l CROSS JOIN unnest(l.numbers) n JOIN invoice i ON i.number = n AND i.currency = l.currency
        UNION
        SELECT l.id, i.id, 'account' FROM line l JOIN payer a ON a."of" = 'account' AND a.value = l.counterparty_account
          JOIN invoice i ON i.investor_id = a.investor_id AND i.currency = l.currency
        UNION
        SELECT l.id, i.id, 'name' FROM line l JOIN payer a ON a."of" = 'name' AND a.value = l.payer
          JOIN invoice i ON i.investor_id = a.investor_id AND i.currency = l.currency
        UNION
        SELECT l.id, i.id, 'only_amount' FROM line l
          JOIN invoice i ON i.open = l.left_over AND i.currency = l.currency AND i.of_that_amount = 1
    ), gathered AS (
        SELECT f.line_id, f.invoice_id, array_agg(f.reason) AS ways FROM found f GROUP BY 1, 2
    ), weighed AS (
        SELECT g.line_id, g.invoice_id, least(l.left_over, i.open) AS amount, array_remove(ARRAY[
                   CASE WHEN 'reference' = ANY (g.ways) THEN 'reference' END,
                   CASE WHEN 'account' = ANY (g.ways) THEN 'account' END,
                   CASE WHEN 'name' = ANY (g.ways) THEN 'name' END,
                   CASE WHEN i.open = l.left_over THEN 'amount' WHEN i.all_open = l.left_over THEN 'all_open' END,
                   CASE WHEN abs(l.booking_date - i.due_date) <= 45 THEN 'date' END], NULL) AS reasons
          FROM gathered g JOIN line l ON l.id = g.line_id JOIN invoice i ON i.id = g.invoice_id
    )
    SELECT w.line_id, w.invoice_id, w.amount, least(100, (
               SELECT sum(s.points) FROM unnest(w.reasons) r JOIN (VALUES ('reference', 60), ('account', 25), ('name', 20),
                   ('amount', 25), ('all_open', 15), ('date', 5)) s(reason, points) ON s.reason = r))::int, w.reasons
      FROM weighed w
$$;
SELECT app.as_definer('app.suggest_matches(uuid[])', 'verso_app');
COMMENT ON FUNCTION app.suggest_matches(uuid[]) IS 'Invoices that open bank lines could pay, with score and reasons; for staff.';
