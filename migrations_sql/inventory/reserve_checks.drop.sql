DROP FUNCTION app.refuse_if_short(uuid, numeric), app.hold_of_key(uuid, uuid, uuid, uuid, numeric, numeric, int),
              app.check_offer(numeric, numeric, numeric, numeric, jsonb),
              app.check_deal_sells(text, timestamptz, boolean, timestamptz), app.check_hold_values(numeric, numeric, int, text),
              app.largest_ticket(jsonb), app.check_caps(uuid, uuid, numeric);
