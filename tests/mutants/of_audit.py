"""The audit trail: nothing changes without a row, no row changes, and the chain shows it."""

# ruff: noqa: E501 (a text stands here as it stands in its file)
from tests.mutants.mutation import mutants

MUTANTS = [
    *mutants(
        "audit/audit_batch",
        "tests/sql/test_audit_batch.py",
        (
            "changes-left-out-of-a-batch",
            "[1] OR o.row -> k <> n.row -> k",
            "",
            "test_what_changed_is_told_with_its_key_and_nothing_else",
        ),
        (
            "batch-with-an-entity-of-some",
            "[2] count(DISTINCT r -> p_column) = 1",
            "true",
            "test_what_changed_is_told_with_its_key_and_nothing_else",
        ),
    ),
    *mutants(
        "audit/audit_hash",
        "tests/sql/test_audit_write.py",
        *(
            (
                f"hash-without-{field[2:].strip(', ').strip()}".replace("_", "-").replace(",", ""),
                f"{before}{field}",
                before,
                "test_every_field_is_in_the_hash",
            )
            for field, before in (
                ("p_seq, ", "p_lane, "),
                (", p_txid", "(extract(epoch FROM p_ts) * 1000000)::bigint"),
                ("p_actor, ", "\n        "),
                ("p_entity_id, ", "p_action, p_entity, "),
                ("p_before, ", "p_deal_id, "),
                ("p_ip, ", "\n        "),
            )
        ),
        (
            "hash-without-its-format",
            "[1] 2, p_lane",
            "p_lane",
            "test_several_rows_of_one_transaction_stay_on_one_lane",
        ),
        (
            "hash-without-the-hash-before",
            "decode(p_prev_hash, 'hex') || ",
            "",
            "test_every_field_is_in_the_hash",
        ),
        (
            "hash-over-the-body-itself",
            "|| sha256(convert_to(",
            "|| (convert_to(",
            "test_several_rows_of_one_transaction_stay_on_one_lane",
        ),
        (
            "hash-in-the-sessions-zone",
            "(extract(epoch FROM p_ts) * 1000000)::bigint",
            "p_ts",
            "test_the_hash_does_not_depend_on_the_session",
        ),
    ),
    *mutants(
        "audit/append_only",
        "tests/sql/test_audit_log.py",
        (
            "rows-may-change",
            "    RAISE EXCEPTION '% is append-only: its rows are neither changed nor removed.', TG_TABLE_NAME\n        USING ERRCODE = '42501';",
            "    RETURN coalesce(NEW, OLD);",
            "test_nobody_changes_or_removes_a_row",
        ),
    ),
    *mutants(
        "audit/audit_claim_lane",
        "tests/sql/test_old_snapshots.py",
        (
            "written-from-an-old-snapshot",
            "IF current_setting('transaction_isolation') <> 'read committed' THEN",
            "IF false THEN",
            "test_no_hold_and_no_decision_at_another_level",
        ),
    ),
    *mutants(
        "audit/audit_claim_lane",
        "tests/sql/test_audit_write.py",
        (
            "lane-without-its-lock",
            "IF pg_try_advisory_xact_lock(4157, v_lane) THEN",
            "IF true THEN",
            "test_a_hint_without_the_lock_does_not_fork",
        ),
        (
            "own-lane-without-its-lock",
            " AND pg_try_advisory_xact_lock(4157, v_own) THEN",
            " THEN",
            "test_all_lanes_taken_answers_busy_at_once",
        ),
        (
            "transaction-changes-its-lane",
            "PERFORM set_config('app.audit_lane', v_lane::text, true);",
            "",
            "test_a_taken_lane_sends_the_writer_to_the_next_and_it_stays_there",
        ),
        (
            "application-names-its-lane",
            "IF session_user <> 'verso_app' THEN",
            "IF true THEN",
            "test_the_application_keeps_one_lane_however_often_it_asks_for_others",
        ),
    ),
    *mutants(
        "audit/audit_write",
        "tests/sql/test_audit_write.py",
        (
            "row-of-another-hash",
            "v_head.hash, v_head.prev_hash, v_role",
            "v_head.hash, v_head.hash, v_role",
            "test_several_rows_of_one_transaction_stay_on_one_lane",
        ),
        (
            "row-without-where-from",
            "v_ip, v_agent, v_request, session_user",
            "NULL, v_agent, v_request, session_user",
            "test_a_row_says_who_what_when_and_from_where",
        ),
    ),
    *mutants(
        "audit/audit_transaction",
        "tests/sql/test_audit_transaction.py",
        (
            "a-head-from-elsewhere-is-taken-for-ours",
            " AND p_ts >= now()",
            "",
            "test_a_head_restored_from_another_server_is_not_taken_for_ours",
        ),
        (
            "the-next-transaction-joins-the-one-before",
            "p_xid = pg_current_xact_id()::text AND ",
            "",
            "test_who_wrote_on_the_lane_since_this_transaction_began_was_another",
        ),
        (
            "the-owners-rows-each-have-their-time",
            "[1] CASE WHEN app.audit_goes_on(l.xid, l.ts) THEN l.ts ELSE greatest(clock_timestamp(), now()) END",
            "greatest(clock_timestamp(), now())",
            "test_all_rows_of_a_transaction_bear_one_id_and_one_time",
        ),
    ),
    *mutants(
        "audit/audit_write",
        "tests/sql/test_audit_transaction.py",
        (
            "each-row-its-own-transaction",
            "xid = pg_current_xact_id()::text,",
            "xid = NULL,",
            "test_all_rows_of_a_transaction_bear_one_id_and_one_time",
        ),
        (
            "a-row-dated-when-its-transaction-began",
            "v_ts timestamptz := greatest(clock_timestamp(), now());",
            "v_ts timestamptz := now();",
            "test_the_time_is_when_the_first_row_was_written_not_when_the_transaction_began",
        ),
    ),
    *mutants(
        "audit/audit_write_many",
        "tests/sql/test_audit_transaction.py",
        (
            "a-batch-is-its-own-transaction",
            "v_txid := CASE WHEN v_head.goes_on THEN v_head.txid ELSE v_ids[1] END;",
            "v_txid := v_ids[1];",
            "test_all_rows_of_a_transaction_bear_one_id_and_one_time",
        ),
        (
            "a-batch-forgets-whose-it-was",
            "xid = pg_current_xact_id()::text, ts = v_ts",
            "ts = v_ts",
            "test_all_rows_of_a_transaction_bear_one_id_and_one_time",
        ),
    ),
    *mutants(
        "audit/audit_chain_row",
        "tests/sql/test_audit_transaction.py",
        (
            "a-row-dated-by-hand-joins-its-transaction",
            " AND l.ts = NEW.ts AS goes_on",
            " AS goes_on",
            "test_rows_that_the_owner_dates_stand_by_themselves",
        ),
    ),
    *mutants(
        "audit_verifier/chain.py",
        "tests/audit/test_tampering.py",
        (
            "verifier-lets-a-lane-go-back",
            "if row.format < place.format:",
            "if False:",
            "test_a_row_rewritten_in_format_1_after_format_2_is_named_though_all_hashes_fit",
        ),
        (
            "verifier-lets-rows-change-their-transaction",
            "if last is None or (row.txid, row.ts_us) != (last.txid, last.ts_us):",
            "if False:",
            "test_a_row_given_to_another_transaction_is_named_though_all_hashes_fit",
        ),
        (
            "verifier-lets-a-transaction-have-two-times",
            "(row.txid, row.ts_us) != (last.txid, last.ts_us)",
            "row.txid != last.txid",
            "test_a_row_joined_to_the_transaction_before_at_another_time_is_named",
        ),
    ),
    *mutants(
        "audit_verifier/chain.py",
        "tests/audit/test_anchors.py",
        (
            "verifier-forgets-the-format-at-an-anchor",
            "format=formats.get(lane, 1)",
            "format=1",
            "test_a_walk_from_an_anchor_knows_what_format_the_lane_had_come_to",
        ),
    ),
    *mutants(
        "audit_verifier/rows.py",
        "tests/audit/test_format.py",
        (
            "verifier-lets-format-1-have-a-transaction",
            ' if self.txid is None else ""',
            "",
            "test_a_row_of_format_1_cannot_be_given_a_transaction",
        ),
    ),
    *mutants(
        "audit/audit_event",
        "tests/sql/test_audit_write.py",
        (
            "event-without-action",
            "IF coalesce(p_action, '') !~",
            "IF false AND coalesce(p_action, '') !~",
            "test_an_event_needs_an_action",
        ),
        (
            "event-forges-a-decision",
            "|deal_change|",
            "|",
            "tests/sql/test_audit_event.py::test_what_the_database_records_nobody_forges",
        ),
        (
            "event-of-any-entity",
            " OR coalesce(p_entity, '') !~ '^[a-z_]{1,63}$'",
            "",
            "tests/sql/test_audit_event.py::test_an_entity_is_the_name_of_a_table",
        ),
    ),
    *mutants(
        "audit/audit_chain_row",
        "tests/sql/test_audit_write.py",
        (
            "seeds-row-without-a-seq",
            "SET seq = l.seq + 1, prev_hash",
            "SET seq = l.seq, prev_hash",
            "test_the_owner_inserts_with_the_seeds_columns_alone",
        ),
    ),
    *mutants(
        "audit/audit_row",
        "tests/sql/test_audit_row.py",
        (
            "secrets-are-told",
            "c.key ~ 'password|secret|token|session_stamp' AND",
            "false AND",
            "test_secrets_are_never_told",
        ),
        (
            "replica-mode-is-not-audited",
            "ENABLE ALWAYS TRIGGER audit_%s",
            "ENABLE TRIGGER audit_%s",
            "test_a_session_in_replica_mode_is_audited_too",
        ),
        (
            "a-key-that-is-no-uuid-is-not-told",
            "IS NULL THEN v_keys",
            "IS NULL THEN '{}'",
            "test_a_key_that_is_no_uuid_is_told_with_every_change",
        ),
        (
            "what-was-there-is-not-told",
            "PERFORM app.audit_there(p_table, p_entity, p_deal);",
            "NULL;",
            "test_rows_that_were_there_before_are_told_as_they_are",
        ),
        (
            "deletions-are-not-told",
            "PERFORM app.audit_write_many(TG_TABLE_NAME",
            "IF TG_OP = 'DELETE' THEN RETURN NULL; END IF;\n    PERFORM app.audit_write_many(TG_TABLE_NAME",
            "test_delete_keeps_what_was_there",
        ),
    ),
    *mutants(
        "audit/audit_log_access",
        "tests/sql/test_audit_log.py",
        (
            "application-inserts-rows",
            "GRANT USAGE ON SEQUENCE",
            "GRANT INSERT ON public.audit_log TO verso_app;\nGRANT USAGE ON SEQUENCE",
            "test_the_application_has_no_way_in_but_the_functions",
        ),
    ),
    *mutants(
        "approvals/rls_approvals",
        "tests/audit/test_rebuilding.py",
        (
            "decisions-change-without-every-column",
            "p_audit => 'rows'",
            "p_audit => 'functions'",
            "test_every_audited_table_is_rebuilt_as_it_is_and_as_it_was",
        ),
    ),
    *mutants(
        "portfolio/rls_positions",
        "tests/audit/test_rebuilding.py",
        (
            "positions-move-without-audit",
            "p_audit => 'rows'",
            "p_audit => 'functions'",
            "test_every_audited_table_is_rebuilt_as_it_is_and_as_it_was",
        ),
    ),
    *mutants(
        "deals/rls_deals",
        "tests/house/test_database.py",
        (
            "deals-change-without-audit",
            "GRANT INSERT ON public.deals TO verso_app;",
            "GRANT INSERT ON public.deals TO verso_app;\nDROP TRIGGER audit_update ON public.deals;",
            "test_direct_writes_are_audited",
        ),
    ),
    *mutants(
        "deals/rls_deal_memberships",
        "tests/house/test_database.py",
        (
            "places-are-taken-without-audit",
            "GRANT INSERT ON public.deal_memberships TO verso_app;",
            "GRANT INSERT ON public.deal_memberships TO verso_app;\nDROP TRIGGER audit_delete ON public.deal_memberships;",
            "test_direct_writes_are_audited",
        ),
    ),
    *mutants(
        "inventory/rls_reservations",
        "tests/house/test_database.py",
        (
            "holds-are-written-directly",
            "UPDATE');",
            "UPDATE');\nGRANT UPDATE ON public.reservations TO verso_app;",
            "test_grants_table_by_table",
        ),
        (
            "holds-without-row-security",
            "UPDATE');",
            "UPDATE');\nALTER TABLE public.reservations DISABLE ROW LEVEL SECURITY;",
            "test_every_table_has_row_security_or_a_reason",
        ),
    ),
]
