DROP FUNCTION app.invite_preview(text), app.live_invite(text);
