"""Matches that nobody has to confirm, where the firm's settings say so: they are off by default."""

from uuid import UUID

from audit.identity import SYSTEM_PROFILE_ID, acting_as_system
from fees import db
from fees.selectors.bank import waiting_ids
from fees.services import bank
from house.selectors import setting
from investors.models import Profile
from lib.db import Refused

# What is certain: the line names the invoice, brings exactly what that has open, and names no other. Currencies agree
# in every suggestion.
CERTAIN = {"reference", "amount"}
RULE = "reference_and_amount"
AT_ONCE = 500


def apply_certain_matches(*, statements: list[UUID] | None = None, most: int | None = None) -> dict[str, int]:
    """Match every line that waits (of these statements) and is certain; how many were ``matched`` and ``passed`` by.

    Nothing while the setting is off. Acts as the system profile, each match a transaction of its own, and each names
    the rule it followed; none teaches an alias. What is refused meanwhile is left to people. Safe to repeat.
    """
    with acting_as_system():
        if setting("auto_apply_matches") != "true":  # [1]
            return {"matched": 0, "passed": 0}
        system = Profile.objects.get(pk=SYSTEM_PROFILE_ID)
        certain = _certain(db.suggest_matches(waiting_ids(statements)))[:most]
    matched = passed = 0
    for found in certain:
        try:
            _apply(system, found)
            matched += 1
        except Refused:
            passed += 1
    return {"matched": matched, "passed": passed}


def _apply(system: Profile, found: dict) -> None:
    part = {"invoice": found["invoice_id"], "amount": found["amount"]}
    why = {str(found["invoice_id"]): {"score": found["score"], "reasons": found["reasons"]}}
    bank.match_line(
        acting_user=system,
        line_id=found["bank_transaction_id"],
        parts=[part],
        derivation={"rule": RULE, "suggested": why},
        learn=False,
    )


def _certain(suggestions: list[dict]) -> list[dict]:
    """The suggestions that are certain, each line at most once."""
    named: dict[UUID, list[dict]] = {}
    for each in suggestions:
        if "reference" in each["reasons"]:
            named.setdefault(each["bank_transaction_id"], []).append(each)
    only = [found[0] for found in named.values() if len(found) == 1]  # [2]
    return [each for each in only if set(each["reasons"]) >= CERTAIN]  # [3]
