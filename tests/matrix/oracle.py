"""Who may see and write which row, written by hand from domain-rules §2 and imports nothing of ours.

The truth is given as plain rows: ``truth[table]`` is a list of dicts, everything there is.
"""

from dataclasses import dataclass, field


@dataclass
class Eyes:
    """What one person may look at, worked out from the rows. Who may not sign in has none of it."""

    who: object = None
    role: str = ""
    investors: set = field(default_factory=set)  # they act for these
    deals: set = field(default_factory=set)  # accepted
    held: set = field(default_factory=set)  # vehicles their investors have a position in
    vehicles: set = field(default_factory=set)  # held, subscribed to, or of a deal they are in
    plans: set = field(default_factory=set)
    accounts: set = field(default_factory=set)  # of their investors, in the ledger
    invoices: set = field(default_factory=set)  # issued to their investors
    introducers: set = field(default_factory=set)  # they are these
    self_billing: set = field(default_factory=set)  # invoices that bill these introducers' commissions

    @property
    def staff(self):
        return self.role.startswith("staff")

    @property
    def system(self):
        return str(self.who) == "00000000-0000-4000-8000-000000000001"

    @property
    def admin(self):
        return self.role == "staff_admin"


def eyes_of(truth, person_id) -> Eyes:
    person = next((p for p in truth["profiles"] if p["id"] == person_id), None)
    if person is None or not person["is_active"]:
        return Eyes()
    eyes = Eyes(person_id, person["role"])
    eyes.investors = {x["investor_id"] for x in truth["investor_users"] if x["user_id"] == person_id}
    eyes.deals = {x["deal_id"] for x in truth["deal_memberships"] if x["user_id"] == person_id and x["accepted_at"]}
    eyes.held = {x["vehicle_id"] for x in truth["positions"] if x["investor_id"] in eyes.investors}
    subscribed = {x["vehicle_id"] for x in truth["subscriptions"] if x["investor_id"] in eyes.investors}
    eyes.vehicles = eyes.held | subscribed | {d["vehicle_id"] for d in truth["deals"] if d["id"] in eyes.deals}
    eyes.accounts = {a["id"] for a in truth["ledger_accounts"] if a["investor_id"] in eyes.investors}
    eyes.plans = {f["id"] for f in truth["fee_plans"] if f["deal_id"] in eyes.deals and f["effective_from"]}
    eyes.invoices = {
        i["id"] for i in truth["invoices"] if i["investor_id"] in eyes.investors and i["status"] != "draft"
    }
    eyes.introducers = {i["id"] for i in truth["introducers"] if eyes.staff or i["user_id"] == person_id}
    eyes.self_billing = {
        c["invoice_id"]
        for c in truth["introducer_commissions"]
        if c["invoice_id"] and c["introducer_id"] in eyes.introducers
    }
    return eyes


# --- what is seen


def everybody(eyes, row):
    return True


def nobody(eyes, row):
    return False


def staff(eyes, row):
    return eyes.staff


def own(column):
    """A person's own rows; staff read all."""
    return lambda eyes, row: eyes.staff or (eyes.who is not None and row[column] == eyes.who)


def only_own(eyes, row):
    return eyes.who is not None and row["user_id"] == eyes.who


def notice(eyes, row):
    """A notice is its person's alone; the mail job reads all of them, staff what could not be mailed."""
    return eyes.system or only_own(eyes, row) or (eyes.staff and row["mail_stopped"] == "refused")


def of_own_investor(eyes, row):
    return eyes.staff or row["investor_id"] in eyes.investors


def issued(eyes, row):
    """An issued invoice is its investor's people's, or its introducer's; a draft is for staff."""
    if row["investor_id"] is None:
        return row["id"] in eyes.self_billing and row["status"] != "draft"
    return of_own_investor(eyes, row) and (eyes.staff or row["status"] != "draft")


def of_own_invoice(eyes, row):
    return eyes.staff or row["invoice_id"] in eyes.invoices | eyes.self_billing


def paid(eyes, row):
    """A payment is its investor's people's, or its introducer's."""
    return row["invoice_id"] in eyes.self_billing or of_own_investor(eyes, row)


def of_own_introducer(eyes, row):
    return row["introducer_id"] in eyes.introducers


