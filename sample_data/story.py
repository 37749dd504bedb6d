"""How the sample house came to be, step by step, each through the service that a person would use."""

from datetime import date, timedelta
from decimal import Decimal as D
from types import SimpleNamespace
from uuid import UUID

from django.utils import timezone

from approvals import services as approvals
from approvals.models import LIMITS, Approval, ApprovalRule
from audit.identity import acting_as
from deals import services as deals
from deals.models import Deal, DealType
from documents import services as documents
from fees.services import accrual, runs
from fees.services.papers import render_invoices
from house.services import record_identity
from inventory import services as inventory
from investors import services as people
from investors.models import Investor, Profile, Role
from portfolio import services as portfolio
from sample_data import money, owner
from sample_data.cast import ACCOUNTS, FIRM, INVESTORS, PEOPLE, email_of
from sample_data.introductions import introduce, reward
from ui import pdf


def load() -> bool:
    """Load the sample data into an empty database; False, and nothing done, when it is not empty."""
    if not owner.is_empty():
        return False
    owner.make_first_admin()
    owner.be_no_new_house()
    house = SimpleNamespace(people={}, investors={})
    _people(house)
    owner.give_passwords()
    _firm(house)
    introduce(house)
    _northlight(house)
    _clos_du_lac(house)
    _harbour(house)
    money.settle(house, days_ago(0))
    reward(house)
    if pdf.is_available():  # else a job makes them, once it can
        render_invoices()
    owner.leave_no_mail()
    return True


def days_ago(days: int) -> date:
    return timezone.now().date() - timedelta(days=days)


# --- people


def _people(house) -> None:
    """Long ago Ada adds staff, Dora everybody else and the investors; Abe checks who they are."""
    with acting_as(_system_look_up(email_of("ada"))):
        house.people["ada"] = Profile.objects.get(email=email_of("ada"))
    _add(house, "ada", [person for person in PEOPLE[1:] if person.role != Role.INVESTOR])
    for person in house.people.values():
        owner.move_into_the_past("profiles", person.pk, timedelta(days=450), "created_at")
    owner.move_all_into_the_past("account_makers", timedelta(days=450), "made_at")
    _add(house, "dora", [person for person in PEOPLE if person.role == Role.INVESTOR])
    for investor in INVESTORS:
        house.investors[investor.key] = _investor(house, investor)
    for investor in INVESTORS:
        _check(house, investor)
    for investor in house.investors.values():
        owner.move_into_the_past("investors", investor.pk, timedelta(days=400), "created_at", "kyc_changed_at")


def _add(house, by: str, people_to_add: list) -> None:
    for person in people_to_add:
        house.people[person.key] = people.add_person(
            acting_user=house.people[by],
            email=email_of(person.key),
            display_name=person.name,
            role=person.role,
            title=person.title,
        )


def _system_look_up(email: str) -> UUID:
    with owner.connect() as connection:
        return connection.execute("select id from profiles where email = %s", [email]).fetchone()[0]


def _investor(house, plan) -> Investor:
    dora = house.people["dora"]
    investor = people.add_investor(
        acting_user=dora,
        legal_name=plan.legal_name,
        type=plan.type,
        country=plan.country,
        rm=house.people["rita"],
    )
    for key in plan.people:
        people.link_person(acting_user=dora, investor=investor, person=house.people[key])
    return investor


def _check(house, plan) -> None:
    reason = "Documents complete and checked." if plan.kyc == "approved" else "Proof of address is missing."
    people.set_kyc_status(
        acting_user=house.people["abe"], investor=house.investors[plan.key], status=plan.kyc, reason=reason
    )


# --- the firm, and how investors are billed


def _firm(house) -> None:
    """Ada says who the firm is and proposes its accounts, Abe agrees; Dora keeps the billing details of investors."""
    ada, dora = house.people["ada"], house.people["dora"]
    record_identity(acting_user=ada, effective_from=days_ago(400), reason="Registered in Luxembourg", **FIRM)
    for currency in ("USD", "CHF"):
        _account(house, currency)
    for plan in INVESTORS:
        billing = plan.billing
        people.record_billing(
            acting_user=dora,
            investor=house.investors[plan.key],
            effective_from=days_ago(400),
            legal_name=plan.legal_name,
            street=billing.street,
            postcode=billing.postcode,
            town=billing.town,
            country=plan.country,
            vat_id=billing.vat_id,
            vat_treatment=billing.treatment,
            vat_rate_bps=billing.rate_bps,
            email=email_of(plan.people[0]),
            language=billing.language,
            reason="As stated in the subscription papers",
        )


