-- Which accounts may be one person's: whoever said where an account's mail goes (who makes one does), was shown its password
-- link, or made it staff's, another role's or let it in again, within 90 days, could sign in with it or chose who does. In the database, because what takes two people (approvals, KYC, rules) must not be
-- done by one of them with two accounts, from psql either.
-- Every one of 90 days counts, not only the last: who corrects an e-mail, or has it corrected, sets nobody free.
-- Internal. No locks.

-- Who could sign in with which account. Links that the product mailed, and accounts made at the server (createsuperuser),
-- have no maker.
CREATE OR REPLACE FUNCTION app.account_makers() RETURNS TABLE (maker uuid, account uuid)
LANGUAGE sql STABLE AS $$
    SELECT m.maker_id, m.account_id FROM public.account_makers m WHERE m.made_at > clock_timestamp() - interval '90 days'
    UNION
    SELECT l.created_by, l.user_id FROM public.set_password_links l
     WHERE l.created_by IS NOT NULL AND l.created_at > clock_timestamp() - interval '90 days'
$$;

-- The person's own account, those whose makers could use it, their makers, and all that any of these made.
CREATE OR REPLACE FUNCTION app.under_one_control(p_person uuid) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE makers (id) AS (
        SELECT p_person
         UNION
        SELECT m.maker FROM makers a JOIN app.account_makers() m ON m.account = a.id
    ),
    accounts (id) AS (
        SELECT a.id FROM makers a
         UNION
        SELECT m.account FROM accounts a JOIN app.account_makers() m ON m.maker = a.id
    )
    SELECT array_agg(a.id) FROM accounts a
$$;

-- Trigger: whoever says where an account's mail goes, or gives it staff's rights, is noted.
CREATE OR REPLACE FUNCTION app.note_account_maker() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.account_makers (maker_id, account_id, made_at) VALUES (app.uid(), NEW.id, clock_timestamp());
    RETURN NULL;
END;
$$;
SELECT app.as_definer('app.note_account_maker()', 'verso_definer');
COMMENT ON FUNCTION app.note_account_maker() IS 'Trigger: who said where an account''s mail goes, or gave it rights, is kept.';
CREATE OR REPLACE TRIGGER note_account_maker AFTER INSERT ON public.profiles
    FOR EACH ROW WHEN (current_user = 'verso_app') EXECUTE FUNCTION app.note_account_maker();
CREATE OR REPLACE TRIGGER note_account_maker_moved AFTER UPDATE OF email, role, is_active ON public.profiles
    FOR EACH ROW WHEN (current_user = 'verso_app' AND (OLD.email IS DISTINCT FROM NEW.email
                       OR NEW.role <> 'investor' AND (NEW.role <> OLD.role OR NEW.is_active AND NOT OLD.is_active)))
    EXECUTE FUNCTION app.note_account_maker();

SELECT app.as_internal('app.under_one_control(uuid)');
SELECT app.as_internal('app.account_makers()');
