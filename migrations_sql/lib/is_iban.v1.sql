-- Whether a text is an account number as ISO 13616 has it: country, check digits, number, without spaces and in capitals, and
-- the check digits right (mod 97). In the database, because an account that is wrong by one digit sends money astray, whoever
-- wrote it. How long a country's numbers are is the form's to ask: that list changes. In plpgsql, as app.is_line.
-- Locks: none. Errors: none; null gives null.
CREATE OR REPLACE FUNCTION app.is_iban(p_text text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    v_sign text;
    v_number int;
    v_rest int := 0;
BEGIN
    IF p_text !~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$' OR substr(p_text, 3, 2) NOT BETWEEN '02' AND '98' THEN
        RETURN false;
    END IF;
    FOREACH v_sign IN ARRAY string_to_array(substr(p_text, 5) || left(p_text, 4), NULL) LOOP
        v_number := CASE WHEN v_sign BETWEEN '0' AND '9' THEN v_sign::int ELSE ascii(v_sign) - 55 END;  -- A is 10
        v_rest := (v_rest * CASE WHEN v_number > 9 THEN 100 ELSE 10 END + v_number) % 97;
    END LOOP;
    RETURN v_rest = 1;  -- [1]
END;
$$;
REVOKE ALL ON FUNCTION app.is_iban(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.is_iban(text) TO verso_app, verso_definer;
COMMENT ON FUNCTION app.is_iban(text) IS 'Whether a text is an IBAN in its electronic form, with check digits that are right.';
