-- The creditor reference of ISO 11649 for a text: RF, two check digits, and the letters and digits of the text, 21 at most.
-- In the database, because a reference is made with the number, in the transaction that gives it. Errors: 22023 for a text
-- without a letter or digit, or with more than 21. Internal.
CREATE OR REPLACE FUNCTION app.rf_reference(p_text text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_body constant text := upper(regexp_replace(p_text, '[^A-Za-z0-9]', '', 'g'));
BEGIN
    IF v_body = '' OR length(v_body) > 21 THEN
        RAISE EXCEPTION 'a reference has 1 to 21 letters and digits' USING ERRCODE = '22023', DETAIL = 'reference';
    END IF;
    -- A letter counts 10 to 35; what RF and two zeros leave of 97 gives the check digits.
    RETURN 'RF' || lpad((98 - (SELECT string_agg(CASE WHEN c ~ '[A-Z]' THEN (ascii(c) - 55)::text ELSE c END, '' ORDER BY n)
                                 FROM regexp_split_to_table(v_body || 'RF00', '') WITH ORDINALITY t(c, n))::numeric % 97)::text,
                        2, '0') || v_body;
END;
$$;
SELECT app.as_internal('app.rf_reference(text)');
COMMENT ON FUNCTION app.rf_reference(text) IS 'The ISO 11649 creditor reference of a text, with its check digits.';
