DROP FUNCTION app.mail_notice_again(uuid), app.notice_not_mailed(uuid, int, text, text), app.notice_mailed(uuid),
    app.claim_notice(int), app.mail_pause(int), app.wants_mail(uuid, jsonb), app.tell_investor(uuid, text, uuid, jsonb);
