"""The addresses of the house, the people who try them, and the things whose ids they try."""

import hashlib
import re
import uuid
from types import SimpleNamespace

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import get_resolver
from django.utils import timezone
from psycopg.types.json import Jsonb

from documents.links import make_link
from documents.storage import new_key
from tests import factories

OUTSIDE = ("spouse", "advisor", "lawyer", "banker", "introducer", "viewer")
PEOPLE = (
    "anonymous",
    "alice",  # investor, member
    "bob",  # the same investor, not invited
    "mallory",  # another investor on the same deal
    "outside",  # each of OUTSIDE where a deal is named, else the lawyer
    "pending",  # invited, has not accepted
    "disabled",  # signed in, then disabled
    "rita",
    "sam",
    "ada",
)
PAPER = b"The minutes of a meeting.\n"
UNKNOWN = uuid.UUID("00000000-0000-4000-8000-00000000dead")


def addresses(resolver=None, prefix="") -> list[str]:
    """Every address there is, as written in the urls, e.g. ``deals/<slug:code>/``."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        found += addresses(entry, path) if hasattr(entry, "url_patterns") else [path]
    return found


def cases(path: str) -> list[str]:
    """Whose ids an address is tried with. Staff see everything: there only an id below another deal is foreign."""
    if "<" not in path:
        return ["-"]
    if path.startswith("admin/"):
        return ["own"]
    if path.startswith("staff/") and path.count("<") == 1:
        return ["own", "random"]
    return ["own", "foreign", "random"]


class House:
    """Alice and Mallory each have a hold, a commitment and papers on the sample deal; a second deal is hidden."""

    def __init__(self, owner, cast, deal, app_connection):
        self.owner, self.cast, self.deal = owner, cast, deal
        self.people = self._people()
        self.hidden = factories.add_deal(
            owner, "Hidden", code="hidden", vehicle_id=factories.add_vehicle(owner, "Hidden SPV")
        )
        self.alice = self._book(app_connection(cast.alice), cast.aldgate)
        self.mallory = self._book(app_connection(cast.mallory), cast.morland)
        self.here, self.there = self._things(deal.id), self._things(self.hidden)
        self._records()
        self.newcomer = self._password_link()
        self.account = factories.add_ledger_account(owner, cast.aldgate)
        self.entry = owner.execute("select max(id) from audit_log").fetchone()[0]

    def _people(self):
        owner, cast, deal = self.owner, self.cast, self.deal
        people = {name: getattr(cast, name) for name in ("alice", "bob", "mallory", "rita", "sam", "ada")}
        people |= {"anonymous": None, "lawyer": cast.larry, "introducer": cast.ingrid, "outside": cast.larry}
        for role in set(OUTSIDE) - set(people):
            people[role] = factories.add_person(owner, f"{role.capitalize()} Sample")
            factories.add_member(owner, deal.id, people[role], role)
        novak = factories.add_investor(owner)
        people["pending"] = factories.add_person(owner, "Petra Pending", investor_id=novak)
        factories.add_member(owner, deal.id, people["pending"], accepted=False)
        people["disabled"] = factories.add_person(owner, "Dora Disabled", investor_id=cast.aldgate)
        factories.add_member(owner, deal.id, people["disabled"])
        return people

    def _book(self, connection, investor):
        reserve = "select fn_reserve_inventory(%s, %s, 100, 28.50)"
        commit = "select fn_commit_units(%s, %s, 200)"
        hold = factories.value(connection, reserve, self.deal.id, investor)
        commitment = factories.value(connection, commit, self.deal.id, investor)
        ask = "select id from approvals where entity_id = %s"
        return SimpleNamespace(hold=hold, commitment=commitment, approval=factories.value(self.owner, ask, commitment))

    def _things(self, deal):
        owner = self.owner
        plan = factories.add_fee_plan(owner, deal, "Second", is_default=False)
        ask = "select id from fee_components where fee_plan_id = %s"
        token = f"token-of-{deal}"
        invite = factories.insert(
            owner,
            "invite_links",
            deal_id=deal,
            role="viewer",
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            expires_at=factories.in_days(3),
        )
        return SimpleNamespace(
            plan=plan,
            component=factories.value(owner, ask, plan),
            lot=factories.add_lot(owner, deal, 50),
            token=token,
            invite=invite,
            vehicle=factories.add_vehicle(owner, "Another SPV"),
            source=factories.insert(owner, "share_sources", kind="fund"),
            exit=factories.insert(
                owner, "deal_exits", deal_id=deal, exit_date="2026-01-09", fraction="0.5", unit_price=40
            ),
        )

    def _records(self):
        """A row of each table that only the admin shows."""
        factories.insert(self.owner, "tasks", title="Call back")
        factories.insert(self.owner, "job_runs", name="close_deals", started_at=factories.in_days(0))
        told = {"user_id": self.cast.alice.id, "kind": "deal.cancelled"}
        self.stopped_mail = factories.insert(
            self.owner, "notices", **told, entity_id=self.deal.id, mail_stopped="refused"
        )
        self.rule = factories.insert(
            self.owner, "approval_rules", currency="NOK", critical_above=1, high_above=1, normal_above=1,
            two_approvers_above=1, two_approvers_first_above=1, ops_limit=1, in_force_from=None,
        )  # fmt: skip
        self.stranger = factories.add_investor(self.owner, "Stranger Holdings")
        account = {"holder_name": "House", "bank_name": "Bank", "town": "Luxembourg", "country": "LU"}
        account |= {"currency": "EUR", "iban": "LU280019400644750000"}
        self.proposed_account = factories.insert(self.owner, "receiving_accounts", **account)
        active = {"active_from": factories.in_days(-1), "is_default": True}
        self.active_account = factories.insert(self.owner, "receiving_accounts", **account, **active)
        self.other_mail = factories.insert(self.owner, "notices", **told, entity_id=self.hidden)
        self.events = {who: self._event(investor) for who, investor in self._owners().items()}
        self.papers = {who: self._stored(who, investor) for who, investor in self._owners().items()}
        factories.insert(self.owner, "subscriptions", investor_id=self.cast.aldgate, vehicle_id=self.deal.vehicle_id)
        factories.insert(
            self.owner, "valuations", vehicle_id=self.deal.vehicle_id, as_of_date="2026-01-01", status="approved"
        )
        factories.insert(self.owner, "positions", investor_id=self.cast.aldgate, vehicle_id=self.deal.vehicle_id)
        given = {"deal_id": self.deal.id, "investor_id": self.cast.aldgate, "units": 1, "unit_price": 1}
        self.allocation = factories.insert(self.owner, "allocations", **given, status="approved")
        self.other_allocation = factories.insert(self.owner, "allocations", **given | {"deal_id": self.hidden})
        self.invoices = {who: self._invoice(who, investor) for who, investor in self._owners().items()}
        given_up = {"invoice_id": self.invoices["alice"], "amount": 1, "open_amount": 100, "currency": "USD"}
        self.write_off = factories.insert(self.owner, "write_offs", **given_up, reason="Small")
        self.line = factories.insert(self.owner, "bank_transactions", amount=95, currency="USD")
        sent = {"amount": 1, "currency": "EUR", "receiving_account_id": self.active_account}
        self.batch = factories.insert(
            self.owner, "refund_batches", message_id="REFUNDS-1", execution_date="2026-04-01", refunds_count=1, total=1,
            currency="EUR", receiving_account_id=self.active_account,
            payer='{"name": "House", "iban": "LU280019400644750000", "town": "Luxembourg", "country": "LU"}',
        )  # fmt: skip
        self.refund = factories.insert(
            self.owner, "refunds", investor_id=self.cast.aldgate, bank_transaction_id=self.line, payee_name="Aldgate",
            iban="DE02120300000000202051", town="Luxembourg", country="LU", end_to_end_id="REFUND-1", reason="Twice",
            batch_id=self.batch, status="exported", **sent,
        )  # fmt: skip
        self.run = factories.insert(self.owner, "invoice_runs", period_start="2026-01-01", period_end="2026-03-31")
        self.bank = self._bank()
        self.introducers = {who: self._introducer(who, investor) for who, investor in self._owners().items()}

    def _bank(self) -> SimpleNamespace:
        """A line that was matched to an invoice of Alice's, and one of the bank's own, which waits."""
        facts = {"receiving_account_id": self.active_account, "currency": "EUR", "is_whole": True}
        statement = factories.insert(self.owner, "bank_statements", format="csv", sha256="0" * 64, **facts)
        facts = {"receiving_account_id": self.active_account, "currency": "EUR", "import_batch_id": statement}
        day = {"booking_date": "2026-01-09", "value_date": "2026-01-09"}
        paid, fee = (
            factories.insert(self.owner, "bank_transactions", amount=amount, fingerprint=str(amount), **facts, **day)
            for amount in (5, -1)
        )
        whose = {"invoice_id": self.invoices["alice"], "investor_id": self.cast.aldgate}
        payment = factories.insert(self.owner, "payments", amount=5, method="bank", bank_txn_id=paid, **whose)
        match = {"bank_transaction_id": paid, "payment_id": payment, "matched_amount": 5}
        return SimpleNamespace(
            statement=statement, line=fee, payment=payment,
            match=factories.insert(self.owner, "reconciliations", **match, **whose),
        )  # fmt: skip

    def _introducer(self, who, investor):
        """An introducer who reads its portal as this person, with a row of each kind."""
        owner, insert = self.owner, factories.insert
        made = insert(owner, "introducers", legal_name=f"Introducer {who}", user_id=self.people[who].id)
        paper = {"introducer_id": made, "document_id": self.papers[who], "valid_from": "2026-01-01"}
        facts = {"introducer_id": made, "prospect_email": f"{who}-prospect@verso.example", "deal_id": self.deal.id}
        brought = insert(owner, "introductions", **facts, place=1)
        invoice = {"kind": "self_billing", "status": "sent", "number": f"SBI-1900-{who}", "reference": f"RFS-{who}"}
        days = {"issue_date": "2026-03-31", "due_date": "2026-04-30", "issued_at": factories.in_days(-1)}
        sums = {"subtotal": 5, "tax": 0, "total": 5, "generated_from": "introducer_commissions"}
        billed = insert(owner, "invoices", **invoice, **days, **sums)
        earned = {"introducer_id": made, "rate_bps": 1, "accrual_amount": 5, "basis_type": "invested_amount"}
        return SimpleNamespace(
            id=made,
            agreement=insert(owner, "introducer_agreements", **paper, status="active"),
            introduction=brought,
            alert=insert(owner, "introduction_alerts", introduction_id=brought, earlier_id=brought),
            commission=insert(owner, "introducer_commissions", **earned, status="invoiced", invoice_id=billed),
            invoice=billed,
            payout=insert(
                owner, "introducer_payouts", invoice_id=billed, amount=5, currency="USD", paid_on="2026-04-02"
            ),
        )

    def _invoice(self, who, investor):
        """An issued invoice of an investor."""
        facts = {"kind": "invoice", "status": "sent", "number": f"INV-1900-{who}", "reference": f"RF-{who}"}
        days = {"issue_date": "2026-03-31", "due_date": "2026-04-30", "issued_at": factories.in_days(-1)}
        sums = {"subtotal": 100, "tax": 0, "total": 100, "generated_from": "fee_events"}
        parties = Jsonb({who: {"legal_name": who, "town": "Here", "country": "LU"} for who in ("seller", "buyer")})
        made = factories.insert(
            self.owner, "invoices", investor_id=investor, deal_id=self.deal.id, parties=parties, **facts, **days, **sums
        )
        factories.insert(self.owner, "invoice_lines", invoice_id=made, description="Fee", amount=100)
        return made

    def _owners(self) -> dict:
        return {"alice": self.cast.aldgate, "mallory": self.cast.morland}

    def _event(self, investor):
        """What accrued for an investor on the sample deal."""
        facts = {"deal_id": self.deal.id, "event_date": "2026-01-31", "computed_amount": 5}
        return factories.insert(self.owner, "fee_events", investor_id=investor, **facts)

    def _stored(self, title, investor):
        """A document of an investor, with its file."""
        digest = hashlib.sha256(PAPER).hexdigest()
        key = storages["private"].save(new_key(digest), ContentFile(PAPER))
        facts = {"file_key": key, "sha256": digest, "size_bytes": len(PAPER), "filename": "a.txt", "title": title}
        return factories.insert(self.owner, "documents", owner_investor_id=investor, content_type="text/plain", **facts)

    def _link(self, path, who):
        """A link to the file of somebody's document, made for them; on a page of staff for Sam."""
        reader = "sam" if path.startswith("staff/") else who
        return make_link(self.papers[who], self.people[reader].id, now=timezone.now())

    def _password_link(self) -> str:
        person = factories.add_profile(self.owner, "Nora New", password="!")
        token = "token-of-nora"
        factories.insert(
            self.owner,
            "set_password_links",
            user_id=person,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            expires_at=factories.in_days(1),
        )
        return token

    def ids(self, path: str, case: str) -> dict:
        """What to put into an address: ``own`` is Alice's or this deal's, ``foreign`` another's, else nobody's."""
        if case == "random":
            return self._random(path)
        things, theirs = (self.here, self.alice) if case == "own" else (self.there, self.mallory)
        # A page of staff opens every deal: there the foreign thing is one of another deal, below this one's address.
        other_deal = case == "foreign" and not path.startswith("staff/")
        people = path.startswith("staff/people")
        introducer = self.introducers["alice" if case == "own" else "mallory"]
        return {
            "introducer_id": introducer.id,
            "agreement_id": introducer.agreement,
            "introduction_id": introducer.introduction,
            "alert_id": introducer.alert,
            "commission_id": introducer.commission,
            "payout_id": introducer.payout,
            "code": "hidden" if other_deal else self.deal.code,
            "deal_id": self.hidden if other_deal else self.deal.id,
            "reservation_id": theirs.hold,
            "commitment_id": theirs.commitment,
            "approval_id": theirs.approval,
            "rule_id": self.rule,
            "receiving_id": self.active_account if path.endswith("end/") else self.proposed_account,
            "notice_id": self.stopped_mail if case == "own" else self.other_mail,
            "profile_id": self.people["lawyer"].id if case == "own" else self.people["bob"].id,
            "invite_id": things.invite,
            "investor_id": self.cast.aldgate if case == "own" else self.stranger,
            "plan_id": things.plan,
            "component_id": things.component,
            "lot_id": things.lot,
            "account_id": self.account,
            "vehicle_id": things.vehicle,
            "source_id": things.source,
            "exit_id": things.exit,
            "pk": self.people["bob"].id if people else self.cast.aldgate,
            "person": self.people["bob"].id if case == "own" else self.people["mallory"].id,
            "entry_id": self.entry,
            "currency": "USD",
            "year": 2026,
            "month": 3,
            "event_id": self.events["alice" if case == "own" else "mallory"],
            "allocation_id": self.allocation if case == "own" else self.other_allocation,
            "invoice_id": self.invoices["alice" if case == "own" else "mallory"],
            **({"invoice_id": introducer.invoice} if "introduc" in path else {}),
            "run_id": self.run,
            "write_off_id": self.write_off,
            "upload_id": UNKNOWN,
            "bank_id": self.active_account,
            "statement_id": self.bank.statement,
            "line_id": self.bank.line if "reconcile" in path else self.line,
            "payment_id": self.bank.payment,
            "match_id": self.bank.match,
            "batch_id": self.batch,
            "refund_id": self.refund,
            "document_id": self.papers["alice" if case == "own" else "mallory"],
            "link": self._link(path, "alice" if case == "own" else "mallory"),
            "token": self.newcomer if path.startswith("accounts/") else things.token,
            "object_id": self._admin_object(path),
            "content_type_id": 1,
            "app_label": "deals",
            "url": "nowhere",
        }

    def _admin_object(self, path):
        """The key of some row of the model that an address of the admin is about."""
        if not (match := re.match(r"admin/(\w+)/(\w+)/<path", path)):
            return UNKNOWN
        model = apps.get_model(*match.groups())
        query = f'select "{model._meta.pk.column}" from {model._meta.db_table} order by 1 limit 1'
        return factories.value(self.owner, query)

    def _random(self, path):
        """The last id of an address is nobody's; those before it are right, so that it is this one that is missing."""
        random = dict.fromkeys(self.ids(path, "own"), UNKNOWN) | {"entry_id": 10**12, "code": "nowhere"}
        last = path.rsplit("<", 1)[-1].split(">")[0].split(":")[-1]
        return self.ids(path, "own") | {last: random[last]}
