-- From whom units were bought is for staff alone.
SELECT app.table_class('public.share_sources', p_whose => 'staff', p_writes => 'staff', p_audit => 'rows');
