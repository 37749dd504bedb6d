SELECT app.reset_table('public.django_session');
DROP FUNCTION app.session_read(text, timestamptz), app.session_write(text, text, timestamptz, boolean), app.session_end(text),
    app.sessions_clear();
