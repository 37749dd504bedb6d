"""Rows made as verso_owner, the shortest way to a state: a factory for each table, with what a row has unless told.

Each ``add_…`` takes a connection (the ``owner`` fixture), gives the new row's id and lets any column be overridden.
State that the product itself can make is better made by its services: use these for what stands around it.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from types import SimpleNamespace
from uuid import UUID, uuid4

import factory
from django.contrib.auth.hashers import make_password
from psycopg import Connection, sql
from psycopg.types.json import Jsonb

PASSWORD = "northlight-demo-2027"
HASHER = "default"  # of the process; a web process of its own needs "argon2"
PRICE = Decimal("28.50")


def insert(connection: Connection, table: str, **columns):
    """Insert one row and give its ``id`` (or None where the table has none). Dicts become jsonb."""
    values = [Jsonb(value) if isinstance(value, dict) else value for value in columns.values()]
    has_id = connection.execute(
        "select 1 from pg_attribute where attrelid = %s::regclass and attname = 'id'", [f"public.{table}"]
    ).fetchone()
    statement = sql.SQL("insert into {} ({}) values ({}) {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(sql.Placeholder() * len(columns)),
        sql.SQL("returning id" if has_id else ""),
    )
    cursor = connection.execute(statement, values)
    return cursor.fetchone()[0] if has_id else None


def value(connection: Connection, statement: str, *params):
    """The first column of the first row."""
    row = connection.execute(statement, params).fetchone()
    return row[0] if row else None


def in_days(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def act_as(connection: Connection, profile_id: UUID | str | None, *, local: bool = False) -> Connection:
    """Name who acts on a raw connection: for good, or until the end of the transaction with ``local``."""
    connection.execute("select set_config('app.user_id', %s, %s)", [str(profile_id or ""), local])
    return connection


def password_hash(password: str = PASSWORD) -> str:
    return _hashed(password, HASHER)


@lru_cache
def _hashed(password: str, hasher: str) -> str:
    return make_password(password, hasher=hasher)


class Row(factory.Factory):
    """One row of the table that ``model`` names. Not through Django's models: its connection is the application's."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *, connection, **columns):
        return insert(connection, model_class, **columns)


# --- people


class ProfileRow(Row):
    class Meta:
        model = "profiles"

    role = "investor"
    email = factory.LazyAttribute(lambda row: f"{row.display_name.split()[0].lower()}@verso.example")
    password = factory.LazyFunction(password_hash)


class InvestorRow(Row):
    class Meta:
        model = "investors"

    type, kyc_status, country = "entity", "approved", "LU"


@dataclass(frozen=True)
class Person:
    """One of the cast. ``investor_id`` is the investor this person acts for, if any."""

    id: UUID
    name: str
    email: str
    role: str
    investor_id: UUID | None = None

    @property
    def pk(self) -> UUID:
        return self.id

    @property
    def profile(self):
        """The Django row. Needs an identity that may see it (``acting_as``)."""
        from investors.models import Profile

        return Profile.objects.get(pk=self.id)


def add_profile(connection, name="Nadia Novak", **columns) -> UUID:
    return ProfileRow(connection=connection, display_name=name, **columns)


def add_investor(connection, legal_name="Novak Holdings", *, users=(), **columns) -> UUID:
    """An investor with valid KYC, linked to these profiles."""
    investor_id = InvestorRow(connection=connection, legal_name=legal_name, **columns)
    for user_id in users:
        link(connection, investor_id, user_id)
    return investor_id


def link(connection, investor_id, user_id) -> None:
    insert(connection, "investor_users", investor_id=investor_id, user_id=user_id)


def add_person(connection, name, role="investor", *, investor_id=None, **columns) -> Person:
    email = columns.pop("email", f"{name.split()[0].lower()}@verso.example")
    person_id = add_profile(connection, name, role=role, email=email, **columns)
    if investor_id:
        link(connection, investor_id, person_id)
    return Person(person_id, name, email, role, investor_id)


