-- Staff read the heartbeat of the jobs; jobs, as VERSO system, write it.
SELECT app.table_class('public.job_runs', p_whose => 'staff', p_writes => 'staff', p_audit => 'none');
