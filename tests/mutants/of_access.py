"""Who sees what, who may write what: policies, what they are built on, guards, invitations, links."""

# ruff: noqa: E501 (a text stands here as it stands in its file)
import re

from tests.mutants.mutation import SQL_ROOT, Mutant, mutants, newest

READING = ("tests/matrix/test_tables.py::test_reading[world1]",)
WRITING = (
    "tests/matrix/test_tables.py::test_writing[world1]",
    # Where a guard refuses as well, or a row has more than one policy, the matrix cannot tell them apart.
    "tests/house/test_database.py::test_checks_name_every_reference",
    "tests/sql/test_rls_documents.py::test_what_is_not_ones_own_cannot_be_written",
    "tests/sql/test_rls_deals.py::test_the_policy_itself_keeps_members_from_fees",
)


WRITTEN_POLICY = re.compile(
    r'^CREATE POLICY "([^"]+)" ON \S+ (?:AS RESTRICTIVE )?FOR (\w+) TO verso_app\s+([^;]+);', re.M
)
TABLE_CLASS = re.compile(r"SELECT app\.table_class\('(\w+\.(\w+))', p_whose => '([^']+)',\s+p_writes => '(\w+)'[^;]*;")
OPEN = {"SELECT": "USING (true)", "INSERT": "WITH CHECK (true)", "UPDATE": "USING (true) WITH CHECK (true)"}


def open_policies() -> list[Mutant]:
    """Every policy by which the application reads, wide open; and every one by which it writes, unchecked."""
    found = []
    for path in sorted(SQL_ROOT.glob("*/*.v1.sql")):
        of = str(path.relative_to(SQL_ROOT)).removesuffix(".v1.sql")
        sql = newest(of).read_text(encoding="utf-8")
        for policy in WRITTEN_POLICY.finditer(sql):
            name, verb, body = policy.groups()
            if body != "USING (true)":
                slug = "policy-" + re.sub(r"\W+", "-", name.lower())
                found.append(opened(slug, of, policy[0], policy[0].replace(body, OPEN[verb]), verb))
        for stated in TABLE_CLASS.finditer(sql):
            table, name, whose, writes = stated.groups()
            derived = ["SELECT"] * (whose not in ("nobody", "special"))
            derived += ["INSERT", "UPDATE"] * (writes in ("staff", "administrators"))
            for verb in derived:
                policy = f'CREATE POLICY "class: open" ON {table} FOR {verb} TO verso_app {OPEN[verb]};'
                found.append(opened(f"class-{name}-{verb.lower()}", of, stated[0], f"{stated[0]}\n{policy}", verb))
    return found


def opened(slug, of, text, instead, verb) -> Mutant:
    return Mutant(slug, of, text, instead, READING if verb == "SELECT" else WRITING)