def make_cast(connection) -> SimpleNamespace:
    """The people of design §7, each with a fixed meaning, and the two investors."""
    rita = add_person(connection, "Rita Ramsay", "staff_rm")
    aldgate = add_investor(connection, "Aldgate Family Office", rm_id=rita.id)
    morland = add_investor(connection, "Morland Partners", rm_id=rita.id)
    return SimpleNamespace(
        aldgate=aldgate,  # Alice's and Bob's investor
        morland=morland,  # Mallory's investor
        alice=add_person(connection, "Alice Aldgate", investor_id=aldgate),
        bob=add_person(connection, "Bob Aldgate", investor_id=aldgate),
        mallory=add_person(connection, "Mallory Morland", investor_id=morland),
        larry=add_person(connection, "Larry Lowe"),
        ingrid=add_person(connection, "Ingrid Iversen"),
        sam=add_person(connection, "Sam Sutter", "staff_ops"),
        rita=rita,
        ada=add_person(connection, "Ada Adler", "staff_admin"),
        abe=add_person(connection, "Abe Arnold", "staff_admin"),
    )


def with_passwords_of_argon2(connection, cast: SimpleNamespace) -> SimpleNamespace:
    """Tests hash quickly; a web process of its own knows Argon2 only."""
    known = [_hashed(PASSWORD, "argon2")]
    connection.execute("update profiles set password = %s where email is not null", known)
    return cast


# --- deals and stock


@dataclass
class Deal:
    id: UUID
    code: str
    vehicle_id: UUID
    price: Decimal
    fee_plan_id: UUID | None = None
    lots: dict[str, UUID] = field(default_factory=dict)


class VehicleRow(Row):
    class Meta:
        model = "vehicles"

    type, currency = "spv", "USD"


class DealRow(Row):
    class Meta:
        model = "deals"

    status = "open"
    offer_unit_price = PRICE
    open_at = factory.LazyFunction(lambda: in_days(-10))
    close_at = factory.LazyFunction(lambda: in_days(60))


class LotRow(Row):
    class Meta:
        model = "share_lots"

    unit_cost = Decimal("25.00")
    units_remaining = factory.SelfAttribute("units_total")


class MembershipRow(Row):
    class Meta:
        model = "deal_memberships"

    accepted_at = factory.LazyFunction(lambda: in_days(-5))


class FeePlanRow(Row):
    class Meta:
        model = "fee_plans"


class FeeComponentRow(Row):
    class Meta:
        model = "fee_components"

    kind, calc_method = "subscription", "percent_of_investment"


def add_vehicle(connection, name="Northlight SPV", **columns) -> UUID:
    return VehicleRow(connection=connection, name=name, **columns)


def add_deal(connection, name="Northlight Secondary", *, code="northlight_2027", **columns) -> UUID:
    """An open deal in USD at 28.50, without lots, plan or members."""
    return DealRow(connection=connection, name=name, code=code, **columns)


def add_lot(connection, deal_id, units=5_000, unit_cost="25.00", **columns) -> UUID:
    facts = {"units_total": Decimal(str(units)), "unit_cost": Decimal(unit_cost)} | columns
    return LotRow(connection=connection, deal_id=deal_id, **facts)


def add_member(connection, deal_id, person, role="investor", *, investor_id=None, accepted=True) -> None:
    """A membership; an investor's carries that person's investor unless another is named."""
    if role in ("investor", "co_investor"):
        investor_id = investor_id or person.investor_id
    facts = {"deal_id": deal_id, "user_id": person.id, "investor_id": investor_id, "role": role}
    MembershipRow(connection=connection, **facts, **({} if accepted else {"accepted_at": None}))


def add_fee_plan(connection, deal_id, name="All-in 5 %", *, rate_bps=500, is_default=True) -> UUID:
    plan_id = FeePlanRow(connection=connection, deal_id=deal_id, name=name, is_default=is_default)
    FeeComponentRow(connection=connection, fee_plan_id=plan_id, rate_bps=rate_bps)
    return plan_id


def make_sample_deal(connection) -> Deal:
    """Domain-rules §4: 28.50 USD, lots A 5,000 @ 25.00, B 3,000 @ 22.50, C 2,000 @ 26.00."""
    vehicle_id = add_vehicle(connection)
    deal = Deal(add_deal(connection, vehicle_id=vehicle_id), "northlight_2027", vehicle_id, PRICE)
    source_id = insert(connection, "share_sources", kind="fund", counterparty_name="Harbour Fund II")
    for letter, units, cost, acquired in (
        ("A", 5_000, "25.00", date(2024, 12, 15)),
        ("B", 3_000, "22.50", date(2025, 1, 10)),
        ("C", 2_000, "26.00", date(2025, 1, 12)),
    ):
        deal.lots[letter] = add_lot(connection, deal.id, units, cost, acquired_at=acquired, source_id=source_id)
    deal.fee_plan_id = add_fee_plan(connection, deal.id)
    return deal


