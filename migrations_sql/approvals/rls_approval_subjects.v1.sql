-- Kinds of things to decide about are registered by migrations; functions read them.
ALTER TABLE public.approval_subjects ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.approval_subjects FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.approval_subjects TO verso_definer;

DROP POLICY IF EXISTS "Definer functions look subjects up" ON public.approval_subjects;
CREATE POLICY "Definer functions look subjects up" ON public.approval_subjects FOR SELECT TO verso_definer
    USING (true);