IDENTITY = [
    *mutants(
        "lib/identity",
        "tests/sql/test_fn_identity.py",
        (
            "ended-identity-is-an-error",
            "nullif(current_setting('app.user_id', true), '')::uuid",
            "current_setting('app.user_id', true)::uuid",
            "tests/sql/test_rls_identity.py::test_an_identity_ends_with_its_transaction",
        ),
        (
            "disabled-keep-their-role",
            "p.id = app.uid() AND p.is_active);",
            "p.id = app.uid());",
            "test_a_disabled_person_has_no_role",
        ),
        (
            "everybody-is-staff",
            "app.role() LIKE 'staff%'",
            "app.role() IS NOT NULL",
            "tests/sql/test_rls_identity.py::test_the_three_questions_of_the_seeds",
        ),
        (
            "everybody-runs-jobs",
            "RETURN app.is_staff() OR session_user",
            "RETURN app.uid() IS NOT NULL OR session_user",
            "test_only_staff_the_system_and_the_owner_run_jobs",
        ),
        (
            "functions-for-everybody",
            "REVOKE ALL ON FUNCTION app.uid() FROM PUBLIC",
            "GRANT ALL ON FUNCTION app.uid() TO PUBLIC",
            "tests/house/test_database.py::test_no_function_is_for_everybody",
        ),
    ),
    *mutants(
        "deals/visible_deals",
        "tests/sql/test_rls_identity.py",
        (
            "invited-see-the-deal",
            "WHERE m.user_id = app.uid() AND m.accepted_at IS NOT NULL AND NOT",
            "WHERE m.user_id = app.uid() AND NOT",
            "tests/sql/test_rls_deals.py::test_an_invitation_shows_no_deal_until_it_is_accepted",
        ),
        (
            "members-of-anything-see-everything",
            "WHERE m.user_id = app.uid() AND m.accepted_at IS NOT NULL AND NOT app.is_staff()",
            "WHERE m.accepted_at IS NOT NULL AND NOT app.is_staff()",
            "test_sets_that_policies_are_built_on",
        ),
        (
            "disabled-see-their-deals",
            "[1] user_id AND p.is_active",
            "user_id",
            "test_a_disabled_person_sees_nothing_from_the_next_statement",
        ),
        (
            "access-before-accepting",
            "m.user_id = app.uid() AND m.accepted_at IS NOT NULL)",
            "m.user_id = app.uid())",
            "test_the_three_questions_of_the_seeds",
        ),
    ),
    *mutants(
        "investors/visible_investors",
        "tests/sql/test_rls_identity.py",
        (
            "everybodys-investors",
            "WHERE l.user_id = app.uid() AND NOT app.is_staff()",
            "WHERE NOT app.is_staff()",
            "test_sets_that_policies_are_built_on",
        ),
        (
            "disabled-see-their-investors",
            "[1] user_id AND p.is_active",
            "user_id",
            "test_a_disabled_person_sees_nothing_from_the_next_statement",
        ),
        (
            "linked-to-every-investor",
            "l.investor_id = p_investor_id AND l.user_id = app.uid()",
            "l.user_id = app.uid()",
            "test_the_three_questions_of_the_seeds",
        ),
    ),
    *mutants(
        "portfolio/held_vehicles",
        "tests/sql/test_rls_identity.py",
        (
            "vehicles-of-everybody",
            "WHERE NOT app.is_staff() AND p.investor_id = ANY (ARRAY(SELECT app.visible_investors()))",
            "WHERE NOT app.is_staff()",
            "test_sets_that_policies_are_built_on",
        ),
    ),
    *mutants(
        "deals/deal_labels",
        "tests/sql/test_deal_labels.py",
        (
            "any-hold-tells-the-name",
            "WHERE r.deal_id = d.id AND r.investor_id = ANY (v_own)",
            "WHERE r.deal_id = d.id",
            "test_what_another_investor_holds_tells_nothing",
        ),
    ),
    *mutants(
        "inventory/fn_get_deal_inventory",
        "tests/sql/test_fn_get_deal_inventory.py",
        (
            "investors-read-what-others-hold",
            "CASE WHEN me.staff THEN s.reserved END",
            "s.reserved",
            "test_investors_learn_what_is_free_and_nothing_of_others",
        ),
        (
            "availability-of-any-deal",
            "FROM app.visible_deals() v WHERE v = ANY (p_deal_ids)",
            "FROM unnest(p_deal_ids) v",
            "test_a_deal_that_is_not_yours_is_not_there",
        ),
    ),
]

