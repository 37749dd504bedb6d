DROP FUNCTION app.notice_mailed(uuid), app.next_notice(uuid[]), app.tell_investor(uuid, text, uuid, jsonb);
