-- Staff read the settings of the firm; one function writes them, for administrators.
SELECT app.table_class('public.house_settings', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
CREATE OR REPLACE TRIGGER append_only_rows BEFORE DELETE ON public.house_settings
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE public.house_settings ENABLE ALWAYS TRIGGER append_only_rows;
SELECT app.refuse_truncate('public.house_settings');
