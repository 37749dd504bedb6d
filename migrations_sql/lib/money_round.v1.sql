-- The one place where money is rounded: half up, to the currency's minor unit. In the database, because Python and
-- JavaScript only show what it gives; a test holds it to Babel's digits, which pages show. Currencies of three decimals are
-- refused where a deal or a vehicle is made.
CREATE OR REPLACE FUNCTION app.money_round(p_amount numeric, p_currency text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT round(p_amount, CASE
        WHEN p_currency IN (
            'ADP','AFN','ALL','BIF','BYR','CLP','DJF','ESP','GNF','IRR','ISK','ITL','JPY','KMF','KPW',
            'KRW','LAK','LBP','LUF','MGA','MGF','MMK','MRO','PYG','RSD','RWF','SLL','SOS','STD','SYP',
            'TMM','TRL','UGX','UYI','VND','VUV','XAF','XOF','XPF','YER','ZMK','ZWD') THEN 0
        ELSE 2 END)
$$;
REVOKE ALL ON FUNCTION app.money_round(numeric, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.money_round(numeric, text) TO verso_app, verso_definer, verso_readonly;
