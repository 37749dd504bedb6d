-- Who is a party to a thing and so may not decide it: one word for each way in which a person prepared it. In the
-- database, because whoever decides, from psql too, is measured by what they did before, and not decision by decision.
--   own_request      asked for it or entered it, on whoever's behalf
--   own_investor     acts for the investor
--   made_investor    created the investor or one of its people, and the investor is younger than 90 days
--   decided_kyc      decided its KYC, and the investor is younger than 90 days
--   had_link         was shown a link by which one of its people sets a password; one mailed by the product has no maker
--   set_email        made one of its people, or changed its e-mail, within 90 days: a password link is mailed there
--   changed_price    set the offer price that it rests on
--   changed_plan     made or last changed the fee plan that it rests on
--   changed_override last changed the override that it rests on
-- The last seven are passed over while a rule in force relaxes them (approval_rules.relaxes); the first two never are.
-- Internal. No locks.

-- The ways in which a person is a party to an approval, the plainest first; none where they may decide.
CREATE OR REPLACE FUNCTION app.party_words(p_ask public.approvals, p_person uuid) RETURNS SETOF text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_relaxed constant text[] := coalesce((app.approval_rule(p_ask.currency)).relaxes, '{}');
BEGIN
    IF p_person = ANY (app.approval_parties(p_ask.entity_type, p_ask.entity_id)) THEN
        RETURN NEXT 'own_request';
    END IF;
    RETURN QUERY SELECT w FROM app.parties_of_investor(p_ask.investor_id,
                            app.approval_parties(p_ask.entity_type, p_ask.entity_id), p_person) w WHERE w <> ALL (v_relaxed);
    IF p_ask.entity_type = 'deal_commitment' THEN
        RETURN QUERY SELECT w FROM app.parties_of_commitment(p_ask.entity_id, p_person) w WHERE w <> ALL (v_relaxed);
    END IF;
END;
$$;

-- Who asked for a thing or entered it: on the approval, on the commitment, on its hold.
CREATE OR REPLACE FUNCTION app.approval_parties(p_entity_type text, p_entity_id uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT a.requested_by FROM public.approvals a WHERE a.entity_type = p_entity_type AND a.entity_id = p_entity_id
        UNION SELECT c.created_by FROM public.deal_commitments c
               WHERE p_entity_type = 'deal_commitment' AND c.id = p_entity_id
        UNION SELECT r.created_by FROM public.reservations r
               WHERE (p_entity_type = 'deal_commitment' AND r.commitment_id = p_entity_id)
                  OR (p_entity_type = 'reservation' AND r.id = p_entity_id));
END;
$$;

-- How a person is bound to an investor. What was done for its people counts while they act for it, and for those of them
-- who asked (p_asked_by), even if they act for it no more: nobody is let in, buys, and is taken off before the decision.
CREATE OR REPLACE FUNCTION app.parties_of_investor(p_investor_id uuid, p_asked_by uuid[], p_person uuid) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    WITH it AS (SELECT i.*, i.created_at > clock_timestamp() - interval '90 days' AS young
                  FROM public.investors i WHERE i.id = p_investor_id),
    people AS (SELECT p.* FROM public.profiles p
                WHERE p.id IN (SELECT u.user_id FROM public.investor_users u WHERE u.investor_id = p_investor_id)
                   OR (p.id = ANY (p_asked_by) AND p.role = 'investor'))
    SELECT 'own_investor' FROM people WHERE id = p_person
    UNION ALL
    SELECT 'made_investor' FROM it
     WHERE young AND (created_by = p_person OR EXISTS (SELECT 1 FROM people WHERE people.created_by = p_person))
    UNION ALL
    SELECT 'decided_kyc' FROM it WHERE young AND kyc_decided_by = p_person
    UNION ALL
    SELECT 'had_link' WHERE EXISTS (SELECT 1 FROM public.set_password_links l JOIN people ON people.id = l.user_id
                                     WHERE l.created_by = p_person)
    UNION ALL
    SELECT 'set_email' FROM people
     WHERE email_set_by = p_person AND email_set_at > clock_timestamp() - interval '90 days'
$$;

SELECT app.as_internal('app.party_words(public.approvals, uuid)');
SELECT app.as_internal('app.approval_parties(text, uuid)');
SELECT app.as_internal('app.parties_of_investor(uuid, uuid[], uuid)');
