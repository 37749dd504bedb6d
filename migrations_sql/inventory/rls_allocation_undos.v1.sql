-- Staff read what is to be undone and why; investors read what became of their allocation. Functions alone propose and decide.
SELECT app.table_class('public.allocation_undos', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (id, allocation_id, deal_id, investor_id, status, proposed_at, decided_at)
    ON public.allocation_undos TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.allocation_undos;
CREATE POLICY "Analysts read the figures of all" ON public.allocation_undos FOR SELECT TO verso_readonly USING (true);
GRANT SELECT (undone_at) ON public.allocations TO verso_readonly;
GRANT SELECT (undone_at) ON public.deal_commitments TO verso_readonly;
