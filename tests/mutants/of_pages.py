"""What Python protects: the identity of a request, sessions, sign-in, who reaches which page, files, the verifier."""

# ruff: noqa: E501 (a text stands here as it stands in its file)
from tests.mutants.mutation import mutants

MUTANTS = [
    *mutants(
        "audit/identity.py",
        "tests/audit/test_identity.py",
        (
            "identity-for-the-connection",
            "select set_config('app.user_id', %s, true)",
            "select set_config('app.user_id', %s, false)",
            "test_an_identity_ends_with_its_transaction",
        ),
        (
            "identity-not-given-back",
            "        yield\n        set_identity(before)",
            "        yield",
            "test_acting_as_gives_the_former_identity_back",
        ),
        (
            "row-without-address",
            "where.ip, where.user_agent[:400]",
            "'', where.user_agent[:400]",
            "test_where_a_change_came_from_stands_in_its_row",
        ),
    ),
    *mutants(
        "audit/middleware.py",
        "tests/audit/test_identity.py",
        (
            "refusal-keeps-its-changes",
            "response.status_code >= 400 and not",
            "response.status_code >= 500 and not",
            "test_an_error_page_changes_nothing",
        ),
        (
            "failed-sign-in-is-forgotten",
            ' and not getattr(request, "keep_records", False)',
            "",
            "test_a_failed_sign_in_keeps_its_record",
        ),
        (
            "any-forwarded-address-is-believed",
            "if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:\n        if seen := _address(hops[-settings.TRUSTED_PROXIES])",
            "if hops:\n        if seen := _address(hops[0])",
            "test_the_address_is_what_the_outermost_trusted_proxy_saw",
        ),
        (
            "forwarded-words-are-addresses",
            '    except ValueError:\n        return ""',
            "    except ValueError:\n        return typed",
            "test_the_address_is_what_the_outermost_trusted_proxy_saw",
        ),
        (
            "refused-attempts-are-forgotten",
            "if not (barred or status in (403, 404)) or",
            "if True or",
            "tests/audit/test_refusals.py::test_a_post_to_what_is_not_yours_is_on_record",
        ),
    ),
    *mutants(
        "config/lib/emails.py",
        "tests/investors/test_emails.py",
        (
            "domains-as-typed",
            "if not domain.isascii():",
            "if False:",
            "test_the_one_form",
        ),
        (
            "wide-letters-are-others",
            'unicodedata.normalize("NFKC", typed or "")',
            '(typed or "")',
            "test_one_person_however_the_address_is_typed",
        ),
    ),
    *mutants(
        "config/lib/readonly_admin.py",
        "tests/house/test_admin.py",
        (
            "addresses-look-up-any-column",
            "return any(lookup in self._parameters(declared) for declared in self.get_list_filter(request))",
            "return super().lookup_allowed(lookup, value, request)",
            "test_a_look_up_that_no_page_declares_is_refused",
        ),
    ),
    *mutants(
        "investors/sessions.py",
        "tests/sql/test_session_store.py",
        (
            "sessions-stored-under-their-key",
            'return hashlib.sha256((session_key or "").encode()).hexdigest()[:40]',
            'return session_key or ""',
            "test_what_is_stored_is_not_the_key",
        ),
        (
            "session-data-fits-any-key",
            'return f"investors.sessions.{self.session_key}"',
            'return "investors.sessions"',
            "test_data_copied_under_a_key_of_ones_own_is_no_session",
        ),
    ),
    *mutants(
        "config/management/commands/backup.py",
        "tests/scenarios/test_backup_restore.py",
        ("backup-with-large-objects", ', "-B"', "", "test_a_large_object_of_the_application_ends_no_backup"),
    ),
    *mutants(
        "investors/middleware.py",
        "tests/investors/test_sessions.py",
        (
            "idle-sessions-go-on",
            "if now - seen >= settings.SESSION_IDLE_MINUTES[side] * 60:",
            "if False:",
            "test_an_idle_session_ends",
        ),
        (
            "sessions-never-age",
            "if now - started >= settings.SESSION_HOURS_MAX[side] * 3600:",
            "if False:",
            "test_a_session_in_use_ends_with_its_day",
        ),
        (
            "staff-idle-as-long-as-investors",
            '"staff" if request.user.is_staff else "investor"',
            '"investor"',
            "test_an_idle_session_ends",
        ),
        ("a-poll-keeps-a-session", ' and request.headers.get("X-Poll") != "1"', "", "test_a_poll_is_no_sign_of_life"),
        (
            "ended-session-keeps-its-identity",
            "    request.user = AnonymousUser()\n    set_identity(None)",
            "    request.user = AnonymousUser()",
            "tests/investors/test_passwords.py::test_an_ended_session_leaves_the_database_no_identity",
        ),
        (
            "pages-stay-in-the-browser",
            "patch_cache_control(response, private=True, no_store=True)",
            "pass",
            "tests/investors/test_sign_in.py::test_pages_of_signed_in_people_are_stored_nowhere",
        ),
    ),
    *mutants(
        "investors/backends.py",
        "tests/investors/test_sign_in.py",
        (
            "unknown-e-mail-answers-sooner",
            "        proof = passwords.derived(",
            "        if not db.login_lookup(email):\n            return None\n        proof = passwords.derived(",
            "test_an_unknown_e_mail_costs_as_much_work_as_a_wrong_password",
        ),
        (
            "all-staff-are-administrators",
            "user.role == Role.STAFF_ADMIN or sees or perm in STAFF_WORK",
            "True",
            "tests/investors/test_permissions.py::test_rights_follow_from_the_role",
        ),
        (
            "any-password",
            "profile_id = db.password_owner(email, proof)",
            "profile_id = db.login_lookup(email)",
            "test_a_refusal_is_the_same_whoever_it_was_and_is_recorded",
        ),
    ),
    *mutants(
        "config/settings.py",
        "tests/investors/test_sign_in.py",
        (
            "fifty-guesses",
            "AXES_FAILURE_LIMIT = 5",
            "AXES_FAILURE_LIMIT = 50",
            "test_the_fifth_wrong_password_locks_this_address_out_but_nobody_else",
        ),
        (
            "lockout-for-everybody",
            '[["username", "ip_address"]]',
            '["username"]',
            "test_the_fifth_wrong_password_locks_this_address_out_but_nobody_else",
        ),
        (
            "scripts-read-the-session",
            "SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True",
            "SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = False",
            "test_the_session_cookie_is_for_the_server_alone",
        ),
    ),
    *mutants(
        "investors/services.py",
        "tests/investors/test_people_pages.py",
        (
            "administrator-changes-own-rights",
            "return is_admin and acting_user.pk != person.pk and",
            "return is_admin and",
            "test_who_may_disable_whom",
        ),
    ),
    *mutants(
        "config/lib/portals.py",
        "tests/operations/test_staff_pages.py",
        (
            "staff-pages-for-everybody",
            "if not request.user.is_staff:\n            raise Http404",
            "if False:\n            raise Http404",
            "test_for_everybody_else_the_pages_do_not_exist",
        ),
    ),
    *mutants(
        "deals/services/invites.py",
        "tests/deals/test_invites.py",
        (
            "tokens-are-kept",
            "return hashlib.sha256(token.encode()).hexdigest()",
            "return token",
            "test_only_the_hash_of_a_long_token_is_kept",
        ),
        ("links-for-ever", "if not 1 <= days <= MOST_DAYS:", "if False:", "test_links_that_make_no_sense"),
    ),
    *mutants(
        "deals/services/refusals.py",
        "tests/deals/test_invites.py",
        (
            "anybody-calls-the-services-of-staff",
            "        raise NotAllowed()",
            "        pass",
            "test_only_staff_make_and_revoke_links",
        ),
    ),
    *mutants(
        "operations/services.py",
        "tests/operations/test_decide.py",
        (
            "rejected-units-stay-held",
            'outcome in ("approved", "rejected")',
            'outcome in ("approved",)',
            "test_rejecting_frees_the_units_at_once",
        ),
    ),
    *mutants(
        "config/middleware.py",
        "tests/house/test_headers.py",
        ("nul-in-a-header", 'value.replace("\\0", " ")', "value", "test_no_header_makes_a_page_fail"),
        ("nul-in-a-cookie", 'if "\\0" not in name + value', "if True", "test_no_cookie_makes_a_page_fail"),
    ),
    *mutants(
        "config/health.py",
        "tests/house/test_health.py",
        (
            "health-asks-for-the-host",
            "return view(request) if view else",
            "return",
            "test_health_is_answered_under_any_name_and_logs_nothing",
        ),
    ),
    *mutants(
        "deals/views_staff.py",
        "tests/house/test_health.py",
        (
            "links-follow-the-host",
            'settings.SITE_URL + reverse("deals_invite:open", args=[token])',
            'request.build_absolute_uri(reverse("deals_invite:open", args=[token]))',
            "test_an_invite_link_names_the_site_whatever_host_was_asked",
        ),
    ),
    *mutants(
        "config/lib/environment.py",
        "tests/house/test_environment.py",
        (
            "sites-with-anything-behind",
            "_SITE.fullmatch(",
            "_SITE.match(",
            "test_a_value_that_is_wrong_is_refused",
        ),
        (
            "keys-that-anybody-guesses",
            "if given and (len(given) < SECRET_KEY_LENGTH_MIN or",
            "if given and (False or",
            "test_a_value_that_is_wrong_is_refused",
        ),
    ),
    *mutants(
        "config/lib/redaction.py",
        "tests/house/test_redaction.py",
        (
            "links-in-the-log",
            r'_AFTER.sub(r"\1***", text)',
            "text",
            "test_every_address_with_a_token_is_known",
        ),
        (
            "tokens-in-the-log",
            r'_TOKEN_LIKE.sub(r"\1***", ',
            "(",
            "test_a_text_is_logged_without_its_secrets",
        ),
    ),
    *mutants(
        "config/settings.py",
        "tests/house/test_redaction.py",
        (
            "loggers-past-the-redaction",
            '"django.server": {"handlers": [], "propagate": True, "level": "WARNING"},',
            '"django.server": {"level": "WARNING"},',
            "test_django_s_loggers_have_no_handlers_of_their_own",
        ),
    ),
    *mutants(
        "config/middleware.py",
        "tests/house/test_web_server.py",
        (
            "any-body-is-read",
            "if int(length) <= limit:",
            "if True:",
            "test_the_wsgi_application_keeps_the_limit_itself",
            "test_a_page_of_long_text_says_itself_how_much_it_takes",
        ),
    ),
    *mutants(
        "config/lib/whole_requests.py",
        "tests/house/test_web_server.py",
        (
            "bodies-too-large-are-kept",
            "if max(received, announced) > limit:",
            "if False:",
            "test_what_is_too_large_arrives_without_its_body",
        ),
        (
            "clients-have-all-day",
            "asyncio.timeout(BODY_SECONDS + limit / SLOWEST_BYTES_PER_SECOND)",
            "asyncio.timeout(5)",
            "test_a_request_that_is_not_whole_in_time_is_answered_408_and_reaches_no_thread",
        ),
        (
            "underscores-pass-for-hyphens",
            'if "_" in name:',
            "if False:",
            "test_a_whole_request_arrives_as_it_was_sent",
        ),
        (
            "half-an-answer-before-a-500",
            "            answer.truncate()\n            started",
            "            started",
            "test_an_application_that_breaks_answers_500_and_nothing_of_what_it_began",
        ),
    ),
    *mutants(
        "config/lib/body_limits.py",
        "tests/house/test_web_server.py",
        (
            "pages-without-a-limit",
            "if limit > MOST:",
            "if False:",
            "test_no_page_takes_more_than_the_server",
        ),
    ),
    *mutants(
        "config/views.py",
        "tests/house/test_shell.py",
        (
            "theme-leads-anywhere",
            "if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):",
            "if False:",
            "test_the_theme_leads_nowhere_else",
        ),
    ),
    *mutants(
        "audit_verifier/chain.py",
        "tests/audit/test_tampering.py",
        ("verifier-passes-over-gaps", "gap = here.seq > place.seq + 1", "gap = False", "test_a_deleted_row_is_named"),
        (
            "verifier-believes-new-hashes",
            "elif not linked and not gap and not place.suspect and place.row:",
            "elif False:",
            "test_an_edited_row_with_a_new_hash_is_named",
        ),
    ),
    *mutants(
        "config/lib/csvfile.py",
        "tests/house/test_csvfile.py",
        (
            "formulas-run",
            '_FORMULA.sub(r"\\1\'", str(value))',
            "str(value)",
            "test_what_would_run_as_a_formula_is_text",
        ),
        ("a-tab-before-a-formula", "@\\t\\r＝", "@＝", "test_what_would_run_as_a_formula_is_text"),
        ("a-formula-behind-a-semicolon", "(^|[;", "(^|[", "test_what_would_run_as_a_formula_is_text"),
    ),
    *mutants(
        "config/lib/exact.py",
        "tests/house/test_csvfile.py",
        ("a-number-with-an-exponent", "number:f}", "number}", "test_a_number_is_no_exponent"),
        (
            "json-through-floats",
            "parse_float=Decimal",
            "parse_float=float",
            "test_a_document_is_written_with_the_digits_it_was_read_with",
        ),
    ),
]