def _account(house, currency: str) -> None:
    """An account of the firm, proposed by Ada; Abe agrees."""
    facts = next(account for account in ACCOUNTS if account["currency"] == currency)
    why = f"Account for investors who pay in {currency}"
    proposed = approvals.propose_account(acting_user=house.people["ada"], is_default=True, reason=why, **facts)
    approvals.agree_to_account(acting_user=house.people["abe"], account_id=proposed.pk)


# --- deals


def _deal(house, *, vehicle: dict, lots: list, plans: list, members: list, **facts) -> Deal:
    """A deal with vehicle, lots, plans and members, opened."""
    dora = house.people["dora"]
    facts["vehicle_id"] = portfolio.add_vehicle(acting_user=dora, currency=facts["currency"], **vehicle).pk
    deal = deals.create_deal(acting_user=dora, **facts)
    _lots(dora, deal, lots)
    for name, description, components in plans:
        plan = deals.create_fee_plan(acting_user=dora, deal_id=deal.pk, name=name, description=description)
        for component in components:
            deals.save_component(acting_user=dora, deal_id=deal.pk, plan_id=plan.pk, **component)
    for key, role, investor in members:
        _member(house, deal, key, role, investor)
    return deals.open_deal(acting_user=dora, deal_id=deal.pk)


def _lots(dora: Profile, deal: Deal, lots: list) -> None:
    for source_name, kind, units, cost, acquired, lockup in lots:
        source = inventory.add_source(acting_user=dora, kind=kind, counterparty_name=source_name)
        inventory.add_lot(
            acting_user=dora,
            deal_id=deal.pk,
            source_id=source.pk,
            units=D(units),
            unit_cost=D(cost),
            acquired_at=acquired,
            lockup_until=lockup,
        )


def _member(house, deal: Deal, key: str, role: str, investor: str | None) -> None:
    person = house.people[key]
    deals.add_member(
        acting_user=house.people["dora"],
        deal_id=deal.pk,
        profile_id=person.pk,
        role=role,
        investor_id=house.investors[investor].pk if investor else None,
    )
    if key != "nils":  # One invitation stays open, to be accepted in the page.
        deals.accept_membership(acting_user=person, deal_id=deal.pk)


def _papers(house, deal: Deal, titles: list[str]) -> None:
    """Papers of a deal, as PDFs; as plain text on a machine that cannot make them."""
    ada = house.people["ada"]
    with acting_as(ada.pk):
        deal = Deal.objects.select_related("vehicle").get(pk=deal.pk)
    for title in titles:
        if pdf.is_available():
            content = pdf.render_pdf("pdf/sample_paper.html", {"title": title, "deal": deal}, made_at=deal.created_at)
        else:
            content = f"{title}\n{deal.name}\n".encode()
        documents.store_document(
            acting_user=ada, content=content, filename=title, title=title, type="Report", deal_id=deal.pk
        )


ALL_IN = ("All-in 5 %", "One fee when you buy, nothing after.", [
    {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 500},
    {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 0, "frequency": "annual"},
    {"kind": "performance", "calc_method": "percent_of_profit", "rate_bps": 0, "frequency": "on_exit",
     "base": "profit"},
])  # fmt: skip
CLASSIC = ("Classic", "A smaller fee when you buy, then each year and on exit.", [
    {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 200},
    {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 150, "frequency": "annual"},
    {"kind": "performance", "calc_method": "percent_of_profit", "rate_bps": 2000, "frequency": "on_exit",
     "base": "profit", "hurdle_rate_bps": 800},
])  # fmt: skip
LENDER = ("Lender", "A fee when you buy, one each quarter, and a tenth of the profit.", [
    {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 100},
    {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 100, "frequency": "quarterly"},
    {"kind": "performance", "calc_method": "percent_of_profit", "rate_bps": 1000, "frequency": "on_exit",
     "base": "profit"},
])  # fmt: skip


