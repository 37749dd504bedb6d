"""Verbs on people and investors.

The tables' own trigger writes the audit row of each change; only what changes no table (a sign-in, a refusal) is
recorded here.
"""

import hashlib
import secrets
from datetime import date
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, IntegrityError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.identity import SYSTEM_PROFILE_ID, acting_as, as_acting_user
from audit.services import record
from house.models import NUMBER, POSTCODE, STREET, TOWN
from lib import text
from lib.db import BadValue, NotAllowed, Refused, ShownChanged, translated
from lib.emails import normal_email
from lib.versions import ChangedMeanwhile, Shown, expect
from ui.dates import time_zones

from . import db, devices, mail, selectors
from .models import Investor, InvestorBilling, InvestorType, InvestorUser, KycStatus, Profile, Role, VatTreatment


class EmailTaken(Refused):
    sentence = _("Someone already signs in with this e-mail. Nothing was changed.")
    field = "email"


class LinkOver(Refused):
    sentence = _("This link was already used or has expired. Your password was not changed.")


class ReasonMissing(Refused):
    sentence = _("Enter a reason. It is kept with the status.")


class KycParty(NotAllowed):
    field = "kyc_status"
    sentence = _(
        "You added this investor, or entered an e-mail or saw a password link of one of its people; or someone did"
        " whose account may be yours. Someone else must approve its KYC, or administrators set a rule of approval that"
        " passes over accounts that may be one person’s."
    )


class OwnLink(NotAllowed):
    sentence = _(
        "You act for this investor with this account, or saw its password link or entered its e-mail, so someone else"
        " must remove it. Nothing was changed."
    )


class StillActsForInvestors(Refused):
    sentence = _("This person acts for an investor, and staff may not. Remove that first. Nothing was changed.")


class NotAnInvestorsPerson(Refused):
    sentence = _("Only people with the role investor act for an investor. Nothing was changed.")
    field = "email"


# --- who may do what to whom; the database asks the same, and templates leave out a button


def may_change_person(acting_user: Profile, person: Profile) -> bool:
    """Staff change the names of investors' people, administrators everybody's; the system profile stays."""
    if person.pk == SYSTEM_PROFILE_ID or not acting_user.is_staff:
        return False
    return acting_user.role == Role.STAFF_ADMIN or person.role == Role.INVESTOR


def may_set_rights(acting_user: Profile, person: Profile) -> bool:
    """Administrators say who somebody is (e-mail, role, title) and may sign in, but not of themselves.

    So one administrator always remains.
    """
    is_admin = acting_user.role == Role.STAFF_ADMIN
    return is_admin and acting_user.pk != person.pk and may_change_person(acting_user, person)


def may_make_link(acting_user: Profile, person: Profile) -> bool:
    """Whoever holds a link becomes the person: other staff make one only for investors without a password."""
    if not (person.is_active and person.email) or acting_user.pk == person.pk:
        return False
    first_one = person.role == Role.INVESTOR and not person.has_usable_password()
    return may_set_rights(acting_user, person) or (acting_user.is_staff and first_one)


