"""What a status is called, and its tone."""

from django.utils.translation import gettext_lazy, pgettext_lazy

# The same word on every page, in mails and in PDFs: (word, tone). A hollow dot waits for someone.
STATUS = {
    "deal": {
        "draft": (gettext_lazy("Draft"), "hollow"),
        "open": (pgettext_lazy("status of a deal", "Open"), "ok"),
        "allocation_pending": (gettext_lazy("Allocation"), "info"),
        "closed": (pgettext_lazy("status of a deal", "Closed"), ""),
        "cancelled": (gettext_lazy("Cancelled"), ""),
    },
    "fee_event": {
        "accrued": (gettext_lazy("Accrued"), "hollow"),
        "invoiced": (gettext_lazy("Billed"), "info"),
        "voided": (gettext_lazy("Voided"), ""),
    },
    "hold": {
        "pending": (gettext_lazy("On hold"), "warn hollow"),
        "committed": (gettext_lazy("Committed"), "info"),
        "approved": (gettext_lazy("Allocated"), "ok"),
        "expired": (gettext_lazy("Lapsed"), "hollow"),
        "cancelled": (gettext_lazy("Released"), "hollow"),
    },
    "commitment": {
        "draft": (gettext_lazy("Draft"), "hollow"),
        "submitted": (gettext_lazy("Awaiting approval"), "info"),
        "under_review": (gettext_lazy("Awaiting approval"), "info"),
        "changes_asked": (gettext_lazy("Changes requested"), "warn hollow"),
        "approved": (gettext_lazy("Approved"), "ok"),
        "rejected": (gettext_lazy("Rejected"), "bad"),
        "cancelled": (gettext_lazy("Withdrawn"), ""),
        "replaced": (gettext_lazy("Replaced"), "hollow"),
    },
    "approval": {
        "pending": (gettext_lazy("Awaiting approval"), "info"),
        "changes_asked": (gettext_lazy("Changes requested"), "warn hollow"),
        "approved": (gettext_lazy("Approved"), "ok"),
        "rejected": (gettext_lazy("Rejected"), "bad"),
        "withdrawn": (gettext_lazy("Withdrawn"), ""),
        "cancelled": (gettext_lazy("Withdrawn"), ""),
        "replaced": (gettext_lazy("Replaced"), "hollow"),
    },
    "allocation": {
        "pending_review": (gettext_lazy("Awaiting approval"), "info"),
        "approved": (gettext_lazy("Allocated"), "ok"),
        "settled": (gettext_lazy("Settled"), "ok"),
        "rejected": (gettext_lazy("Rejected"), "bad"),
    },
    "valuation": {
        "proposed": (gettext_lazy("Awaiting approval"), "info"),
        "approved": (gettext_lazy("Approved"), "ok"),
        "rejected": (gettext_lazy("Rejected"), "bad"),
        "superseded": (gettext_lazy("Superseded"), "hollow"),
    },
    "exit": {
        "proposed": (gettext_lazy("Awaiting approval"), "info"),
        "approved": (gettext_lazy("Approved"), "ok"),
        "rejected": (gettext_lazy("Rejected"), "bad"),
    },
    "lot": {
        "available": (gettext_lazy("Available"), "ok"),
        "exhausted": (gettext_lazy("Exhausted"), "hollow"),
        "held": (gettext_lazy("Blocked"), "warn"),
    },
    "kyc": {
        "pending": (gettext_lazy("Pending"), "warn hollow"),
        "in_review": (gettext_lazy("In review"), "info"),
        "approved": (gettext_lazy("Approved"), "ok"),
        "rejected": (gettext_lazy("Rejected"), "bad"),
        "expired": (pgettext_lazy("identity check", "Expired"), "bad"),
    },
    "access": {
        "active": (gettext_lazy("Has access"), "ok"),
        "waiting": (gettext_lazy("No password yet"), "hollow"),
        "disabled": (gettext_lazy("Disabled"), "bad"),
    },
    "term_sheet": {
        "draft": (gettext_lazy("Draft"), "hollow"),
        "sent": (gettext_lazy("Sent"), "hollow"),
        "accepted": (gettext_lazy("Accepted"), "ok"),
        "rejected": (gettext_lazy("Rejected"), "bad"),
        "expired": (pgettext_lazy("term sheet", "Expired"), ""),
    },
    "invite": {
        "live": (gettext_lazy("Not used yet"), "hollow"),
        "used": (gettext_lazy("Accepted"), "ok"),
        "expired": (pgettext_lazy("invitation", "Expired"), ""),
        "revoked": (gettext_lazy("Revoked"), ""),
    },
    "member": {
        "invited": (gettext_lazy("Invited"), "hollow"),
        "accepted": (gettext_lazy("Member"), "ok"),
        "removed": (gettext_lazy("Removed"), ""),
    },
    "priority": {
        "critical": (gettext_lazy("Critical"), "strong bare"),
        "high": (gettext_lazy("High"), "bare"),
        "normal": (gettext_lazy("Normal"), "bare"),
        "low": (gettext_lazy("Low"), "bare"),
    },
    "notice": {
        "commitment.approved": (gettext_lazy("Commitment approved"), ""),
        "commitment.rejected": (gettext_lazy("Commitment rejected"), ""),
        "commitment.changes_asked": (gettext_lazy("Changes requested"), ""),
        "commitment.lapsed": (gettext_lazy("Commitment ended"), ""),
        "commitment.replaced": (gettext_lazy("Commitment changed"), ""),
        "approval.replaced": (gettext_lazy("Request replaced"), ""),
        "hold.lapsed": (gettext_lazy("Hold ended"), ""),
        "deal.cancelled": (gettext_lazy("Deal cancelled"), ""),
        "clock.ahead": (gettext_lazy("The database clock jumped ahead"), ""),
    },
    "job": {
        "ok": (gettext_lazy("OK"), "ok"),
        "failed": (gettext_lazy("Failed"), "bad"),
        "late": (gettext_lazy("Late"), "warn"),
        "never": (gettext_lazy("Not yet run"), "hollow"),
    },
}
