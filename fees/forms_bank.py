"""What staff type about bank files and lines: how a file is read, what a line pays, why something is taken back."""

import json
from decimal import Decimal
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fees.selectors.bank import number_of
from fees.selectors.matching import Candidate
from fees.services.bank import LineTaken
from fees.statements import Mapping, StatementRefused
from fees.statements.mapping import DATE_FORMATS, ENCODINGS, INDICATOR, SIGNED, TWO_COLUMNS
from house.models import ReceivingAccount
from lib import text
from lib.db import Refused
from lib.text import REASON, TextField
from lib.versions import shown_of
from ui import figures
from ui.editing import EditForm
from ui.numbers import MoneyField, WholeField

ZERO = Decimal("0.00")

# --- files


class AccountField(forms.ChoiceField):
    """A receiving account, or none: then the number in the file finds it. Its value is the account or None."""

    def __init__(self, accounts: list[ReceivingAccount], *, empty, **kwargs):
        self.accounts = {str(each.pk): each for each in accounts}
        named = [(key, f"{each.currency} · {each.bank_name}, {number_of(each)}") for key, each in self.accounts.items()]
        super().__init__(choices=[("", empty), *named], **kwargs)

    def clean(self, value):
        return self.accounts.get(super().clean(value))


class UploadForm(EditForm):
    """A bank file, and the account that it is of."""

    file = forms.FileField(
        label=gettext_lazy("Statement file"),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,.sta,.txt,.940,.mt940,.ofx,.qfx,.csv"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty. Choose another."),
            "missing": gettext_lazy("Choose a file."),
            "invalid": gettext_lazy("Choose a file."),
        },
    )

    def __init__(self, *args, accounts: list[ReceivingAccount], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["account"] = AccountField(
            accounts, empty=_("Find it by the number in the file"), label=_("Receiving account"), required=False
        )


MEANING_LABELS = {
    "booking_date": gettext_lazy("Booking date"),
    "value_date": gettext_lazy("Value date"),
    "amount": gettext_lazy("Amount"),
    "debit": gettext_lazy("Money out"),
    "credit": gettext_lazy("Money in"),
    "sign": gettext_lazy("Debit or credit"),
    "currency": gettext_lazy("Currency"),
    "account": gettext_lazy("Our account"),
    "counterparty": gettext_lazy("Payer or payee"),
    "counterparty_account": gettext_lazy("Account of the payer or payee"),
    "reference": gettext_lazy("Creditor reference"),
    "memo": gettext_lazy("Purpose"),
    "end_to_end_id": gettext_lazy("End-to-end ID"),
    "bank_ref": gettext_lazy("Bank reference"),
    "transaction_code": gettext_lazy("Transaction code"),
    "balance": gettext_lazy("Balance after the line"),
}
SIGNS = [
    (SIGNED, gettext_lazy("One column, with a minus for money out")),
    (TWO_COLUMNS, gettext_lazy("A column for money out, another for money in")),
    (INDICATOR, gettext_lazy("One column, and another that says debit or credit")),
]
DELIMITERS = {
    "comma": (",", gettext_lazy("Comma")), "semicolon": (";", gettext_lazy("Semicolon")),
    "tab": ("\t", gettext_lazy("Tab")), "bar": ("|", gettext_lazy("Vertical bar")),
}  # fmt: skip
ENCODING_WORDS = {"": gettext_lazy("Detect"), "utf-8": "UTF-8", "utf-8-sig": "UTF-8 (BOM)", "utf-16": "UTF-16",
                  "cp1252": "Windows-1252", "iso-8859-15": "ISO-8859-15"}  # fmt: skip
DECIMALS = [(".", gettext_lazy("Point, as in 1,234.50")), (",", gettext_lazy("Comma, as in 1.234,50"))]
MOST_COLUMNS = 60


class ImportForm(EditForm):
    """The account that a file is of, and why one that doesn't add up is taken all the same."""

    override_reason = TextField(
        label=gettext_lazy("Reason to import it all the same"),
        required=False,
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, accounts: list[ReceivingAccount], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["account"] = AccountField(
            accounts, empty=_("Find it by the number in the file"), label=_("Receiving account"), required=False
        )

    @property
    def facts(self) -> dict:
        """The service's arguments."""
        account = self.cleaned_data.get("account")
        reason = self.cleaned_data.get("override_reason", "")
        return {"account_id": account and account.pk, "override_reason": reason, "mapping": self.mapping}

    mapping: Mapping | None = None


class MappingForm(ImportForm):
    """How a CSV file is read: its habits, and what each column means. ``rows`` are its first, the header among them."""

    delimiter = forms.ChoiceField(
        label=gettext_lazy("Separator"), choices=[(key, label) for key, (_sign, label) in DELIMITERS.items()]
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"), required=False, choices=[(key, ENCODING_WORDS[key]) for key in ENCODINGS]
    )
    has_header = forms.BooleanField(label=gettext_lazy("The first row names the columns"), required=False)
    skip_rows = WholeField(label=gettext_lazy("Rows before the table"), low=0, high=100)
    footer_rows = WholeField(label=gettext_lazy("Rows after the table"), low=0, high=100)
    date_format = forms.ChoiceField(label=gettext_lazy("Dates"), choices=[(each, each) for each in DATE_FORMATS])
    decimal = forms.ChoiceField(label=gettext_lazy("Decimal sign"), choices=DECIMALS)
    sign = forms.ChoiceField(label=gettext_lazy("Money in and out"), choices=SIGNS)

    def __init__(self, *args, rows: list[list[str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.rows, self.width = rows, min(max(map(len, rows), default=0), MOST_COLUMNS)
        meanings = [("", _("Leave out")), *MEANING_LABELS.items()]
        for place in range(1, self.width + 1):
            said = {"n": place, "name": self.header[place - 1] if place <= len(self.header) else ""}
            label = _("Column %(n)s, %(name)s") if said["name"] else _("Column %(n)s")
            field = forms.ChoiceField(label=label % said, choices=meanings, required=False)
            field.widget.attrs["class"] = "input"
            self.fields[f"column_{place}"] = field

    @property
    def header(self) -> list[str]:
        """The names of the columns, where the first row has them."""
        has = self.data.get("has_header") if self.is_bound else self.initial.get("has_header")
        return self.rows[0] if has and self.rows else []

    @property
    def columns(self) -> list[dict]:
        """For the page: each column's field, with the first values below it."""
        body = self.rows[1:6] if self.header else self.rows[:5]
        cells = lambda place: [row[place] if place < len(row) else "" for row in body]  # noqa: E731
        names = self.header + [""] * self.width
        return [
            {"field": self[f"column_{place + 1}"], "name": names[place], "cells": cells(place)}
            for place in range(self.width)
        ]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            try:
                self.mapping = self._mapping(cleaned)
            except StatementRefused as refusal:
                self.add_error(None, refusal.sentence)
        return cleaned

    def _mapping(self, cleaned: dict) -> Mapping:
        columns: dict[str, str | int] = {}
        for place in range(1, self.width + 1):
            if meaning := cleaned.get(f"column_{place}"):
                if meaning in columns:
                    said = {"meaning": MEANING_LABELS[meaning]}
                    raise forms.ValidationError(_("Two columns are both “%(meaning)s”. Keep one of them.") % said)
                columns[meaning] = self._column(place)
        account = cleaned.get("account")
        return Mapping(
            columns=columns,
            delimiter=DELIMITERS[cleaned["delimiter"]][0],
            currency=account.currency if account and "currency" not in columns else "",
            **{name: cleaned[name] for name in ("encoding", "has_header", "skip_rows", "footer_rows", "date_format",
                                                "decimal", "sign")},
        )  # fmt: skip

    def _column(self, place: int) -> str | int:
        """A column by its name where that is its own, else by its number."""
        names = [" ".join(name.split()).casefold() for name in self.header]
        name = self.header[place - 1] if place <= len(names) else ""
        return name if name and len(name) <= 200 and names.count(names[place - 1]) == 1 else place


def initial_of(mapping: dict, rows: list[list[str]]) -> dict:
    """What a form shows of a mapping that was suggested or kept, for a file with these first rows."""
    header = [" ".join(name.split()).casefold() for name in rows[0]] if mapping["has_header"] and rows else []
    initial = {
        name: mapping[name] for name in ("encoding", "has_header", "skip_rows", "date_format", "decimal", "sign")
    }
    initial["footer_rows"] = mapping.get("footer_rows", 0)
    initial["delimiter"] = delimiter_name(mapping["delimiter"])
    for meaning, column in mapping["columns"].items():
        name = " ".join(column.split()).casefold() if isinstance(column, str) else ""
        place = header.index(name) + 1 if name in header else column
        if isinstance(place, int):
            initial[f"column_{place}"] = meaning
    return initial


def delimiter_name(sign: str) -> str:
    """The name of a separator among the choices."""
    return next((name for name, (each, _label) in DELIMITERS.items() if each == sign), "comma")


# --- what a line pays


class AllocationForm(EditForm):
    """Which invoices a bank line pays, with how much of it, and whose credit the rest becomes.

    An invoice that is ticked without an amount takes as much as it has open and the line has left, in the order of the
    page. ``seen`` has digests of what the page showed: if what is used of it moved meanwhile, nothing is matched.
    """

    credit_of = forms.ChoiceField(label=gettext_lazy("The rest becomes the credit of"), required=False)
    learn = forms.BooleanField(label=gettext_lazy("Remember this payer"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False)

    def __init__(self, *args, line, found: list[Candidate], ticked: list[UUID], investors, **kwargs):
        ticks = {f"use_{key}": True for key in ticked}
        basis = shown_of({"left": line.left} | {str(each.invoice.pk): each.open for each in found})
        kwargs["initial"] = ticks | {"learn": True, "seen": _packed(basis)}
        super().__init__(*args, **kwargs)
        self.line, self.found, self.basis = line, found, basis
        self.fields["credit_of"].choices = [("", _("Nobody: it stays in suspense")), *investors]
        self.fields["credit"] = self._money(_("Credit"))
        for each in found:
            number = {"number": each.invoice.number}
            self.fields[f"use_{each.invoice.pk}"] = forms.BooleanField(
                label=_("Pay %(number)s") % number, required=False
            )
            self.fields[f"amount_{each.invoice.pk}"] = self._money(_("Amount for %(number)s") % number)

    @classmethod
    def has(cls, name: str) -> bool:
        """Whether a name is that of one of its fields."""
        return name in cls.base_fields or name == "credit" or name.startswith(("use_", "amount_"))

    @staticmethod
    def used_in(data) -> list[UUID]:
        """The invoices that were ticked, or given an amount, in what was sent."""
        names = [name for name, value in data.items() if value and name.startswith(("use_", "amount_"))]
        return [key for key in (text.uuid_in(name.split("_", 1)[1]) for name in names) if key]

    def _money(self, label: str) -> MoneyField:
        field = MoneyField(label=label, currency=self.line.currency, required=False)
        field.widget.attrs["class"] = "input num"
        return field

    # --- what it comes to

    @property
    def parts(self) -> list[dict]:
        """What the line is, as the form says: the service's parts, signed as the line is."""
        rest, parts = abs(self.line.left), []
        sign = 1 if self.line.left >= 0 else -1
        for each in self.found:
            typed = self._value(f"amount_{each.invoice.pk}")
            if self._value(f"use_{each.invoice.pk}") or typed:
                amount = min(each.open, max(rest, ZERO)) if typed is None else typed
                rest -= amount
                parts.append({"invoice": each.invoice.pk, "amount": amount * sign, "of": each})
        if investor := self._value("credit_of"):
            amount = self._value("credit") or max(rest, ZERO)
            parts.append({"credit_of": UUID(investor), "amount": amount * sign, "of": None})
        return [part for part in parts if part["of"] or part["amount"]]

    @property
    def left(self) -> Decimal:
        """What of the line is then left to allocate; below zero where that is more than it has."""
        return self.line.left - sum((part["amount"] for part in self.parts), ZERO)

    @property
    def is_too_much(self) -> bool:
        """Whether that is more than the line has left."""
        return self.left * self.line.left < 0

    def _value(self, name: str):
        """What was typed and can be read; as it opens, what is proposed."""
        if self.is_bound:
            self.errors  # noqa: B018 (validates)
            return self.cleaned_data.get(name)
        return self.initial.get(name)

    @property
    def rows(self) -> list[dict]:
        """The candidates for the page, each with its fields."""
        return [
            {"of": each, "use": self[f"use_{each.invoice.pk}"], "amount": self[f"amount_{each.invoice.pk}"]}
            for each in self.found
        ]

    def is_accepted(self) -> bool:
        """Whether the form can be carried out; if not, it says why."""
        if not self.is_valid():
            return False
        if self._has_moved():
            self.refuse(
                LineTaken(_("Something changed since this page was shown. Nothing was matched: check it again."))
            )
            self.data = self.data.copy()
            self.data["seen"] = self.initial["seen"]
            return False
        if not self.parts:
            self.add_error(None, _("Tick an invoice, or choose whose credit it becomes. Nothing was matched."))
        for part in self.parts:
            if not part["amount"]:
                said = {"number": part["of"].invoice.number}
                self.add_error(None, _("Nothing is left for %(number)s. Untick it, or lower another amount.") % said)
        return not self.errors

    def _has_moved(self) -> bool:
        """Whether what is left, or what an invoice that is used has open, is no longer what the page showed."""
        seen = self._seen()
        used = ["left", *(str(part["invoice"]) for part in self.parts if "invoice" in part)]
        return any(seen.get(name) != self.basis[name] for name in used)  # [1]

    def _seen(self) -> dict[str, str]:
        try:
            return dict(json.loads(self.data.get("seen", "")))
        except (ValueError, TypeError, RecursionError):  # none of ours
            return {}

    def go_on(self) -> None:
        """Keep what was chosen while one looks for more. What the page showed before stays what was seen of it."""
        seen = self._seen()
        self.data = self.data.copy()
        self.data["seen"] = _packed(self.basis | {name: seen[name] for name in self.basis if name in seen})
        if seen.keys() <= {"left"}:  # there was nothing to remember a payer for
            self.data["learn"] = "on"

    def refuse(self, refusal: Refused) -> None:
        self.refusal = refusal
        field = getattr(refusal, "field", None)
        self.add_error(field if field in self.fields else None, str(refusal.sentence))

    @property
    def facts(self) -> dict:
        """The service's arguments."""
        suggested = {
            str(each.invoice.pk): {"score": each.score, "reasons": each.reasons}
            for each in self.found
            if each.score is not None
        }
        matched = [str(part["invoice"]) for part in self.parts if "invoice" in part]
        said = {key: value for key, value in suggested.items() if key in matched}
        rule = "confirmed" if said and len(said) == len(matched) else "by_hand"
        parts = [{name: value for name, value in part.items() if name != "of"} for part in self.parts]
        return {
            "line_id": self.line.pk,
            "parts": parts,
            "derivation": {"rule": rule, "suggested": said},
            "learn": bool(self.cleaned_data.get("learn")),
        }


def _packed(basis: dict[str, str]) -> str:
    return json.dumps(basis, separators=(",", ":"))


class ReturnForm(EditForm):
    """Which payment the bank took back, and why."""

    original = forms.ChoiceField(label=gettext_lazy("Payment"), widget=forms.RadioSelect)
    reason = TextField(label=gettext_lazy("Reason"), max_length=REASON, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, line, payments, **kwargs):
        said = " · ".join(filter(None, [_("Returned by the bank"), line.memo or ""]))
        super().__init__(
            *args, initial={"reason": said[:REASON], "original": payments[0].pk if payments else None}, **kwargs
        )
        self.line = line
        self.fields["original"].choices = [(str(each.pk), self._said(each)) for each in payments]

    def _said(self, payment) -> str:
        day, paid = figures.day(payment.booking_date), figures.money(payment.amount, payment.currency)
        return f"{day} · {payment.counterparty or _('Payer not stated')} · {paid}"

    @property
    def facts(self) -> dict:
        return {"original_id": UUID(self.cleaned_data["original"]), "reason": self.cleaned_data["reason"]}


class TakeBackForm(EditForm):
    """Why a match or a payment is taken back."""

    reason = TextField(label=gettext_lazy("Reason"), max_length=REASON, widget=forms.Textarea(attrs={"rows": 3}))


class CreditForm(EditForm):
    """How much of an investor's credit pays an invoice; as it opens, as much as fits."""

    amount = MoneyField(label=gettext_lazy("Amount"))

    def __init__(self, *args, most: Decimal, currency: str, **kwargs):
        super().__init__(*args, initial={"amount": most}, **kwargs)
        self.fields["amount"].currency = currency
