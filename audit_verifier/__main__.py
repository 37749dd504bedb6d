"""``python -m audit_verifier``: exit 0 when the log is intact, 1 when not, 2 when that could not be said."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

import psycopg

from . import AnchorUnreadable, CannotVerify, Report, anchors_from, verify

HELP = """Checks the audit log of a VERSO database: every row, every link, every anchor. Changes nothing.
Exit code 0: intact. 1: a fault was found and named. 2: it could not be checked."""


def main(arguments: list[str] | None = None) -> int:
    """Run the check and print what was found."""
    options = _options(arguments)
    try:
        anchors = [anchor for path in options.anchor for anchor in anchors_from(path)]
        with psycopg.connect(options.dsn, application_name="audit verifier", connect_timeout=10) as connection:
            connection.execute("set transaction isolation level repeatable read, read only")
            connection.execute("select set_config('app.user_id', %s, true)", [options.profile])
            report = verify(connection, anchors, options.public_key or None)
    except (AnchorUnreadable, CannotVerify, psycopg.Error) as error:
        print(f"Not checked: {str(error).strip()}", file=sys.stderr)
        return 2
    print(as_json(report) if options.json else as_text(report))
    return 0 if report.intact else 1


def as_text(report: Report) -> str:
    """One line for each finding and note, and the verdict."""
    verdict = "intact" if report.intact else f"{len(report.findings)} faults found"
    counted = f"{report.rows:,} rows in {report.lanes} lanes, {report.anchors} anchors given: {verdict}."
    return "\n".join([*map(str, report.findings), *report.notes, counted])


def as_json(report: Report) -> str:
    """The report for programs."""
    return json.dumps({"intact": report.intact, **asdict(report)}, indent=2)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m audit_verifier", description=HELP)
    add = parser.add_argument
    add("--dsn", required=True, help="postgres://… of a login that may read the log, such as verso_owner")
    add("--anchor", type=Path, action="append", default=[], help="an anchor file, or a folder of them")
    add("--public-key", action="append", default=[], help="the anchors' key in base64, as handed to you")
    add("--profile", default="", help="the staff profile to act as, for the login verso_app")
    add("--json", action="store_true", help="print the report as JSON")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