GUARDS = [
    *mutants(
        "investors/end_password_links",
        "tests/sql/test_end_password_links.py",
        (
            "links-outlive-rights",
            "OF role, email,",
            "OF email,",
            "test_a_kept_link_of_an_investor_makes_no_administrator",
        ),
    ),
    *mutants(
        "notifications/rls_notices",
        "tests/sql/test_notices.py",
        (
            "notices-outlive-the-link",
            "facts ->> 'investor_id' IS NULL\n",
            "true\n",
            "test_who_no_longer_acts_for_the_investor_neither_reads_nor_is_mailed",
        ),
    ),
    *mutants(
        "deals/guard_deal",
        "tests/sql/test_rls_deals.py",
        (
            "deal-opens-again",
            "('draft', 'open'), ('open', 'allocation_pending')",
            "('draft', 'open'), ('closed', 'open'), ('open', 'allocation_pending')",
            "test_a_deal_moves_only_as_it_may",
        ),
        (
            "status-of-null",
            "('allocation_pending', 'cancelled')) IS NOT TRUE",
            "('allocation_pending', 'cancelled')) = false",
            "test_a_deal_moves_only_as_it_may",
        ),
        (
            "currency-changes-later",
            "(OLD.code, OLD.currency, OLD.vehicle_id) IS DISTINCT FROM (NEW.code, NEW.currency, NEW.vehicle_id)",
            "(OLD.code, OLD.vehicle_id) IS DISTINCT FROM (NEW.code, NEW.vehicle_id)",
            "test_what_others_rely_on_is_fixed_once_a_deal_was_opened",
        ),
        (
            "deal-begins-open",
            "NEW.status IS DISTINCT FROM 'draft' AND current_user = 'verso_app'",
            "false",
            "test_the_application_makes_drafts",
        ),
        (
            "cancelled-past-a-buyer",
            "PERFORM 1 FROM public.deals d WHERE d.id = OLD.id FOR UPDATE;",
            "",
            "tests/race/test_decisions.py::test_cancelling_the_deal_waits_for_who_is_reserving",
        ),
    ),
    *mutants(
        "deals/rls_deals",
        "tests/sql/test_rls_deals.py",
        (
            "maker-passes-a-deal-on",
            "app.keep_columns('created_by', 'created_at')",
            "app.keep_columns('created_at')",
            "test_who_made_a_deal_stays",
        ),
        ("made-in-anothers-name", "created_by = (SELECT app.active_uid())", "true", "test_who_made_a_deal_stays"),
    ),
    *mutants(
        "deals/rls_invite_links",
        "tests/sql/test_rls_deals.py",
        (
            "uses-are-counted-by-hand",
            "\n                AND used_count = 0",
            "",
            "test_nobody_counts_the_uses_of_a_link",
        ),
    ),
    *mutants(
        "deals/rls_deal_memberships",
        "tests/sql/test_rls_deals.py",
        (
            "staff-accept-for-others",
            "\n                AND (accepted_at IS NULL\n"
            "                     OR (role = 'verso_staff' AND investor_id IS NULL\n"
            "                         AND user_id = ANY (ARRAY(SELECT app.staff_profiles()))))",
            "",
            "test_staff_invite_and_only_our_own_are_in_at_once",
        ),
    ),
    *mutants(
        "deals/guard_fee_plan",
        "tests/sql/test_guard_fee_plan.py",
        (
            "agreed-plan-changes",
            "EXISTS (SELECT 1 FROM public.deal_commitments c WHERE c.selected_fee_plan_id = p_plan_id)",
            "false",
            "test_what_was_agreed_stays",
        ),
        (
            "fee-moved-into-an-agreed-plan",
            "PERFORM app.refuse_if_plan_in_use(NEW.fee_plan_id);",
            "NULL;",
            "test_what_was_agreed_stays",
        ),
        ("chosen-plan-not-waited-for", " FOR UPDATE;", ";", "test_a_plan_that_is_being_chosen_is_waited_for"),
    ),
    *mutants(
        "deals/guardian_projection",
        "tests/sql/test_guardian_projection.py",
        (
            "right-before-accepting",
            "IF NEW.accepted_at IS NOT NULL THEN",
            "IF true THEN",
            "test_accepting_gives_the_right_and_ending_takes_it",
        ),
        (
            "right-stays-after-leaving",
            "IF TG_OP <> 'INSERT' THEN",
            "IF TG_OP = 'UPDATE' THEN",
            "test_accepting_gives_the_right_and_ending_takes_it",
        ),
    ),
    *mutants(
        "investors/guard_profile",
        "tests/sql/test_rls_profiles.py",
        (
            "own-role",
            "(v_self OR NOT v_admin) THEN 'An administrator changes the roles",
            "(NOT v_admin AND NOT v_self) THEN 'An administrator changes the roles",
            "test_nobody_gives_themselves_rights",
        ),
        (
            "own-activity",
            "(v_self OR NOT v_keeper) THEN 'Staff end",
            "(NOT v_self AND NOT v_keeper) THEN 'Staff end",
            "test_not_even_an_administrator_changes_their_own",
        ),
        (
            "email-of-who-signs-in",
            "(v_self OR NOT (v_admin OR OLD.password LIKE '!%'))",
            "v_self",
            "test_the_email_of_who_signs_in_is_the_administrators_to_change",
        ),
        (
            "system-profile-changes",
            "WHEN OLD.id = app.system_profile() THEN 'VERSO system is nobody''s to change.'",
            "",
            "test_the_system_profile_is_nobodys_to_change",
        ),
        (
            "anybody-adds-staff",
            "WHEN NEW.role <> 'investor' AND NOT v_admin THEN 'Only an administrator adds staff.'",
            "",
            "test_adding_people",
        ),
        (
            "staff-change-staff",
            "WHEN NOT v_self AND NOT v_keeper THEN 'Only an administrator changes staff.'",
            "",
            "test_staff_keep_investors_people_but_not_staff",
        ),
    ),
    *mutants(
        "investors/guard_investor",
        "tests/sql/test_rls_profiles.py",
        (
            "manager-takes-an-investor-over",
            "NOT IN ('staff_admin', 'staff_ops')",
            "NOT LIKE 'staff%'",
            "test_no_manager_takes_an_investor_over",
        ),
    ),
]

