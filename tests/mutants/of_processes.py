"""Processes and files: what code that runs in web or worker may reach of the machine."""

from tests.mutants.mutation import mutants

MUTANTS = [
    *mutants(
        "launcher/app_account.py",
        "tests/house/test_app_account.py",
        (
            "programs-stay-root",
            'return [sys.executable, "-I", "-S", str(ENTER), json.dumps(wish), *(str(part) for part in command)]',
            "return [str(part) for part in command]",
            "test_a_port_below_1024_keeps_one_right_and_no_other",
        ),
        (
            "programs-get-every-value",
            '" STATIC_ROOT TIME_ZONE_DISPLAY',
            '" STATIC_ROOT DATABASE_OWNER_URL TIME_ZONE_DISPLAY',
            "test_the_programs_get_every_value_they_read_and_no_other_of_ours",
        ),
        (
            "an-account-of-the-machine-is-taken",
            "[1] True",
            "False",
            "test_no_account_of_the_machine_is_taken",
        ),
        (
            "folders-outside-change-hands",
            "and (new or inside)",
            "and (new or True)",
            "test_a_folder_outside_is_left_as_it_is_and_named",
        ),
    ),
    *mutants(
        "lib/shared_folders.py",
        "tests/house/test_app_account.py",
        (
            "backups-follow-links",
            "kind = os.stat(name, dir_fd=source, follow_symlinks=False).st_mode",
            "kind = os.stat(name, dir_fd=source).st_mode",
            "test_a_copy_follows_no_link_and_waits_for_nobody",
        ),
        (
            "what-root-restores-stays-root-s",
            '        for path in (*new.rglob("*"), new):',
            "        for path in ():",
            "test_what_takes_the_place_of_a_folder_belongs_to_its_owner",
        ),
    ),
    *mutants(
        "launcher/management/commands/bootstrap.py",
        "tests/house/test_bootstrap.py",
        (
            "tables-of-a-newer-version-are-migrated",
            "    if unknown:",
            "    if False:",
            "test_tables_that_this_version_does_not_know_are_left_alone",
        ),
    ),
]
