-- Whether amounts may be kept in this currency: three capital letters, and no more than two decimals (ISO 4217).
-- In the database, because numeric(18,2) would cut thousandths off whoever writes; lib/money.py asks the same, and
-- tests hold the two together. In plpgsql, as app.is_line: a CHECK on a lot is read by every hold.
-- Locks: none. Errors: none; null gives null.
CREATE OR REPLACE FUNCTION app.is_currency(p_code text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN p_code ~ '^[A-Z]{3}$' AND p_code NOT IN (
        'BHD','CLF','IQD','JOD','KWD','LYD','OMR','TND','UYW',
        'XAG','XAU','XBA','XBB','XBC','XBD','XDR','XPD','XPT','XSU','XTS','XUA','XXX');
END;
$$;
REVOKE ALL ON FUNCTION app.is_currency(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.is_currency(text) TO verso_app, verso_definer;
COMMENT ON FUNCTION app.is_currency(text) IS 'Whether amounts may be kept in this currency: at most two decimals.';
