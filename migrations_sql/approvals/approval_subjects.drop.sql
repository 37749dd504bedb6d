ALTER TABLE public.approvals DROP CONSTRAINT approvals_entity_type_registered;
DROP FUNCTION app.register_subject(text, text, text, text, text, text, boolean), app.lock_subject(public.approvals),
              app.subject_hash(text, uuid, text), app.subject_parties(public.approvals),
              app.subject_counts(public.approvals), app.subject_decided(public.approvals, text);