def _northlight(house) -> None:
    """The secondary of domain-rules §4: holds live and lapsed, commitments waiting, one allocation."""
    deal = _deal(
        house,
        name="Northlight Secondary",
        code="northlight_2027",
        deal_type=DealType.EQUITY_SECONDARY,
        currency="USD",
        offer_unit_price=D("28.50"),
        close_at=timezone.now() + timedelta(days=14),
        summary="Ordinary shares of Northlight Instruments, held through Northlight SPV I.",
        description="Northlight makes optical sensors for ships. Three early holders sell part of their shares.",
        terms_schema=deals.make_terms(
            min_ticket=D("2850.00"),
            max_ticket=D("285000.00"),
            terms=[["Share class", "Ordinary, no vote"], ["Transfer", "With consent of the vehicle"]],
        ),
        vehicle={"name": "Northlight SPV I", "type": "spv", "domicile": "Luxembourg"},
        lots=[
            ("Lantern Growth Fund II", "fund", "5000", "25.00", days_ago(200), None),
            ("Northlight Instruments", "company", "3000", "22.50", days_ago(174), None),
            ("A former colleague", "colleague", "2000", "26.00", days_ago(172), days_ago(-90)),
        ],
        plans=[ALL_IN, CLASSIC],
        members=[
            ("alice", "investor", "aldgate"),
            ("mallory", "investor", "morland"),
            ("elena", "investor", "ferrand"),
            ("otis", "investor", "okonjo"),
            ("hanna", "investor", "harrow"),
            ("nils", "investor", "lindholm"),
            ("larry", "lawyer", None),
            ("ingrid", "introducer", None),
        ],
    )
    _papers(house, deal, ["Information memorandum", "Articles of Northlight SPV I", "Share purchase agreement"])
    _allocate(house, deal, "elena", "ferrand", "1000", by="rita")
    _allocate(house, deal, "elena", "ferrand", "100", by="rita")
    _allocate(house, deal, "hanna", "harrow", "600", by="rita")
    _lapsed(house, deal, "elena", "ferrand", "300")
    _wait(house, deal, "mallory", "morland", "1200", timedelta(hours=20))
    _commit(house, deal, "otis", "okonjo", "1500")
    _wait(house, deal, "otis", "okonjo", "500", timedelta(hours=19))  # added: 2,000 in all
    _hold(house, deal, "alice", "aldgate", "500", minutes=1440)
    _valuations(house, deal, [(111, "27.800000"), (20, "29.400000")], waiting=(1, "29.650000"))


def _clos_du_lac(house) -> None:
    """Luxembourg real estate in EUR: a large commitment that needs two approvals, and one with changes asked."""
    deal = _deal(
        house,
        name="Clos du Lac Residences",
        code="closdulac_2027",
        deal_type=DealType.OTHER,
        currency="EUR",
        offer_unit_price=D("125.00"),
        close_at=timezone.now() + timedelta(days=35),
        summary="Forty let flats by a lake, owned through a Luxembourg securitisation.",
        terms_schema=deals.make_terms(min_ticket=D("12500.00"), terms=[["Distribution", "Twice a year"]]),
        vehicle={"name": "Clos du Lac S.A.", "type": "securitization", "domicile": "Luxembourg"},
        lots=[
            ("Ternes Property Fund", "fund", "3000", "120.00", days_ago(150), None),
            ("Clos du Lac S.A.", "company", "2000", "122.50", days_ago(120), None),
        ],
        plans=[CLASSIC, ALL_IN],
        members=[
            ("alice", "investor", "aldgate"),
            ("mallory", "investor", "morland"),
            ("hanna", "investor", "harrow"),
        ],
    )
    _papers(house, deal, ["Valuation report", "Rent roll"])
    _allocate(house, deal, "alice", "aldgate", "200", by="rita")  # before there was an account: its invoice is a draft
    _account(house, "EUR")
    _valuations(house, deal, [(101, "124.000000"), (10, "125.500000")])
    with acting_as(house.people["ada"].pk):
        default = ApprovalRule.objects.get(currency="*")
    rule = approvals.propose_rule(
        acting_user=house.people["ada"],
        currency="EUR",
        limits={name: getattr(default, name) for name in LIMITS} | {"critical_above": D("500000.00")},
        relaxes=[],
        reason="Deals in euro are smaller here.",
        days=None,
    )
    approvals.agree_to_rule(acting_user=house.people["abe"], rule_id=rule.pk)
    _wait(house, deal, "hanna", "harrow", "4200", timedelta(minutes=100))
    approval = _wait(house, deal, "mallory", "morland", "400", timedelta(hours=30))
    approvals.decide(
        acting_user=house.people["ada"],
        approval_id=approval,
        action="revise",
        reason="Please confirm which of your two accounts the payment will come from.",
    )
    _hold(house, deal, "alice", "aldgate", "120", minutes=45)


def _harbour(house) -> None:
    """Private credit, sold out and in allocation."""
    deal = _deal(
        house,
        name="Harbour Receivables",
        code="harbour_credit",
        deal_type=DealType.CREDIT_TRADE_FINANCE,
        currency="USD",
        offer_unit_price=D("50.00"),
        close_at=timezone.now() + timedelta(days=3),
        summary="Short receivables of port operators, bought at a discount.",
        vehicle={"name": "Harbour Notes I", "type": "note", "domicile": "Ireland"},
        lots=[("Quayside Finance", "company", "8000", "48.00", days_ago(260), None)],
        plans=[LENDER],
        members=[
            ("mallory", "investor", "morland"),
            ("otis", "investor", "okonjo"),
            ("hanna", "investor", "harrow"),
        ],
    )
    _allocate(house, deal, "mallory", "morland", "4500", by="rita")
    _wait(house, deal, "otis", "okonjo", "3500", timedelta(hours=3, minutes=20))
    deals.start_allocation(acting_user=house.people["ada"], deal_id=deal.pk)
    _valuations(house, deal, [(99, "50.000000"), (8, "50.600000")])
    last, this = _quarters()
    since = last - timedelta(days=48)  # the last days of one quarter, and all of the next
    owner.hold_since(deal.pk, since)
    accrual.accrue(acting_user=house.people["sam"], deal_id=deal.pk, as_of=days_ago(1))
    _bill(house, since, last - timedelta(days=1))
    _bill(house, last, this - timedelta(days=1))
    _sell(house, deal, "0.2", "51.50")
    accrual.accrue(acting_user=house.people["sam"], deal_id=deal.pk, as_of=days_ago(0))  # waits for the next run


