-- Lots, and with them what units cost, are for staff alone; investors learn availability from
-- fn_get_deal_inventory. Functions alone write them, so that units and what remains of them always add up.
SELECT app.table_class('public.share_lots', p_whose => 'staff', p_writes => 'functions', p_audit => 'functions',
    p_functions => 'SELECT, INSERT, UPDATE');
