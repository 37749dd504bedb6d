"""Decisions, rules and warnings: the verbs of this app."""

from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import db
from approvals.models import LIMITS, Approval, ApprovalRule
from approvals.subjects import Subject, subject_of
from audit.identity import as_acting_user
from house.clock import by_the_clock
from house.models import NUMBER, POSTCODE, STREET, TOWN, ReceivingAccount
from investors.models import Profile
from lib import text
from lib.db import ApprovalMissing, BadValue, Busy, Conflict, NotAllowed, NotLive, Refused
from notifications.services import ask_to_send

BATCH = 500

# What the database says in place of a name where nobody decided the question itself.
_STATES = frozenset({"withdrawn", "approved", "rejected", "cancelled", "gone"})

# The words of app.why_not_decide, as people read them.
WHY_NOT: dict[str, Promise] = {
    "not_staff": gettext_lazy("This does not exist or is not yours to decide."),
    "own_request": gettext_lazy("You requested or entered this, so someone else must decide."),
    "own_investor": gettext_lazy("You act for this investor, so someone else must decide."),
    "made_investor": gettext_lazy(
        "You added this investor or one of its people less than 90 days ago, so someone else must decide."
    ),
    "set_email": gettext_lazy(
        "You entered the e-mail of one of this investor’s people less than 90 days ago, so someone else must decide."
    ),
    "decided_kyc": gettext_lazy("You decided this investor’s KYC less than 90 days ago, so someone else must decide."),
    "had_link": gettext_lazy(
        "You created a password link for one of this investor’s people, so someone else must decide."
    ),
    "changed_price": gettext_lazy("You set the offer price used here, so someone else must decide."),
    "changed_plan": gettext_lazy("You created or changed the fee plan used here, so someone else must decide."),
    "changed_override": gettext_lazy("You changed the negotiated terms used here, so someone else must decide."),
    "changed_limit": gettext_lazy(
        "You changed the limit that this keeps to less than 30 days ago, so someone else must decide."
    ),
    "set_account": gettext_lazy("You entered the account that this is paid to, so someone else must decide."),
    "not_independent": gettext_lazy(
        "Your account and that of someone who prepared or approved this may be one person’s: in the last 90 days the"
        " e-mail or password link of one was in the hands of the other, or of the same third person. Someone else must"
        " decide, or administrators set a rule of approval that passes over this for a while."
    ),
    "administrators": gettext_lazy("Only an administrator decides this."),
    "not_your_investor": gettext_lazy("A relationship manager decides for their own investors. This one is not yours."),
    "above_limit": gettext_lazy("Above your approval limit, counting what this investor already has."),
    "approved_already": gettext_lazy("You gave the first approval. Someone else must give the second."),
    "admin_needed": gettext_lazy("One of the two approvals must be an administrator’s, and none has approved yet."),
}


class DecidedAlready(Conflict):
    """Somebody else was first. ``by`` is their name, or '' where the question was withdrawn."""

    sentence = gettext_lazy(
        "This has since been withdrawn. Your decision was not recorded, and any note you entered is kept below."
    )

    def __init__(self, by: str):
        self.by = by
        if by:
            said = _("%(who)s decided first. Your decision was not recorded, and any note you entered is kept below.")
            self.sentence = said % {"who": by}
        super().__init__()


class ReplacedMeanwhile(DecidedAlready):
    """The investor added units or took some off; another request took the place of this one."""

    def __init__(self):
        super().__init__("")
        self.sentence = _(
            "The investor has since added or removed units, so a new request replaced this one. Your decision was not"
            " recorded, and any note you entered is kept below."
        )


class ReasonMissing(BadValue):
    """Rejecting and asking for changes say why."""

    sentence = gettext_lazy("Enter a reason: the investor will read it. Nothing was decided.")


class ChangedMeanwhile(ApprovalMissing):
    """What is asked is not what was asked, or not what the decider saw."""

    sentence = gettext_lazy(
        "This changed after it was submitted or after you opened it. Nothing was decided. Check it again; if it cannot"
        " be approved as it is, reject it so that it can be submitted again."
    )