LINKS = [
    *mutants(
        "deals/live_invite",
        "tests/sql/test_fn_accept_invite.py",
        (
            "invite-used-up-opens",
            "l.used_count < l.max_uses AND ",
            "",
            "tests/sql/test_fn_accept_invite.py::test_a_dead_or_guessed_token_shows_nothing",
        ),
        (
            "invite-expired-opens",
            " AND l.expires_at > clock_timestamp()",
            "",
            "test_a_dead_or_guessed_token_shows_nothing",
        ),
        ("invite-revoked-opens", "l.revoked_at IS NULL AND ", "", "test_a_dead_or_guessed_token_shows_nothing"),
        (
            "invite-to-a-deal-that-is-over",
            " AND d.status IN ('draft', 'open', 'allocation_pending')",
            "",
            "test_a_deal_that_is_over_takes_nobody_in",
        ),
        (
            "stranger-reads-the-deals-name",
            "CASE WHEN f.for_me THEN d.name END",
            "d.name",
            "test_a_stranger_reads_whom_to_ask_and_no_deal",
        ),
    ),
    *mutants(
        "deals/fn_accept_invite",
        "tests/sql/test_fn_accept_invite.py",
        (
            "last-use-goes-to-many",
            "WHERE l.id = v_invite.id AND l.used_count < l.max_uses AND",
            "WHERE l.id = v_invite.id AND",
            "tests/race/test_invites.py::test_as_many_join_as_the_link_has_uses",
        ),
        (
            "joining-while-a-deal-ends",
            " AND d.status IN ('draft', 'open', 'allocation_pending') FOR KEY SHARE",
            "",
            "tests/race/test_invites.py::test_a_deal_that_ends_while_somebody_joins_takes_nobody_in",
        ),
        (
            "invite-of-another-address",
            "WHERE i.email = '' OR lower(i.email) = lower(p.email)",
            "WHERE true",
            "test_used_expired_revoked_bound_and_guessed_answer_alike",
        ),
        ("disabled-accept", " AND p.is_active", "", "test_nobody_and_the_disabled_are_nobody"),
        (
            "accepted-place-is-overwritten",
            "\n     WHERE m.accepted_at IS NULL;",
            ";",
            "tests/race/test_invites.py::test_one_person_in_twenty_windows_uses_it_once",
        ),
    ),
    *mutants(
        "deals/fn_accept_membership",
        "tests/sql/test_fn_accept_invite.py",
        (
            "join-for-a-foreign-investor",
            "u.user_id = app.uid() AND u.investor_id",
            "u.investor_id",
            "test_who_acts_for_several_investors_says_for_which",
        ),
    ),
    *mutants(
        "investors/use_password_link",
        "tests/sql/test_app_use_password_link.py",
        (
            "password-link-works-twice",
            "[1] used_at IS NULL AND l.expires_at",
            "expires_at",
            "test_sets_the_password_once_and_ends_every_link_of_the_person",
        ),
        (
            "password-link-never-ends",
            "[1] NULL AND l.expires_at > clock_timestamp()",
            "NULL",
            "test_a_dead_link_changes_nothing",
        ),
        (
            "password-stored-as-typed",
            "p_password !~ '^[a-z0-9_]+\\$.'",
            "false",
            "test_only_an_encoded_password_is_stored",
        ),
    ),
    *mutants(
        "investors/make_password_link",
        "tests/sql/test_app_make_password_link.py",
        (
            "anybody-makes-a-password-link",
            "IF NOT app.is_staff()",
            "IF false",
            "test_everybody_else_is_refused_alike_and_nothing_changes",
        ),
        (
            "operations-become-anybody",
            " AND app.role() <> 'staff_admin'",
            " AND false",
            "test_everybody_else_is_refused_alike_and_nothing_changes",
        ),
    ),
    *mutants(
        "investors/login_lookup",
        "tests/sql/test_app_login_lookup.py",
        ("disabled-are-named", " AND p.is_active", "", "test_finds_nobody_who_may_not_sign_in"),
    ),
    *mutants(
        "investors/password_owner",
        "tests/sql/test_app_password_owner.py",
        ("disabled-sign-in", " AND p.is_active", "", "test_nothing_else_does"),
        ("unusable-passwords-are-used", " AND p.password NOT LIKE '!%'", "", "test_nothing_else_does"),
        (
            "any-derived-value",
            "[1]",
            "",
            "test_nothing_else_does",
        ),
    ),
    *mutants(
        "investors/ask_password_reset",
        "tests/sql/test_app_ask_password_reset.py",
        (
            "strangers-use-up-the-owners-mails",
            " AND l.from_known = p_known",
            "",
            "test_five_an_hour_for_one_person_counted_apart_where_the_person_signed_in",
        ),
        (
            "mails-without-end",
            "v_most constant int := 5",
            "v_most constant int := 500",
            "test_five_an_hour_for_one_person_counted_apart_where_the_person_signed_in",
        ),
        (
            "many-at-once-send-more",
            "p.is_active FOR NO KEY UPDATE",
            "p.is_active",
            "tests/investors/test_passwords.py::test_many_who_ask_at_once_send_five",
        ),
    ),
    *mutants(
        "investors/tell_lockout",
        "tests/sql/test_app_tell_lockout.py",
        (
            "a-mail-for-every-refusal",
            "[1]",
            "",
            "test_the_person_once_in_six_hours",
        ),
    ),
    *mutants(
        "investors/password_recipe",
        "tests/sql/test_app_password_recipe.py",
        (
            "recipe-with-the-value",
            "regexp_replace(p.password, '[^$]*$', '')",
            "p.password::text",
            "test_gives_all_but_the_value_without_an_identity_in_any_case",
        ),
        (
            "strangers-have-a-new-salt-each-time",
            "s.password || lower(p_email)",
            "clock_timestamp() || lower(p_email)",
            "test_a_stranger_has_a_steady_recipe_of_the_present_form",
        ),
        (
            "salts-of-strangers-can-be-worked-out",
            "s.password || lower(p_email)",
            "lower(p_email)",
            "test_the_secret_behind_it_belongs_to_this_database_and_is_read_by_nobody",
        ),
    ),
    *mutants(
        "investors/change_password",
        "tests/sql/test_app_change_password.py",
        (
            "password-changed-without-the-present-one",
            "\n       AND sha256(convert_to(p.password, 'UTF8')) = sha256(convert_to(p_derived, 'UTF8'))",
            "",
            "test_nobody_else_does",
        ),
        ("disabled-change-their-password", " AND p.is_active", "", "test_nobody_else_does"),
    ),
    *mutants(
        "investors/session_stamp",
        "tests/sql/test_session_stamp.py",
        (
            "sessions-outlive-a-new-password",
            "NEW.session_stamp := gen_random_uuid();",
            "NULL;",
            "test_a_new_password_brings_a_new_stamp_for_its_person_alone",
        ),
    ),
    *mutants(
        "investors/rls_profiles",
        "tests/sql/test_rls_profiles.py",
        (
            "password-hashes-can-be-read",
            "GRANT INSERT ON public.profiles",
            "GRANT SELECT, INSERT ON public.profiles",
            "test_what_is_kept_of_passwords_and_tokens_cannot_be_read",
        ),
        (
            "password-hashes-can-be-written",
            "GRANT UPDATE (role, display_name, email, title, created_at,",
            "GRANT UPDATE (role, display_name, email, title, created_at, password,",
            "test_nobody_writes_what_is_kept_of_a_password_past_its_functions",
        ),
    ),
    *mutants(
        "deals/rls_invite_links",
        "tests/sql/test_rls_profiles.py",
        (
            "token-hashes-can-be-read",
            "GRANT INSERT, UPDATE",
            "GRANT SELECT, INSERT, UPDATE",
            "test_what_is_kept_of_passwords_and_tokens_cannot_be_read",
        ),
    ),
]

