-- Nobody reads or writes the counters of invoice numbers but the function that gives one.
SELECT app.table_class('public.number_series', p_whose => 'nobody', p_writes => 'functions', p_audit => 'none',
    p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (series, year, last) ON public.number_series TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.number_series;
CREATE POLICY "Analysts read the figures of all" ON public.number_series FOR SELECT TO verso_readonly USING (true);