def _must(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed()


# --- people


@as_acting_user
def add_person(
    *,
    acting_user: Profile,
    email: str,
    display_name: str,
    role: str = Role.INVESTOR,
    title: str = "",
    language: str = "en",
    time_zone: str = "Europe/Paris",
) -> Profile:
    """Make a profile without a password; staff as administrator. Raises NotAllowed, EmailTaken, BadValue."""
    _must(acting_user.is_staff and (role == Role.INVESTOR or acting_user.role == Role.STAFF_ADMIN))
    person = Profile(
        email=normal_email(email) or None, display_name=_name(display_name), role=role, title=_title(title),
        language=_known_language(language), time_zone=_known_zone(time_zone),
    )  # fmt: skip
    person.set_unusable_password()
    return _saved_with_email(person)


@as_acting_user
def rename_person(*, acting_user: Profile, person: Profile, display_name: str, shown: Shown | None = None) -> Profile:
    """Change a person's name. Raises NotAllowed, ChangedMeanwhile."""
    person = _locked(Profile, person.pk)
    _must(may_change_person(acting_user, person))
    expect(shown, kept_of_person(person))
    person.display_name = _name(display_name)
    person.save(update_fields=["display_name"])
    return person


@as_acting_user
def change_person(
    *,
    acting_user: Profile,
    person: Profile,
    email: str,
    display_name: str,
    role: str,
    title: str = "",
    shown: Shown | None = None,
) -> Profile:
    """Change who a person is. Raises NotAllowed, ChangedMeanwhile, EmailTaken, StillActsForInvestors."""
    person = _locked(Profile, person.pk)
    _must(may_set_rights(acting_user, person))
    expect(shown, kept_of_person(person))
    if role != Role.INVESTOR and person.investor_links.exists():
        raise StillActsForInvestors()
    person.email, person.display_name = normal_email(email) or None, _name(display_name)
    person.role, person.title = role, _title(title)
    return _saved_with_email(person, ["email", "display_name", "role", "title"])


@as_acting_user
def disable_person(*, acting_user: Profile, person: Profile, shown: Shown | None = None) -> None:
    """End a person's access at once: sessions, links and rights. Raises NotAllowed, ChangedMeanwhile."""
    _set_active(acting_user, person, False, shown)


@as_acting_user
def enable_person(*, acting_user: Profile, person: Profile, shown: Shown | None = None) -> None:
    """Let a disabled person sign in again, with the password they had. Raises NotAllowed, ChangedMeanwhile."""
    _set_active(acting_user, person, True, shown)


def _set_active(acting_user: Profile, person: Profile, active: bool, shown: Shown | None) -> None:
    person = _locked(Profile, person.pk)
    _must(may_set_rights(acting_user, person))
    expect(shown, kept_of_access(person))
    person.is_active = active
    person.save(update_fields=["is_active"])


@as_acting_user
def change_own_profile(
    *, acting_user: Profile, display_name: str, language: str, time_zone: str, shown: Shown | None = None
) -> None:
    """What a person may change about themselves. Raises ChangedMeanwhile; BadValue for an unknown language or zone."""
    expect(shown, kept_of_self(_locked(Profile, acting_user.pk)))
    acting_user.display_name = _name(display_name)
    acting_user.language, acting_user.time_zone = _known_language(language), _known_zone(time_zone)
    acting_user.save(update_fields=["display_name", "language", "time_zone"])


def kept_of_person(person: Profile) -> dict:
    """What the form of a person shows of them."""
    return {name: getattr(person, name) or "" for name in ("display_name", "email", "role", "title")}


def kept_of_access(person: Profile) -> dict:
    """What the question shows before a person is disabled, or let in again."""
    return kept_of_person(person) | {"is_active": person.is_active}


def kept_of_self(person: Profile) -> dict:
    """What the profile page shows a person of themselves."""
    return {name: getattr(person, name) or "" for name in ("display_name", "language", "time_zone")}


def _name(typed: str) -> str:
    return text.line(typed, required=True)


def _title(typed: str | None) -> str | None:
    return text.line(typed, text.TITLE) or None


def _known_language(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise BadValue()
    return language


def _known_zone(time_zone: str) -> str:
    if time_zone not in time_zones():
        raise BadValue()
    return time_zone


def _saved_with_email(person: Profile, fields: list[str] | None = None) -> Profile:
    """Two people may be added with one e-mail at the same moment: the database decides who was first."""
    try:
        person.save(update_fields=fields)
    except IntegrityError as error:
        if "email" in str(error):
            raise EmailTaken() from error
        raise
    return person


def _locked(model, key):
    """The row, locked until the end of the transaction. Raises NotAllowed when the reader has none."""
    row = model.objects.select_for_update(no_key=True).filter(pk=key).first()
    _must(row is not None)
    return row


# --- passwords


@as_acting_user
def make_password_link(*, acting_user: Profile, person: Profile) -> str:
    """The address of a one-time link by which the person sets a password within 7 days, to be shown once.

    Ends the person's earlier links. Raises NotAllowed, see :func:`may_make_link`.
    """
    _must(may_make_link(acting_user, person))
    token = secrets.token_urlsafe(32)
    db.make_password_link(person.pk, token_digest(token))
    return _link_address(token)


def ask_password_reset(*, email: str, known: bool) -> None:
    """Mail a link for a new password, valid for 1 hour, to whoever signs in with this e-mail, if anybody.

    Five an hour: for strangers together, and for the browsers and addresses the person signed in with (``known``).
    Needs no identity. The mail leaves after the commit and beside the request, so that neither the answer nor
    its time tells whether there is an account.
    """
    token = secrets.token_urlsafe(32)
    found = db.ask_password_reset(normal_email(email), token_digest(token), known)
    if found:
        mail.send_password_reset(found, _link_address(token))


def password_link_owner(*, token: str) -> Profile | None:
    """Whose password a live link sets, unsaved and with name and e-mail only; None for any other link."""
    found = db.password_link_owner(token_digest(token))
    return Profile(**found) if found else None


def use_password_link(*, token: str, password: str) -> UUID:
    """Set a password by a link, once; ends the person's sessions. Needs no identity. Raises LinkOver."""
    person_id = db.use_password_link(token_digest(token), make_password(password))
    if person_id is None:
        raise LinkOver()
    return person_id


@as_acting_user
def change_own_password(*, acting_user: Profile, proof: str, password: str) -> None:
    """Store a new password and tell the person by mail; every other session of theirs ends.

    ``proof`` is what :meth:`Profile.password_proof` gives for the present one. Raises NotAllowed for any other.
    """
    _must(db.change_password(proof, make_password(password)))
    acting_user.refresh_from_db(fields=["session_stamp"])
    mail.send_password_changed(acting_user)


def token_digest(token: str) -> str:
    """SHA-256 of a token, in hex: all that is kept of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _link_address(token: str) -> str:
    return settings.SITE_URL + reverse("set_password_link", args=[token])


# --- the trail of sign-ins


def record_sign_in(*, profile: Profile) -> None:
    """Audit row of a sign-in, as the person."""
    with acting_as(profile.pk):
        record("profile.signed_in", "profiles", profile.pk)


def record_sign_out(*, profile: Profile) -> None:
    """Audit row of a sign-out, as the person."""
    with acting_as(profile.pk):
        record("profile.signed_out", "profiles", profile.pk)


def record_refused_sign_in(*, email: str | None, locked: bool) -> None:
    """Audit row of a refused sign-in; names the profile that was tried, if any. Needs no identity."""
    email = normal_email(email)
    found = db.login_lookup(email)
    tried = {"email": email[:254], "locked": locked}
    record("profile.sign_in_refused", "profiles", found, after=tried)


def tell_lockout(*, email: str) -> None:
    """Mail whoever signs in with this e-mail that tries are refused, with a link by which their browser gets in.

    Once in six hours. Needs no identity. The mail leaves after the commit, as that of a reset does.
    """
    person = db.tell_lockout(normal_email(email))
    if person:
        address = settings.SITE_URL + reverse("known_browser", args=[devices.link_token(person["id"])])
        mail.send_lockout(person, address)


def clear_sessions() -> int:
    """Throw away the sessions that are over, by the database's clock; how many. Nobody is signed out by it."""
    return db.sessions_clear()


# --- investors


@as_acting_user
def add_investor(
    *, acting_user: Profile, legal_name: str, type: str, country: str = "", rm: Profile | None = None
) -> Investor:
    """Make a legal investor, whose identity check is still to come. Raises NotAllowed, BadValue."""
    _must(acting_user.is_staff)
    _check_investor(type, rm)
    return Investor.objects.create(legal_name=_name(legal_name), type=type, country=country or None, rm=rm)


def may_choose_rm(acting_user: Profile) -> bool:
    """Relationship managers approve any amount for their own investors, so they do not choose them."""
    return acting_user.role in (Role.STAFF_ADMIN, Role.STAFF_OPS)


@as_acting_user
def change_investor(
    *,
    acting_user: Profile,
    investor: Investor,
    legal_name: str,
    type: str,
    country: str,
    rm: Profile | None,
    shown: Shown | None = None,
) -> Investor:
    """Change name, kind, country and relationship manager. Raises NotAllowed, ChangedMeanwhile, BadValue."""
    _must(acting_user.is_staff)
    investor = _locked(Investor, investor.pk)
    expect(shown, kept_of_investor(investor))
    _must(may_choose_rm(acting_user) or investor.rm == rm)
    _check_investor(type, rm, before=investor.rm_id)
    investor.legal_name, investor.type, investor.country, investor.rm = _name(legal_name), type, country or None, rm
    investor.save(update_fields=["legal_name", "type", "country", "rm"])
    return investor


def kept_of_investor(investor: Investor) -> dict:
    """What the form of an investor shows of it."""
    return {name: getattr(investor, name) for name in ("legal_name", "type", "country", "rm")}


def kept_of_kyc(investor: Investor) -> dict:
    """What the page of an identity check shows of it."""
    return {
        "kyc_status": investor.kyc_status,
        "reason_now": investor.kyc_reason,
        "changed_at": investor.kyc_changed_at,
    }


def _check_investor(type: str, rm: Profile | None, before: UUID | None = None) -> None:
    looks_after = rm is None or rm.pk == before or (rm.is_staff and rm.is_active)
    if type not in InvestorType or not looks_after:
        raise BadValue()


@as_acting_user
def link_person(*, acting_user: Profile, investor: Investor, person: Profile) -> None:
    """Let a person act for an investor; already so is no change. Raises NotAllowed, NotAnInvestorsPerson."""
    _must(acting_user.is_staff)
    person = _locked(Profile, person.pk)
    if person.role != Role.INVESTOR:
        raise NotAnInvestorsPerson()
    InvestorUser.objects.get_or_create(investor=investor, user=person)


@as_acting_user
def unlink_person(*, acting_user: Profile, investor: Investor, person: Profile) -> None:
    """End it: the person sees nothing of this investor any more. Raises OwnLink, NotAllowed when not linked."""
    _must(acting_user.is_staff)
    try:
        ended = db.unlink_person(investor.pk, person.pk)
    except NotAllowed as refusal:
        raise (OwnLink() if refusal.detail == "own_link" else refusal) from refusal
    _must(ended)


@as_acting_user
def set_kyc_status(
    *, acting_user: Profile, investor: Investor, status: str, reason: str, shown: Shown | None = None
) -> Investor:
    """Set the status of the identity check, with its reason. The database notes who decided, and when.

    Whoever added the investor or was shown a password link of its people does not approve it. Raises NotAllowed,
    KycParty, BadValue, ReasonMissing, ChangedMeanwhile. Locks the investor.
    """
    _must(acting_user.is_staff)
    if status not in KycStatus:
        raise BadValue()
    reason = text.text(reason)
    if not reason:
        raise ReasonMissing()
    investor = _locked(Investor, investor.pk)
    expect(shown, kept_of_kyc(investor))
    investor.kyc_status, investor.kyc_reason = status, reason
    _save_kyc(investor)
    investor.refresh_from_db(fields=["kyc_decided_by", "kyc_changed_at"])
    return investor


def _save_kyc(investor: Investor) -> None:
    try:
        investor.save(update_fields=["kyc_status", "kyc_reason"])
    except DatabaseError as error:
        refusal = translated(error)
        if refusal and refusal.detail == "kyc_party":
            raise KycParty() from error
        raise refusal or error from error


# --- billing details

_BILLING = {
    "legal_name": text.NAME, "street": STREET, "postcode": POSTCODE, "town": TOWN, "country": 2, "vat_id": NUMBER,
}  # fmt: skip


class BillingReasonMissing(ReasonMissing):
    field = "reason"
    sentence = _("Enter a reason. It is kept in the audit log. Nothing was changed.")


@as_acting_user
def record_billing(
    *,
    acting_user: Profile,
    investor: Investor,
    effective_from: date,
    vat_treatment: str,
    vat_rate_bps: int,
    reason: str,
    email: str = "",
    language: str = "en",
    shown: Shown | None = None,
    **said: str,
) -> UUID:
    """Record how invoices name, address and tax an investor from a day on; the version's id. Issued ones stay.

    ``said``: legal_name, street, postcode, town, country (ISO code), vat_id. The rate is in basis points and counts
    where VAT is charged. Raises NotAllowed, BillingReasonMissing, ChangedMeanwhile, BadValue.
    """
    _must(acting_user.is_staff)
    last = selectors.billing_recorded_last(investor)
    kept = kept_of_billing(investor, last)
    expect(shown, kept)
    rate = vat_rate_bps if vat_treatment == VatTreatment.DOMESTIC else 0
    lines = [text.line(said.get(name), most) for name, most in _BILLING.items()]
    values = [effective_from, *lines, vat_treatment, rate, normal_email(email), _known_language(language)]
    try:
        return db.fn_record_billing(investor.pk, values, text.text(reason), last and last.pk)
    except ShownChanged as refusal:
        raise ChangedMeanwhile(kept, []) from refusal
    except BadValue as refusal:
        raise (BillingReasonMissing() if refusal.detail == "reason" else refusal) from refusal


def kept_of_billing(investor: Investor, billing: InvestorBilling | None) -> dict:
    """What the form of billing details shows; before the first version what the investor itself suggests."""
    if billing is None:
        blank = dict.fromkeys((*_BILLING, "email"), "")
        own = {"legal_name": investor.legal_name, "country": investor.country or "", "language": "en"}
        return blank | own | {"vat_treatment": "", "vat_rate_bps": 0}
    return {name: getattr(billing, name) for name in (*_BILLING, "vat_treatment", "vat_rate_bps", "email", "language")}