class NotYourDecision(NotAllowed):
    """The acting person may not decide this; ``word`` says why, ``sentence`` in words."""

    def __init__(self, word: str):
        self.word = word
        self.sentence = WHY_NOT.get(word, NotAllowed.sentence)
        super().__init__(detail=word)


@as_acting_user
def decide(
    *,
    acting_user: Profile,
    approval_id: UUID,
    action: str,
    reason: str = "",
    content_hash: str | None = None,
) -> str:
    """Approve, reject or ask for changes, and carry it out: one transaction, so neither happens without the
    other.

    ``content_hash`` is what the decider saw. Returns 'approved', 'second_approval' (one of two was given),
    'rejected' or 'changes_asked'.

    Raises NotYourDecision, DecidedAlready, ReasonMissing, BadValue, ChangedMeanwhile (since it was asked or seen),
    Busy, and whatever carrying it out refuses (NotLive: the hold ended; DealNotOpen).
    """
    subject = _subject_of(approval_id)
    try:
        outcome = db.fn_decide_approval(approval_id, action, text.text(reason), content_hash)
    except Refused as refusal:
        raise _refused(subject, refusal) from refusal
    transaction.on_commit(ask_to_send)
    return outcome


def _subject_of(approval_id: UUID) -> Subject:
    return subject_of(Approval.objects.filter(pk=approval_id).values_list("entity_type", flat=True).first())


def _refused(subject: Subject, refusal: Refused) -> Refused:
    """What the database refused, with a sentence for whoever decides."""
    if known := subject.refused(refusal):
        return known
    if isinstance(refusal, NotAllowed) and refusal.detail in WHY_NOT:
        return NotYourDecision(refusal.detail)
    if isinstance(refusal, BadValue) and refusal.detail == "reason":
        return ReasonMissing()
    if isinstance(refusal, ApprovalMissing) and refusal.detail == "changed":
        return ChangedMeanwhile()
    if isinstance(refusal, NotLive):
        return _decided_already(refusal)
    return refusal


def _decided_already(refusal: NotLive) -> Refused:
    if refusal.detail == "replaced":
        return ReplacedMeanwhile()
    return DecidedAlready("" if refusal.detail in _STATES else refusal.detail)


# --- rules


class OwnRule(NotAllowed):
    sentence = gettext_lazy("You proposed this, so another administrator must agree to it. Nothing was changed.")


class NotIndependent(OwnRule):
    sentence = gettext_lazy(
        "Your account and that of whoever proposed this may be one person’s: in the last 90 days the e-mail or password"
        " link of one was in the hands of the other, or of the same third person. Another administrator agrees to it."
        " Nothing was changed."
    )


class RuleOver(NotLive):
    sentence = gettext_lazy(
        "Someone already agreed to this, or it is no longer open. Nothing was changed: see the list below."
    )


class RuleReasonMissing(BadValue):
    sentence = gettext_lazy("Enter a reason: it is shown while the rule is in force. Nothing was proposed.")


class RuleEnds(BadValue):
    sentence = gettext_lazy("A relaxed rule needs a duration of at most 90 days. Nothing was proposed.")


@as_acting_user
def propose_rule(
    *,
    acting_user: Profile,
    currency: str,
    limits: dict[str, Decimal],
    relaxes: list[str],
    reason: str,
    days: int | None,
) -> ApprovalRule:
    """Propose limits for a currency, and which ways of being a party are passed over for ``days``; the rule.

    It counts once another administrator agrees; where there is none, at once.
    Raises NotAllowed, RuleReasonMissing, RuleEnds, BadValue.
    """
    try:
        rule_id = db.fn_propose_rule(currency, [limits[name] for name in LIMITS], relaxes, text.text(reason), days)
    except BadValue as refusal:
        known = {"reason": RuleReasonMissing, "days": RuleEnds}
        raise known[refusal.detail]() if refusal.detail in known else refusal from refusal
    return ApprovalRule.objects.get(pk=rule_id)


@as_acting_user
def agree_to_rule(*, acting_user: Profile, rule_id: UUID) -> None:
    """Agree to what another administrator proposed: it counts from now on.

    Raises NotAllowed, OwnRule, NotIndependent, RuleOver, Busy. Locks the rule.
    """
    try:
        db.fn_agree_to_rule(rule_id)
    except NotAllowed as refusal:
        if refusal.detail == "own_request":
            raise OwnRule() from refusal
        if refusal.detail == "not_independent":
            raise NotIndependent() from refusal
        raise
    except NotLive as refusal:
        raise RuleOver() from refusal


