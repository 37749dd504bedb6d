DROP FUNCTION app.parties_of_commitment(uuid), app.deal_exposure(uuid, uuid), app.is_first_of_investor(uuid);
