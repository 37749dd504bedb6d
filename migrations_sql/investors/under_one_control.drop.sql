DROP FUNCTION app.under_one_control(uuid), app.account_makers();