# --- accounts into which investors pay; they are of house, and two people are known from here on up


class OwnAccount(NotAllowed):
    sentence = gettext_lazy("You proposed this account, so another administrator must agree. Nothing was changed.")


class AccountNotIndependent(OwnAccount):
    sentence = NotIndependent.sentence


class AccountOver(NotLive):
    sentence = gettext_lazy(
        "Someone already agreed to this account, or it is no longer open: see the list below. Nothing was changed."
    )


class AccountsBusy(Busy):
    sentence = gettext_lazy("Someone is changing these accounts at this moment. Nothing was changed. Please try again.")


class BadAccount(BadValue):
    """What stands at one field of an account; ``field`` names it."""

    def __init__(self, field: str, sentence: Promise):
        self.field, self.sentence = field, sentence
        super().__init__()


_BAD_ACCOUNT = {
    "reason": gettext_lazy("Enter a reason. It is kept in the audit log. Nothing was changed."),
    "replaces": gettext_lazy("This account is not active, or is in another currency. Nothing was proposed."),
}
_ACCOUNT = {
    "currency": 3, "holder_name": text.NAME, "bank_name": text.NAME, "iban": 34, "account_number": NUMBER, "bic": 11,
    "street": STREET, "postcode": POSTCODE, "town": TOWN, "country": 2,
}  # fmt: skip


@as_acting_user
def propose_account(
    *,
    acting_user: Profile,
    reason: str,
    is_default: bool = False,
    replaces: ReceivingAccount | None = None,
    **said: str,
) -> ReceivingAccount:
    """Propose an account into which investors pay; the account. It counts once another administrator agrees.

    ``said``: currency, holder_name, bank_name, iban or account_number and bic, and the bank's street, postcode, town
    and country. What ``replaces`` is ends then. Where there is no other administrator it counts at once. Raises
    NotAllowed, BadAccount, BadValue, AccountsBusy.
    """
    values = [text.line(said.get(name), most) for name, most in _ACCOUNT.items()]
    with _account_refusals():
        made = db.fn_propose_receiving_account(values, is_default, replaces and replaces.pk, text.text(reason))
    return ReceivingAccount.objects.get(pk=made)


@as_acting_user
def agree_to_account(*, acting_user: Profile, account_id: UUID) -> None:
    """Agree to an account that another administrator proposed: investors are asked to pay into it from now on.

    Raises NotAllowed, OwnAccount, AccountNotIndependent, AccountOver, AccountsBusy. Locks the accounts of its currency.
    """
    with _account_refusals():
        db.fn_agree_to_receiving_account(account_id)


@as_acting_user
def end_account(*, acting_user: Profile, account_id: UUID, reason: str) -> bool:
    """End an account at once, alone: nobody is asked to pay into it any more.

    Raises NotAllowed, BadAccount, AccountOver, AccountsBusy. Locks the accounts of its currency.
    """
    with _account_refusals():
        db.fn_end_receiving_account(account_id, text.text(reason))
    return True


@contextmanager
def _account_refusals():
    """What the database refused of accounts, in sentences of ours."""
    try:
        yield
    except NotAllowed as refusal:
        known = {"own_request": OwnAccount, "not_independent": AccountNotIndependent}
        raise (known[refusal.detail]() if refusal.detail in known else refusal) from refusal
    except NotLive as refusal:
        raise AccountOver() from refusal
    except Busy as refusal:
        raise AccountsBusy() from refusal
    except BadValue as refusal:
        known = _BAD_ACCOUNT.get(refusal.detail)
        raise (BadAccount(refusal.detail, known) if known else refusal) from refusal


# --- warnings


def warn_sla() -> int:
    """Warn, as VERSO system, about decisions past 75 % of their time, once each; how many. Raises ClockAhead."""
    total = 0
    while warned := by_the_clock(lambda: db.fn_warn_sla(BATCH)):
        total += warned
    return total
