-- Triggers: work that comes of bank lines. Money from a payer that nobody knows is a task for everyone, until the line is
-- matched in full; taken back, it is work again. In the database, because lines are imported and matched by functions of a
-- lower app, which knows no tasks.
-- A payer is known by an account or a name that paid before, by bearing an investor's name, or by naming an invoice of ours.
CREATE OR REPLACE FUNCTION app.open_tasks_of_bank_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    WITH line AS MATERIALIZED (
        SELECT t.id, t.counterparty_account, app.folded(t.counterparty) AS payer,
               app.numbers_in(concat_ws(' ', t.reference, t.end_to_end_id, t.memo)) AS numbers
          FROM public.bank_transactions t WHERE t.import_batch_id = NEW.id AND t.amount > 0
    ), known AS (
        SELECT l.id FROM line l JOIN public.payer_aliases a ON a."of" = 'account' AND a.value = l.counterparty_account
        UNION
        SELECT l.id FROM line l JOIN public.payer_aliases a ON a."of" = 'name' AND a.value = l.payer
        UNION
        SELECT l.id FROM line l JOIN public.investors v ON app.folded(v.legal_name) = l.payer
        UNION
        SELECT l.id FROM line l CROSS JOIN unnest(l.numbers) n JOIN public.invoices i ON i.number = n
    )
    INSERT INTO public.tasks (kind, status, related_entity_type, related_entity_id, title)
    SELECT 'unknown_payer', 'open', 'bank_transaction', l.id, '' FROM line l
     WHERE l.id NOT IN (SELECT k.id FROM known k)  -- [1]
    ON CONFLICT (kind, related_entity_type, related_entity_id, owner_user_id) WHERE related_entity_id IS NOT NULL DO NOTHING;
    RETURN NULL;
END;
$$;

CREATE OR REPLACE FUNCTION app.move_tasks_of_bank_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.tasks k
       SET status = CASE WHEN w.left_over = 0 THEN 'done' ELSE 'open' END,
           done_at = CASE WHEN w.left_over = 0 THEN clock_timestamp() END
      FROM (SELECT app.line_left(NEW.bank_transaction_id) AS left_over) w
     WHERE k.kind = 'unknown_payer' AND k.related_entity_type = 'bank_transaction'
       AND k.related_entity_id = NEW.bank_transaction_id AND (k.status = 'done') <> (w.left_over = 0);
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.open_tasks_of_bank_lines()', 'verso_definer');
SELECT app.as_definer('app.move_tasks_of_bank_lines()', 'verso_definer');
COMMENT ON FUNCTION app.open_tasks_of_bank_lines() IS 'Trigger: money from a payer that nobody knows is work to do.';
COMMENT ON FUNCTION app.move_tasks_of_bank_lines() IS 'Trigger: a line that is matched in full leaves no work; taken back, it does.';
CREATE OR REPLACE TRIGGER open_tasks_of_bank_lines AFTER UPDATE OF is_whole ON public.bank_statements
    FOR EACH ROW WHEN (NOT OLD.is_whole AND NEW.is_whole) EXECUTE FUNCTION app.open_tasks_of_bank_lines();
CREATE OR REPLACE TRIGGER move_tasks_of_bank_lines AFTER INSERT ON public.reconciliations
    FOR EACH ROW EXECUTE FUNCTION app.move_tasks_of_bank_lines();