CLASSES = mutants(
    "audit/table_class",
    "tests/sql/test_table_class.py",
    (
        "class-of-staff-is-everybodys",
        "RETURN '(SELECT app.is_staff())';",
        "RETURN 'true';",
        "test_a_table_that_people_of_the_house_keep",
    ),
    (
        "class-of-administrators-is-staffs",
        "'(SELECT app.role()) = ''staff_admin'''",
        "'(SELECT app.is_staff())'",
        "test_a_table_that_people_of_the_house_keep",
    ),
    (
        "class-without-row-security",
        "EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);",
        "",
        "test_a_table_that_people_of_the_house_keep",
    ),
    (
        "class-lets-a-table-be-locked-whole",
        "PERFORM app.grant_update(p_table);",
        "EXECUTE format('GRANT UPDATE ON %s TO verso_app', p_table);",
        "test_a_table_that_people_of_the_house_keep",
    ),
    (
        "class-writes-without-audit",
        "IF p_audit = 'rows' THEN",
        "IF false THEN",
        "test_a_table_that_people_of_the_house_keep",
    ),
    (
        "class-keeps-former-rights",
        "EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, verso_app, verso_definer', p_table);",
        "",
        "test_stated_again_it_replaces_what_it_gave_and_nothing_else",
    ),
    (
        "class-takes-what-analysts-read",
        "FROM PUBLIC, verso_app, verso_definer'",
        "FROM PUBLIC, verso_app, verso_readonly, verso_definer'",
        "test_stated_again_it_replaces_what_it_gave_and_nothing_else",
    ),
    (
        "class-takes-special-policies",
        "WHERE polrelid = p_table AND polname LIKE 'class: %' LOOP",
        "WHERE polrelid = p_table LOOP",
        "test_stated_again_it_replaces_what_it_gave_and_nothing_else",
    ),
)