def _quarters() -> tuple[date, date]:
    """The first days of the quarter before this one, and of this one."""
    today = days_ago(0)
    this = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    before = this - timedelta(days=1)
    return before.replace(month=before.month - 2, day=1), this


def _bill(house, start: date, end: date) -> None:
    """The invoices of a period, in a run that is closed; what accrued later waits for the next."""
    run = runs.open_run(acting_user=house.people["sam"], start=start, end=end)
    runs.issue_run(acting_user=house.people["sam"], run_id=run.pk)
    runs.close_run(acting_user=house.people["sam"], run_id=run.pk)


# --- what investors did


def _hold(house, deal: Deal, person: str, investor: str, units: str, minutes: int | None = None) -> UUID:
    return inventory.reserve_units(
        acting_user=house.people[person],
        deal_id=deal.pk,
        investor_id=house.investors[investor].pk,
        units=D(units),
        unit_price=deal.offer_unit_price,
        hold_minutes=minutes,
    )


def _lapsed(house, deal: Deal, person: str, investor: str, units: str) -> None:
    hold = _hold(house, deal, person, investor, units)
    owner.move_into_the_past("reservations", hold, timedelta(hours=26), "created_at", "expires_at")
    inventory.expire_all()
    inventory.tell_lapsed_holds()


def _commit(house, deal: Deal, person: str, investor: str, units: str) -> tuple[UUID, UUID]:
    """A hold and its commitment; the commitment's id and its approval's."""
    hold = _hold(house, deal, person, investor, units)
    commitment = inventory.commit_hold(shown_hash=None, acting_user=house.people[person], reservation_id=hold)
    with acting_as(house.people["ada"].pk):
        return commitment, Approval.objects.get(entity_id=commitment, status="pending").pk


def _wait(house, deal: Deal, person: str, investor: str, units: str, since: timedelta) -> UUID:
    """A commitment that has waited for a decision since then; its approval's id."""
    commitment, approval = _commit(house, deal, person, investor, units)
    owner.move_into_the_past("deal_commitments", commitment, since, "created_at")
    owner.move_into_the_past("approvals", approval, since, "created_at", "sla_started_at", "sla_breach_at")
    return approval


def _allocate(house, deal: Deal, person: str, investor: str, units: str, *, by: str) -> None:
    """A commitment that staff approved, so that its units are allocated."""
    _commitment, approval = _commit(house, deal, person, investor, units)
    approvals.decide(acting_user=house.people[by], approval_id=approval, action="approve")


def _valuations(house, deal: Deal, values: list[tuple[int, str]], waiting: tuple[int, str] | None = None) -> None:
    """What the vehicle was worth so many days ago, a unit: proposed by Dora, approved by Ada; one may still wait."""
    for days, nav in values:
        approvals.decide(acting_user=house.people["ada"], approval_id=_value(house, deal, days, nav), action="approve")
    if waiting:
        _value(house, deal, *waiting)


def _sell(house, deal: Deal, fraction: str, unit_price: str) -> None:
    """A part of what is held is sold today: proposed by Dora, approved by Ada."""
    facts = {"exit_date": days_ago(0), "fraction": D(fraction), "unit_price": D(unit_price)}
    made = inventory.propose_exit(acting_user=house.people["dora"], deal_id=deal.pk, **facts, note="Early repayment")
    with acting_as(house.people["ada"].pk):
        asked = Approval.objects.get(entity_id=made).pk
    approvals.decide(acting_user=house.people["ada"], approval_id=asked, action="approve")


def _value(house, deal: Deal, days: int, nav: str) -> UUID:
    """The approval of a proposed valuation."""
    facts = {"vehicle_id": deal.vehicle_id, "as_of_date": days_ago(days), "nav_per_unit": D(nav)}
    made = portfolio.propose_valuation(acting_user=house.people["dora"], **facts, source="auditor")
    with acting_as(house.people["ada"].pk):
        return Approval.objects.get(entity_id=made.pk).pk
