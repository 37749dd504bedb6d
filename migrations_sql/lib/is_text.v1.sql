-- Whether a text may be kept in lines: as app.is_line, with line breaks (a bare newline) and any kind of space within.
-- In the database for the same reason; lib/text.py tidies what people type to the same.
-- CHECK constraints are built on it: they run as whoever writes; in plpgsql for the reason given there.
-- Locks: none. Errors: none; null gives null.
CREATE OR REPLACE FUNCTION app.is_text(p_text text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN p_text = pg_catalog.btrim(p_text, E' \n')
       AND p_text !~ ('[\u0009\u000b\u000c\u000d\u0085\u2028\u2029'
                   || '\u0001-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160'
                   || '\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0'
                   || '\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]')
       AND p_text IS NFC NORMALIZED;
END;
$$;
REVOKE ALL ON FUNCTION app.is_text(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.is_text(text) TO verso_app, verso_definer;
COMMENT ON FUNCTION app.is_text(text) IS 'Whether a text may be kept in lines: composed, nothing invisible in it.';
