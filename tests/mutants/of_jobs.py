"""Jobs and mail: nothing waits for others without a limit, nothing is sent twice, nothing that failed is "fine"."""

# ruff: noqa: E501 (a text stands here as it stands in its file)
from tests.mutants.mutation import mutants

MAIL = [
    *mutants(
        "notifications/notices",
        "tests/notifications/test_mail_server.py",
        (
            "claim-without-lease",
            "greatest(make_interval(secs => least(p_lease_seconds, 3600)), app.mail_pause(n.mail_tries + 1))",
            "interval '0'",
            "test_what_a_killed_worker_had_claimed_is_taken_again_after_the_lease",
        ),
        (
            "pauses-stay-short",
            "interval '1 minute' * 2 ^ least(p_try - 1, 12)",
            "interval '1 minute'",
            "test_pauses_grow_with_each_try_and_never_beyond_six_hours",
        ),
        (
            "late-mail-is-dropped",
            "WHEN app.wants_mail(n.user_id, n.facts) THEN 'too_late' ELSE 'not_wanted' END",
            "WHEN app.wants_mail(n.user_id, n.facts) THEN 'not_wanted' ELSE 'not_wanted' END",
            "test_nothing_is_dropped_after_three_days",
        ),
        (
            "two-senders-one-notice",
            "LIMIT 1 FOR NO KEY UPDATE OF n SKIP LOCKED",
            "LIMIT 1",
            "tests/sql/test_notices.py::test_two_senders_never_take_the_same_notice",
        ),
        (
            "overtaken-try-notes",
            " AND n.mail_tries = p_try;",
            ";",
            "tests/sql/test_notices.py::test_a_try_that_was_overtaken_notes_no_failure",
        ),
        (
            "former-person-is-mailed",
            "u.user_id = p_user_id AND u.investor_id = (p_facts ->> 'investor_id')::uuid",
            "u.investor_id = (p_facts ->> 'investor_id')::uuid",
            "tests/sql/test_notices.py::test_who_no_longer_acts_for_the_investor_neither_reads_nor_is_mailed",
        ),
        (
            "anybody-has-mail-sent-again",
            "IF NOT app.is_staff() THEN",
            "IF false THEN",
            "tests/sql/test_notices.py::test_only_staff_and_jobs_run_it",
        ),
        (
            "sent-again-without-audit",
            "PERFORM app.audit_write('notice.mailed_again'",
            "PERFORM jsonb_build_array('notice.mailed_again'",
            "test_staff_have_it_sent_again_and_the_log_says_who",
        ),
    ),
    *mutants(
        "notifications/rls_notices",
        "tests/sql/test_notices.py",
        (
            "staff-read-all-notices",
            "USING (mail_stopped NOT IN ('', 'not_wanted') AND (SELECT app.is_staff()))",
            "USING ((SELECT app.is_staff()))",
            "test_staff_read_only_what_could_not_be_mailed",
        ),
    ),
    *mutants(
        "lib/smtp.py",
        "tests/notifications/test_mail_server.py",
        (
            "mail-inside-a-transaction",
            "if connection.in_atomic_block:",
            "if False:",
            "test_mail_is_refused_inside_a_transaction",
        ),
        (
            "dripping-server-holds-the-worker",
            "self._watch.start()",
            "pass",
            "test_a_server_that_drips_is_left_after_the_whole_limit",
        ),
        (
            "unconfirmed-is-sent-again",
            "[1] self.message_is_out",
            "False",
            "test_a_break_after_the_message_is_not_tried_again_but_shown",
        ),
        (
            "impatient-after-the-message",
            "self.sock.settimeout(settings.EMAIL_ANSWER_SECONDS)",
            "pass",
            "test_a_slow_mail_is_sent_once_and_everybody_gets_theirs",
        ),
    ),
    *mutants(
        "notifications/services.py",
        "tests/notifications/test_mail_server.py",
        (
            "silent-server-is-asked-for-each",
            "        if failure and failure.server:\n            break\n",
            "",
            "test_a_silent_server_ends_the_run_within_its_limit_and_is_asked_again_later",
        ),
    ),
    *mutants(
        "notifications/mail.py",
        "tests/notifications/test_mail_server.py",
        (
            "refused-is-tried-for-ever",
            "return MailStopped.REFUSED if code >= 500 else MailStopped.NO",
            "return MailStopped.NO",
            "test_a_refused_recipient_stops_nobody_else_and_is_shown_to_staff",
        ),
    ),
]

