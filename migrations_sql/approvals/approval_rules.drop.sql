DELETE FROM public.sla_rules WHERE priority IN ('critical', 'high', 'normal', 'low');
DELETE FROM public.approval_rules WHERE currency = '*';
