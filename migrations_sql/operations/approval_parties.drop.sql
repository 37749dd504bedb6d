DROP FUNCTION app.party_words(public.approvals, uuid), app.approval_parties(text, uuid),
              app.parties_of_investor(uuid, uuid[], uuid);
