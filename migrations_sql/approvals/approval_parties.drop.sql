DROP FUNCTION app.party_words(public.approvals, uuid), app.is_relaxed(text, text), app.parties(public.approvals),
              app.approvers(public.approvals), app.parties_of_investor(uuid, uuid[]);
