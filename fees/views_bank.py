"""What the bank says, for staff: accounts, statements and their lines; and files, from their upload to their import."""

from dataclasses import dataclass
from functools import partial
from itertools import islice
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.identity import acting_as
from fees import lists_bank as lists
from fees.forms_bank import DELIMITERS, ImportForm, MappingForm, UploadForm, initial_of
from fees.selectors import bank as selectors
from fees.services import automatic, bank, uploads
from fees.statements import Line, Statement, StatementRefused, first_rows, read_statements, suggest_mapping
from fees.statements.source import MOST_BYTES
from lib import text
from ui import figures
from ui.body_limits import FORM as FORM_BYTES
from ui.editing import status_of
from ui.lists import list_page
from ui.pages import run
from ui.portals import FORM, or_404, posted, see_other, staff_page

PREVIEWED = 10


def may_match(request) -> bool:
    """Whether the reader imports and matches; other staff read."""
    return request.user.role in bank.MAY_MATCH


def only_who_may(request) -> None:
    """Raises Http404 for staff who only read."""
    if not may_match(request):
        raise Http404


# --- what is there


@staff_page()
def accounts(request):
    """Each receiving account: the newest statement, bank and ledger side by side, what waits to be matched."""
    context = {"may_match": may_match(request)}
    return list_page(request, "staff/fees/bank.html", lists.ACCOUNTS, selectors.bank_accounts, **context)


@staff_page()
def account(request, bank_id: UUID):
    """The statements of an account."""
    found = or_404(selectors.account(bank_id))
    context = {"account": found, "number": selectors.number_of(found), "may_match": may_match(request)}
    source = partial(selectors.statements, found)
    return list_page(request, "staff/fees/bank_account.html", lists.statements(found), source, **context)


@staff_page()
def statement(request, statement_id: UUID):
    """One statement and the lines that came with it."""
    found = or_404(selectors.statement(statement_id))
    source = partial(selectors.bank_lines, statement=found)
    return list_page(request, "staff/fees/bank_statement.html", lists.lines(found), source, statement=found)


# --- files


@staff_page(FORM, body=MOST_BYTES + FORM_BYTES)
def upload(request):
    """Take a bank file. It is kept aside; nothing is imported before somebody has seen what it says."""
    only_who_may(request)
    files = request.FILES if request.method == "POST" else None
    form = UploadForm(posted(request), files, accounts=selectors.accounts_with_statements())
    if form.is_valid() and (kept := run(form, partial(_keep, request), acting_user=request.user)):
        return see_other("bank_staff:check", kept.id)
    return render(request, "staff/fees/bank_upload.html", {"form": form}, status=status_of(form))


def _keep(request, *, acting_user, file, account):
    chosen = str(account.pk) if account else ""
    return uploads.keep_upload(
        acting_user=acting_user, session=request.session, file=file, name=file.name or "", account=chosen
    )


@dataclass
class Preview:
    """The first lines of a file as they are read, or why they can't be."""

    statement: Statement | None = None
    lines: list[Line] | None = None
    problem: str = ""


@staff_page(FORM, own_transaction=True)
def check(request, upload_id: UUID):
    """What a file says, how its columns are read, and importing it."""
    only_who_may(request)
    kept = or_404(uploads.upload_of(request.session, upload_id))
    with acting_as(request.user.pk):
        answer, done = _checked(request, kept)
    if done is None:
        return answer
    uploads.forget_upload(request.session, kept)
    fresh = [each.statement.pk for each in done]
    _tell(request, done, automatic.apply_certain_matches(statements=fresh, most=automatic.AT_ONCE))
    if len(done) == 1:
        return see_other("bank_staff:statement", done[0].statement.pk)
    return see_other("bank_staff:account", done[0].statement.receiving_account_id)