def paper(eyes, row):
    """Each path of a paper grants sight, and no other does; deal and vehicle only while nobody owns it."""
    unowned = row["owner_investor_id"] is None and row["owner_user_id"] is None
    return (
        eyes.staff
        or row["owner_investor_id"] in eyes.investors
        or (eyes.who is not None and row["owner_user_id"] == eyes.who)
        or (unowned and row["deal_id"] in eyes.deals)
        or (unowned and row["vehicle_id"] in eyes.held)
    )


SEES = {
    "profiles": own("id"),
    "investors": lambda eyes, row: eyes.staff or row["id"] in eyes.investors,
    "investor_users": own("user_id"),
    "set_password_links": staff,
    "approvals": staff,
    "approval_rules": staff,
    "approval_subjects": nobody,
    "account_makers": nobody,
    "sla_rules": staff,
    "tasks": own("owner_user_id"),
    "notices": notice,
    "job_runs": staff,
    "job_clock": staff,
    "house_identity": staff,
    "receiving_accounts": staff,
    "house_settings": staff,
    "investor_billing": of_own_investor,
    "documents": paper,
    "ledger_accounts": of_own_investor,
    "ledger_entries": staff,
    "ledger_postings": lambda eyes, row: eyes.staff or row["account_id"] in eyes.accounts,
    "accounting_periods": staff,
    "vehicles": lambda eyes, row: eyes.staff or row["id"] in eyes.vehicles,
    "subscriptions": of_own_investor,
    # Only approved values count for whoever holds the vehicle.
    "valuations": lambda eyes, row: eyes.staff or (row["status"] == "approved" and row["vehicle_id"] in eyes.held),
    "positions": of_own_investor,
    "position_entries": of_own_investor,
    "deals": lambda eyes, row: eyes.staff or row["id"] in eyes.deals,
    "offer_prices": staff,
    "deal_changes": staff,
    "deal_exits": staff,
    "deal_memberships": own("user_id"),
    "invite_links": staff,
    "fee_plans": lambda eyes, row: eyes.staff or row["id"] in eyes.plans,
    "fee_components": lambda eyes, row: eyes.staff or row["fee_plan_id"] in eyes.plans,
    "investor_terms": of_own_investor,
    "term_sheets": of_own_investor,
    "deal_commitments": of_own_investor,
    "share_sources": staff,
    "share_lots": staff,
    "reservations": of_own_investor,
    "reservation_lot_items": staff,
    "allocations": of_own_investor,
    "allocation_lot_items": staff,
    "deal_exit_items": of_own_investor,
    "allocation_undos": staff,
    "fee_events": lambda eyes, row: of_own_investor(eyes, row) and (eyes.staff or not row["house_only"]),
    "number_series": nobody,
    "invoice_runs": staff,
    "invoice_run_items": staff,
    "invoice_papers": staff,
    "invoice_reminders": staff,
    "reminder_holds": staff,
    "invoices": issued,
    "invoice_lines": of_own_invoice,
    "invoice_taxes": of_own_invoice,
    "bank_statements": staff,
    "bank_transactions": staff,
    "payments": paid,
    "introducers": lambda eyes, row: eyes.staff or row["id"] in eyes.introducers,
    "introducer_agreements": lambda eyes, row: (
        eyes.staff or (row["status"] == "active" and of_own_introducer(eyes, row))
    ),
    "introductions": of_own_introducer,
    "introduction_alerts": staff,
    "introducer_commissions": of_own_introducer,
    "introducer_payouts": staff,
    "reconciliations": staff,
    "payer_aliases": staff,
    "write_offs": staff,
    "statement_mappings": staff,
    "refund_batches": staff,
    "refunds": staff,
    "audit_log": staff,
    "audit_lanes": staff,
    "audit_anchors": staff,
    # the framework's
    "account_emailaddress": own("user_id"),
    "account_emailconfirmation": nobody,
    "django_admin_log": staff,
    "guardian_userobjectpermission": own("user_id"),
    "guardian_groupobjectpermission": staff,
    "profiles_groups": own("profile_id"),
    "profiles_user_permissions": own("profile_id"),
    "auth_group": everybody,
    "auth_group_permissions": everybody,
    "auth_permission": everybody,
    "axes_accessattempt": everybody,
    "axes_accessattemptexpiration": everybody,
    "axes_accessfailurelog": everybody,
    "axes_accesslog": everybody,
    "cache": nobody,
    "django_content_type": everybody,
    "django_migrations": everybody,
    "django_session": nobody,
}