HEARTBEAT = [
    *mutants(
        "house/heartbeat.py",
        "tests/house/test_heartbeat.py",
        (
            "begun-is-fine",
            "_record(name, started_at=timezone.now(), finished_at=None)",
            "_record(name, started_at=timezone.now(), finished_at=None, error='')",
            "test_what_failed_stays_said_until_a_run_was_good",
        ),
    ),
    *mutants(
        "desk/selectors.py",
        "tests/house/test_heartbeat.py",
        (
            "killed-each-time-is-fine",
            "(self.run.succeeded_at or self.run.since)",
            "self.run.started_at",
            "test_a_job_that_is_killed_each_time_becomes_late",
        ),
    ),
    *mutants(
        "lib/jobs.py",
        "tests/house/test_heartbeat.py",
        ("failed-work-is-fine", "[1] failed", "False", "test_mails_that_failed_are_a_failed_job"),
    ),
]

CLOCK = [
    *mutants(
        "house/job_clock",
        "tests/sql/test_job_clock.py",
        (
            "any-clock-is-believed",
            "IF v_ahead > v_slack THEN",
            "IF false THEN",
            "test_a_jump_is_seen_and_held_until_the_clock_is_right_again",
        ),
        (
            "wall-clock-jumps-along",
            "CASE WHEN p_boot <> '' AND v.boot = p_boot THEN p_ticks - v.ticks ELSE p_wall - v.wall END",
            "p_wall - v.wall",
            "test_the_machines_own_count_goes_before_a_wall_clock_that_jumped_along",
        ),
        ("small-steps-pass", "v_passed > 3600 AND", "true AND", "test_small_steps_add_up"),
        (
            "anybody-confirms-the-clock",
            "IF NOT app.is_staff() OR app.uid() = app.system_profile() THEN",
            "IF false THEN",
            "test_only_staff_and_jobs_compare_and_confirm",
        ),
    ),
    *mutants(
        "notifications/tell_of_clock",
        "tests/sql/test_job_clock.py",
        (
            "staff-are-told-each-minute",
            "WHEN (OLD.held_since IS NULL AND NEW.held_since IS NOT NULL)",
            "WHEN (NEW.held_since IS NOT NULL)",
            "test_staff_are_told_once_of_each_jump",
        ),
    ),
    *mutants(
        "inventory/take_lots",
        "tests/house/test_clock.py",
        (
            "buyers-sweep-by-a-held-clock",
            "[5] NOT app.clock_held()",
            "true",
            "test_a_buyers_own_sweep_waits_and_says_busy_never_sold_out",
        ),
    ),
    *mutants(
        "house/clock.py",
        "tests/house/test_clock.py",
        (
            "jobs-do-not-look",
            "[1] not ahead",
            "True",
            "test_no_job_acts_by_a_clock_that_jumped",
        ),
    ),
]

RESTORE = [
    *mutants(
        "launcher/archive.py",
        "tests/scenarios/test_backup_restore.py",
        (
            "archive-without-parts",
            "if DUMP not in parts or not all(named) or found != set(parts):",
            "if False:",
            "test_what_cannot_be_brought_back_is_refused_before_anything_changes",
        ),
        (
            "archive-of-a-newer-version",
            "if _number(theirs) > _number(ours) or unknown:",
            "if False:",
            "test_what_cannot_be_brought_back_is_refused_before_anything_changes",
        ),
    ),
    *mutants(
        "launcher/management/commands/restore.py",
        "tests/scenarios/test_backup_restore.py",
        (
            "restore-in-steps",
            "[1] 10",
            "10, autocommit=True",
            "test_a_restore_cut_off_at_any_moment_leaves_the_old_or_the_new_whole",
        ),
    ),
]

MUTANTS = [*MAIL, *HEARTBEAT, *CLOCK, *RESTORE]
