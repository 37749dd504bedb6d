"""What pages do with a form: run it through a service, ask before it happens, or act on a button. Once for all apps."""

from collections.abc import Callable

from django.contrib import messages
from django.shortcuts import render

from lib.db import Refused
from ui.editing import EditForm, status_of
from ui.portals import posted, see_other
from ui.refusals import status_for


def run(form, verb: Callable, **more):
    """Run a service with what the form holds. None when it was refused: the form then says why.

    A form over something that exists hands on what it had shown. Raises NotAllowed for what does not exist.
    """
    facts = getattr(form, "facts", form.cleaned_data) | more
    if getattr(form, "kept", None) is not None:
        facts["shown"] = form.shown
    try:
        return verb(**facts) or True
    except Refused as refusal:
        if status_for(refusal) == 404:
            raise  # [1]
        form.refusal = refusal
        form.refuse(refusal) if hasattr(form, "refuse") else form.add_error(None, str(refusal.sentence))
        return None


def form_page(request, template: str, form, *, verb: Callable, said, to, **context):
    """A form, carried out by ``verb`` once it is valid. ``said`` and ``to`` may depend on what the service gave."""
    if form.is_valid() and (made := run(form, verb, acting_user=request.user)):
        messages.success(request, _of(said, made))
        return see_other(_of(to, made))
    return render(request, template, {"form": form} | context, status=status_of(form))


def confirm_page(request, template: str = "staff/confirm.html", form=None, *, verb, said, back: str, kept=None, **page):
    """A page that says what will happen, and does it once confirmed. ``form`` asks for a reason.

    ``kept`` are the values on which the question rests: when they change meanwhile, it is asked again.
    """
    form = form or EditForm(posted(request), kept=kept)
    if form.is_valid() and (made := run(form, verb, acting_user=request.user)):
        messages.success(request, _of(said, made))
        return see_other(back)
    page["checks"] = getattr(form.refusal, "checks", None) or page.get("checks", [])
    page["open_items"] = [check for check in page["checks"] if not check.ok]
    return render(request, template, {"form": form, "back": back} | page, status=status_of(form))


def act(request, verb: Callable, *, said, to: str, **facts):
    """What a button does. Refused, the page it leads back to says why."""
    try:
        made = verb(acting_user=request.user, **facts)
    except Refused as refusal:
        if status_for(refusal) == 404:
            raise
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _of(said, made))
    return see_other(to)


def _of(said, made) -> str:
    return said(made) if callable(said) else said
