-- Who is a party to a thing and so may not decide it: one word for each way in which a person prepared it. In the
-- database, because whoever decides, from psql too, is measured by what they did before, and not decision by decision.
--   own_request      asked for it or entered it, on whoever's behalf
--   own_investor     acts for the investor
--   made_investor    created the investor or one of its people, and the investor is younger than 90 days
--   decided_kyc      decided its KYC, and the investor is younger than 90 days
--   had_link         was shown a link by which one of its people sets a password; one mailed by the product has no maker
--   set_email        entered or changed the e-mail of one of its people within 90 days: a password link is mailed there
--   changed_price    set the offer price that it rests on
--   changed_plan     made the fee plan that it rests on, or changed its fees
--   changed_override last changed the override that it rests on
--   not_independent  one who is a party in another of these ways, or gave the first approval, may use the same account
--                    (app.under_one_control). The investor's own people have words of their own; who is or was staff is not
--                    one of them for acting for it.
-- The last eight are passed over while a rule in force relaxes them (approval_rules.relaxes); the first two never are.
-- Internal. No locks.

-- The ways in which a person is a party to an approval, the plainest first; none where they may decide.
CREATE OR REPLACE FUNCTION app.party_words(p_ask public.approvals, p_person uuid) RETURNS SETOF text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_words text[];
    v_staff uuid[];
BEGIN
    WITH parties AS (SELECT * FROM app.parties(p_ask) WITH ORDINALITY AS p (person, word, n))
    SELECT array_agg(p.word ORDER BY p.n) FILTER (WHERE p.person = p_person),
           array_agg(p.person) FILTER (WHERE NOT (q.role = 'investor' AND q.staff_until IS NULL AND p.person IN (
               SELECT o.person FROM parties o WHERE o.word = 'own_investor')))
      INTO v_words, v_staff FROM parties p LEFT JOIN public.profiles q ON q.id = p.person;
    RETURN QUERY SELECT unnest(v_words);
    IF NOT app.is_relaxed('not_independent', p_ask.currency)
       AND app.under_one_control(p_person) && array_remove(v_staff || app.approvers(p_ask), p_person) THEN
        RETURN NEXT 'not_independent';
    END IF;
END;
$$;

-- Whether a rule in force passes over this way of being a party.
CREATE OR REPLACE FUNCTION app.is_relaxed(p_word text, p_currency text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce(p_word = ANY ((app.approval_rule(p_currency)).relaxes), false)
$$;

-- Every party to an approval with each of the ways in which they are, in the order of the list above. Who asked is noted on
-- the approvals; who prepared the thing in another way, its subject says.
CREATE OR REPLACE FUNCTION app.parties(p_ask public.approvals) RETURNS TABLE (person uuid, word text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_asked_by uuid[];
BEGIN
    v_asked_by := ARRAY(
        SELECT a.requested_by FROM public.approvals a
         WHERE a.entity_type = p_ask.entity_type AND a.entity_id = p_ask.entity_id
        UNION SELECT p.person FROM app.subject_parties(p_ask) p WHERE p.word = 'own_request');
    RETURN QUERY SELECT a, 'own_request' FROM unnest(v_asked_by) a;
    RETURN QUERY SELECT p.person, p.word FROM app.parties_of_investor(p_ask.investor_id, v_asked_by) p
                  WHERE NOT app.is_relaxed(p.word, p_ask.currency);  -- [1]
    RETURN QUERY SELECT p.person, p.word FROM app.subject_parties(p_ask) p
                  WHERE p.word <> 'own_request' AND NOT app.is_relaxed(p.word, p_ask.currency);
END;
$$;

-- Who approved this thing, as it is, in an earlier step.
CREATE OR REPLACE FUNCTION app.approvers(p_ask public.approvals) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
    SELECT array_agg(a.decided_by) FROM public.approvals a
     WHERE a.entity_type = p_ask.entity_type AND a.entity_id = p_ask.entity_id AND a.status = 'approved'
       AND a.content_hash IS NOT DISTINCT FROM p_ask.content_hash AND a.id <> p_ask.id
$$;

-- How people are bound to an investor. What was done for its people counts while they act for it, and for those of them
-- who asked (p_asked_by), even if they act for it no more or were made staff since: nobody is let in, buys, and is taken off
-- before the decision.
CREATE OR REPLACE FUNCTION app.parties_of_investor(p_investor_id uuid, p_asked_by uuid[])
RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    WITH it AS (SELECT i.*, i.created_at > clock_timestamp() - interval '90 days' AS young
                  FROM public.investors i WHERE i.id = p_investor_id),
    people AS (SELECT p.* FROM public.profiles p
                WHERE p.id IN (SELECT u.user_id FROM public.investor_users u WHERE u.investor_id = p_investor_id)
                   OR (p.id = ANY (p_asked_by) AND (p.role = 'investor' OR p.investor_until IS NOT NULL)))
    SELECT id, 'own_investor' FROM people
    UNION ALL
    SELECT created_by, 'made_investor' FROM it WHERE young
    UNION ALL
    SELECT people.created_by, 'made_investor' FROM people, it WHERE young
    UNION ALL
    SELECT kyc_decided_by, 'decided_kyc' FROM it WHERE young
    UNION ALL
    SELECT l.created_by, 'had_link' FROM public.set_password_links l JOIN people ON people.id = l.user_id
    UNION ALL
    SELECT m.maker_id, 'set_email' FROM public.account_makers m JOIN people ON people.id = m.account_id
     WHERE m.made_at > clock_timestamp() - interval '90 days'
$$;

SELECT app.as_internal('app.party_words(public.approvals, uuid)');
SELECT app.as_internal('app.is_relaxed(text, text)');
SELECT app.as_internal('app.parties(public.approvals)');
SELECT app.as_internal('app.approvers(public.approvals)');
SELECT app.as_internal('app.parties_of_investor(uuid, uuid[])');