STORES = [
    *mutants(
        "investors/sessions.py",
        "tests/investors/test_sessions.py",
        (
            "sign-in-log-names-sessions",
            "f\"investors.sessions {session_key or ''}\"",
            "(session_key or '')",
            "test_what_axes_notes_of_a_sign_in_names_no_session",
        ),
    ),
    *mutants(
        "deals/rls_fee_components",
        "tests/sql/test_quotation.py",
        (
            "spread-shown",
            "(kind <> 'spread_markup' OR (SELECT app.is_staff()))",
            "true",
            "test_the_spread_is_the_houses",
        ),
    ),
    *mutants(
        "deals/quotation",
        "tests/house/test_readonly.py",
        (
            "analysts-borrow-an-identity",
            "numeric, numeric, uuid)', 'verso_app');",
            "numeric, numeric, uuid)', 'verso_app', 'verso_readonly');",
            "test_analysts_write_nothing_and_call_nothing_that_sees_more",
        ),
    ),
    *mutants(
        "investors/session_store",
        "tests/sql/test_session_store.py",
        (
            "sessions-can-be-listed",
            "p_functions => 'SELECT, INSERT, UPDATE, DELETE');",
            "p_functions => 'SELECT, INSERT, UPDATE, DELETE');\nGRANT SELECT ON public.django_session TO verso_app;",
            "test_the_table_itself_is_nobodys",
        ),
        ("sessions-never-end", " AND s.expire_date > p_now", "", "test_a_session_is_written_read_and_ended"),
    ),
    *mutants(
        "investors/cache_store",
        "tests/sql/test_cache_store.py",
        (
            "cache-is-the-applications",
            "p_functions => 'SELECT, INSERT, UPDATE, DELETE');",
            "p_functions => 'SELECT, INSERT, UPDATE, DELETE');\nGRANT SELECT ON public.cache TO verso_app;",
            "test_the_table_itself_is_nobodys",
        ),
        (
            "live-counters-are-pushed-out-first",
            "ORDER BY o.expires LIMIT",
            "ORDER BY o.expires DESC LIMIT",
            "test_a_flood_pushes_out_what_is_over_and_then_the_soonest_to_end",
        ),
    ),
    *mutants(
        "inventory/readonly_access",
        "tests/house/test_readonly.py",
        (
            "analysts-read-names",
            "GRANT SELECT (id, type, kyc_status,",
            "GRANT SELECT (id, legal_name, type, kyc_status,",
            "test_no_column_is_about_a_person",
        ),
    ),
    *mutants(
        "operations/rls_tasks",
        "tests/house/test_rights.py",
        (
            "tasks-can-be-locked-whole",
            "SELECT app.grant_update('public.tasks');",
            "GRANT UPDATE ON public.tasks TO verso_app;",
            "test_no_table_can_be_locked_against_others",
        ),
    ),
    *(
        mutant
        for object, name in (
            ("investors/unlink_person", "anybody-unlinks-people"),
            ("deals/remove_member", "anybody-takes-people-off-deals"),
        )
        for mutant in mutants(
            object,
            "tests/sql/test_removals.py",
            (name, "IF NOT app.is_staff() THEN", "IF false THEN", "test_only_staff_remove"),
        )
    ),
    *mutants(
        "audit/audit_claim_anchoring",
        "tests/sql/test_audit_claim_anchoring.py",
        (
            "anybody-stops-the-anchors",
            "IF app.uid() IS DISTINCT FROM app.system_profile() AND NOT",
            "IF false AND NOT",
            "test_anchoring_is_claimed_by_the_jobs_alone",
        ),
    ),
]

MUTANTS = [*open_policies(), *CLASSES, *STORES, *IDENTITY, *GUARDS, *LINKS]