# --- what is written directly; everything else goes through functions, or not at all

STAFF_KEEP = {"investors", "vehicles", "documents", "deals", "fee_plans", "fee_components",
              "share_sources", "tasks", "job_runs", "introducers"}  # fmt: skip
ANYBODY_KEEPS = {"axes_accessattempt", "axes_accesslog"}
ADMINS_KEEP = {"sla_rules"}


def may_insert(table, eyes):
    if table in ANYBODY_KEEPS:
        return True
    if table in ADMINS_KEEP:
        return eyes.admin
    if table == "account_emailaddress":  # for oneself
        return eyes.who is not None
    if table == "statement_mappings":
        return eyes.role in ("staff_admin", "staff_ops")
    also = {"valuations", "profiles", "investor_users", "deal_memberships", "invite_links", "django_admin_log"}
    return eyes.staff and table in STAFF_KEEP | also


def may_update(table, eyes, row):
    if table in ANYBODY_KEEPS:
        return True
    if table in ADMINS_KEEP:
        return eyes.admin
    if table in ("account_emailaddress", "notices"):
        return only_own(eyes, row)
    if table == "profiles":  # oneself; staff investors' people; administrators everybody but VERSO system
        system = row["display_name"] == "VERSO system"
        keeper = eyes.admin or (eyes.staff and row["role"] == "investor")
        return not system and eyes.who is not None and (keeper or row["id"] == eyes.who)
    return eyes.staff and table in STAFF_KEEP | {"invite_links"}


def may_delete(table, eyes, row):
    """Nothing is deleted but by a function: who may DELETE from a table may lock all of it."""
    return False


# Every column of these is a figure, and analysts read them whole.
FIGURES_ALONE = {"ledger_accounts", "ledger_postings", "vehicles", "positions", "reservation_lot_items",
                 "allocation_lot_items", "deal_exit_items", "number_series", "invoice_taxes", "sla_rules",
                 "invoice_reminders"}  # fmt: skip

# --- which tables show something to which kind of person: every cell has a row to see, or is one of "never"

PERSON = {"profiles", "tasks", "notices", "documents", "account_emailaddress", "profiles_groups",
          "profiles_user_permissions"}  # fmt: skip
INVESTOR = {"investors", "investor_users", "investor_billing", "subscriptions", "positions", "position_entries",
            "deal_exit_items", "valuations", "vehicles",
"investor_terms",
            "term_sheets", "deal_commitments", "reservations", "allocations", "ledger_accounts",
            "ledger_postings", "fee_events", "invoices", "invoice_lines", "invoice_taxes", "payments"}  # fmt: skip
MEMBER = {
    "deals",
    "deal_memberships",
    "fee_plans",
    "fee_components",
    "vehicles",
    "guardian_userobjectpermission",
}
INTRODUCER = {"introducers", "introducer_agreements", "introductions", "introducer_commissions", "invoices",
              "invoice_lines", "invoice_taxes", "payments"}  # fmt: skip
ALWAYS = {table for table, rule in SEES.items() if rule is everybody}
ALL = set(SEES) - {table for table, rule in SEES.items() if rule is nobody}
# What concerns a person as such; staff have no such row of their own in the world.
REACH = {
    "anonymous": ALWAYS,
    "investor": ALWAYS | PERSON | INVESTOR | MEMBER,
    "co_linked": ALWAYS | PERSON | INVESTOR,
    "other_investor": ALWAYS | PERSON | INVESTOR | MEMBER,
    "lawyer": ALWAYS | PERSON | MEMBER,
    "introducer": ALWAYS | PERSON | MEMBER | INTRODUCER,
    "viewer": ALWAYS | PERSON | MEMBER,
    "pending": ALWAYS | PERSON | INVESTOR | {"deal_memberships"},
    "disabled": ALWAYS,
    "disabled_staff": ALWAYS,
    "staff_rm": ALL,
    "staff_ops": ALL,
    "staff_admin": ALL,
    "system": ALL,
}
