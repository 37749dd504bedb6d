DELETE FROM public.approval_subjects WHERE entity_type = 'document';
