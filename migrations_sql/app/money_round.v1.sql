-- The one place where the database rounds money: half up, to the currency's minor unit (ISO 4217).
-- config/lib/money.py rounds alike in Python; tests hold the two together.
CREATE OR REPLACE FUNCTION app.money_round(p_amount numeric, p_currency text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT round(p_amount, CASE
        WHEN p_currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','VND','VUV','XAF','XOF','XPF') THEN 0
        WHEN p_currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 3
        ELSE 2 END)
$$;
REVOKE ALL ON FUNCTION app.money_round(numeric, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.money_round(numeric, text) TO verso_app, verso_definer, verso_readonly;
