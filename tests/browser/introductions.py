"""Introducers for the walk: the sample's, who earns on, and another beside it."""

from datetime import date

from approvals import services as approvals
from audit.identity import acting_as_system
from house.selectors import today
from introducers import services
from introducers.models import Introducer
from investors.models import Profile
from sample_data.cast import INTRODUCER, email_of
from tests import factories
from tests.documents.files import PDF
from tests.sql.introducers import ADDRESS
from tests.sql.invoices import pay

FUNDED = """
select i.id, i.deal_id, p.email, p.display_name, round(i.total / 3), i.total - 2 * round(i.total / 3) from invoices i
  join investor_users u on u.investor_id = i.investor_id join profiles p on p.id = u.user_id
 where i.generated_from = 'allocation' and i.status = 'sent' order by i.number limit 1
"""


def introduce(owner) -> None:
    """The sample's with commission billed, paid and earned on, and terms that wait; an alert beside another's."""
    with acting_as_system():
        ada, abe = (Profile.objects.get(email=email_of(key)) for key in ("ada", "abe"))
        them = Introducer.objects.get(legal_name=INTRODUCER["legal_name"])
    other = _kept(owner, ada, abe, "Okonjo & Partners Placement Agents (Luxembourg) S.à r.l.")
    invoice, deal, email, name, part, rest = owner.execute(FUNDED).fetchone()
    terms = {"deal_id": deal, "basis_type": "management_fee", "rate_bps": 1000, "trail_years": 3}
    services.propose_deal_terms(acting_user=ada, introducer_id=them.pk, valid_from=date(2020, 1, 1), **terms)
    brought = {"acting_user": ada, "introducer_id": them.pk}
    services.record_introduction(**brought, email=email, deal_id=deal, name=name)
    for who in (them, other):
        facts = {"introducer_id": who.pk, "email": "prospect@verso.example", "name": "Nadia Novak"}
        services.record_introduction(acting_user=ada, **facts, deal_id=deal)
    for amount, bills, pays in ((part, True, True), (part, True, False), (rest, False, False)):
        pay(owner, invoice, str(amount))
        services.accrue(acting_user=ada, deal_id=deal)
        if bills:
            billed = services.issue_invoice(acting_user=ada, introducer_id=them.pk, currency=_currency(owner, deal))
            services.file_paper(billed)
        if pays:
            payout = services.propose_payout(acting_user=ada, invoice_id=billed, paid_on=today())
            _approve(owner, abe, payout)


def _kept(owner, ada, abe, name: str, **facts):
    made = services.add_introducer(acting_user=ada, legal_name=name, **(ADDRESS | facts))
    paper = {"paper": PDF, "filename": "signed.pdf", "signed_on": date(2020, 1, 1), "valid_from": date(2020, 1, 1)}
    agreed = services.propose_agreement(
        acting_user=ada, introducer_id=made.pk, rate_bps=150, cap_amount=50_000, **paper
    )
    _approve(owner, abe, agreed)
    return made


def _approve(owner, abe, thing) -> None:
    ask = "select id, content_hash from approvals where entity_id = %s"
    approval, seen = owner.execute(ask, [thing]).fetchone()
    approvals.decide(acting_user=abe, approval_id=approval, action="approve", content_hash=seen)


def _currency(owner, deal) -> str:
    return factories.value(owner, "select currency from deals where id = %s", deal)