def invite_cast(connection, deal: Deal, cast) -> None:
    """Alice, Mallory, Larry and Ingrid are accepted members. Bob is not invited."""
    add_member(connection, deal.id, cast.alice)
    add_member(connection, deal.id, cast.mallory)
    add_member(connection, deal.id, cast.larry, "lawyer")
    add_member(connection, deal.id, cast.ingrid, "introducer")


# --- what investors hold, made directly (as a seed would), lots kept in step


class HoldRow(Row):
    class Meta:
        model = "reservations"

    proposed_unit_price = PRICE


class CommitmentRow(Row):
    class Meta:
        model = "deal_commitments"

    unit_price = PRICE


class PositionRow(Row):
    class Meta:
        model = "positions"


class ApprovalRow(Row):
    class Meta:
        model = "approvals"


class DocumentRow(Row):
    class Meta:
        model = "documents"

    file_key = factory.LazyAttribute(lambda row: f"documents/{row.title}.pdf")


def add_hold(connection, deal_id, investor_id, units=100, *, lot_id=None, minutes=30, **columns) -> UUID:
    """A pending hold; with ``lot_id`` its units are taken from that lot."""
    units = Decimal(str(units))
    facts = {"investor_id": investor_id, "requested_units": units, "expires_at": in_days(minutes / 1440)} | columns
    hold_id = HoldRow(connection=connection, deal_id=deal_id, **facts)
    if lot_id:
        insert(connection, "reservation_lot_items", reservation_id=hold_id, lot_id=lot_id, units=units)
        connection.execute(
            "update share_lots set units_remaining = units_remaining - %s where id = %s", [units, lot_id]
        )
    return hold_id


def add_commitment(connection, deal_id, investor_id, units=100, **columns) -> UUID:
    facts = {"investor_id": investor_id, "requested_units": Decimal(str(units))} | columns
    return CommitmentRow(connection=connection, deal_id=deal_id, **facts)


def add_position(connection, investor_id, vehicle_id, units=100, cost_basis="2850.00") -> UUID:
    facts = {"units": Decimal(str(units)), "cost_basis": Decimal(cost_basis)}
    position = PositionRow(connection=connection, investor_id=investor_id, vehicle_id=vehicle_id, **facts)
    if any(facts.values()):
        add_entry(connection, investor_id, vehicle_id, units, cost_basis, key=f"opening:{position}")
    return position


def add_entry(connection, investor_id, vehicle_id, units, cost, on="2026-01-02", **columns) -> UUID:
    """An entry of a position, which it does not move."""
    facts = {"units": Decimal(str(units)), "cost": Decimal(str(cost)), "effective_date": on, "cause": "correction"}
    facts |= {"investor_id": investor_id, "vehicle_id": vehicle_id, "key": str(uuid4())} | columns
    return insert(connection, "position_entries", **facts)


def add_approval(connection, entity_type="deal_commitment", entity_id=None, **columns) -> UUID:
    return ApprovalRow(connection=connection, entity_type=entity_type, entity_id=entity_id, **columns)


def add_document(connection, title="Information memorandum", **columns) -> UUID:
    return DocumentRow(connection=connection, title=title, **columns)


# --- the ledger


def add_ledger_account(connection, investor_id, amount="100.00", *, on=date(2026, 1, 10)) -> UUID:
    """The receivable of an investor, to whom an amount was billed."""
    lines = [
        {"account": "receivable", "investor": str(investor_id), "amount": amount},
        {"account": "fee_income_flat", "amount": f"-{amount}"},
    ]
    post = "select app.post_entry('invoice_issued', gen_random_uuid()::text, %s, 'USD', null, null, 'Invoice', %s)"
    connection.execute(post, [on, Jsonb(lines)])
    return value(connection, "select app.ledger_account('receivable', 'USD', %s)", investor_id)