def _checked(request, kept: uploads.Upload):
    """The page, or what was imported."""
    try:
        file = kept.open()
    except bank.BankRefused as gone:
        messages.error(request, gone.sentence)
        return see_other("bank_staff:import"), None
    with file:
        try:
            form, done = _form(request, kept, file), None
        except StatementRefused as refusal:
            messages.error(request, f"{refusal.sentence} {_('Nothing was imported.')}")
            return see_other("bank_staff:import"), None
        if form.is_bound and "import" in request.POST and form.is_valid():
            done = run(form, partial(bank.import_statement, file=file, file_name=kept.name), acting_user=request.user)
        if done:
            return None, done
        off = isinstance(form.refusal, bank.DoesNotFoot) or bool(form.data.get("override_reason"))
        context = {
            "form": form,
            "upload": kept,
            "preview": _preview(file, kept, form),
            "may_override": off and request.user.role == "staff_admin",
        }
        return render(request, "staff/fees/bank_check.html", context, status=status_of(form)), None


def _form(request, kept: uploads.Upload, file) -> ImportForm:
    data, accounts = posted(request), selectors.accounts_with_statements()
    chosen = data.get("account", "") if data is not None else kept.account
    if not chosen and kept.format == "csv" and len(accounts) == 1:
        chosen = str(accounts[0].pk)
    if kept.format != "csv":
        return ImportForm(data, accounts=accounts, initial={"account": chosen})
    mapping = suggest_mapping(file).mapping
    rows = _rows(data, mapping, file)
    initial = initial_of(mapping, rows)
    if data is None and (before := selectors.mapping_of(text.uuid_in(chosen))):
        kept_rows = first_rows(
            file, delimiter=before["delimiter"], encoding=before["encoding"], skip_rows=before["skip_rows"]
        )
        as_before = initial_of(before, kept_rows)
        if "booking_date" in as_before.values():  # the file has the columns that it had last time
            rows, initial = kept_rows, as_before
    return MappingForm(data, accounts=accounts, rows=rows, initial=initial | {"account": chosen})


def _rows(data, mapping: dict, file) -> list[list[str]]:
    """The first rows of the file, cut as the form says, as far as it says something usable."""
    said = data or {}
    skipped = said.get("skip_rows", "")
    delimiter = DELIMITERS.get(said.get("delimiter"), (mapping["delimiter"],))[0]
    skip = int(skipped) if skipped.isascii() and skipped.isdigit() and int(skipped) <= 100 else mapping["skip_rows"]
    return first_rows(file, delimiter=delimiter, skip_rows=skip)


def _preview(file, kept: uploads.Upload, form: ImportForm) -> Preview:
    mapping = form.mapping
    if kept.format == "csv" and not form.is_bound:
        asked = {name: value for name, value in form.initial.items() if value is not False}
        shadow = MappingForm(asked, accounts=form.fields["account"].accounts.values(), rows=form.rows)
        mapping = shadow.mapping if shadow.is_valid() else None
    if kept.format == "csv" and mapping is None:
        return Preview()
    try:
        found = next(read_statements(file, mapping))
        return Preview(found, list(islice(found.lines, PREVIEWED)))
    except StatementRefused as refusal:
        return Preview(problem=refusal.sentence)


def _tell(request, done: list[bank.Imported], applied: dict) -> None:
    new, read = sum(each.new for each in done), sum(each.read for each in done)
    said = ngettext("%(n)s new line imported.", "%(n)s new lines imported.", new) % {"n": figures.number(new)}
    if read > new:
        there = ngettext("%(n)s line was there already.", "%(n)s lines were there already.", read - new)
        said += " " + there % {"n": figures.number(read - new)}
    if applied["matched"]:
        auto = ngettext("%(n)s was matched automatically.", "%(n)s were matched automatically.", applied["matched"])
        said += " " + auto % {"n": figures.number(applied["matched"])}
    messages.success(request, said)
    for note in [note for each in done for note in each.notes][:5]:
        messages.warning(request, note)
