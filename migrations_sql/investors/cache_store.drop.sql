DROP TABLE public.cache;
DROP FUNCTION app.cache_read(text[], timestamptz), app.cache_write(text, jsonb, timestamptz, timestamptz, boolean, integer),
    app.cache_touch(text, timestamptz, timestamptz), app.cache_forget(text[]);
