"""Forms that change what is there: they carry what they showed, and write only what the person touched."""

import json

from django import forms
from django.core.exceptions import ValidationError

from lib.db import Refused
from lib.versions import ChangedMeanwhile, Shown, digest, shown_of
from ui.refusals import status_for

VERSION = "version"


class EditMixin:
    """A form over ``kept``, the values of something that exists; None for a form that adds something.

    A field whose text stands as it was shown is untouched: it keeps its value exactly and is not validated anew, so
    that a closing time keeps its seconds and a summary can be mended whatever the other fields hold.
    A refusal because somebody else saved meanwhile puts the present values into untouched fields, keeps the others
    as typed, and lists both.
    """

    # What the page shows beside the fields, and how it is called, for the list of what others changed.
    also_shown: dict = {}  # noqa: RUF012

    def __init__(self, *args, kept: dict | None = None, **kwargs):
        if kept is not None:
            kwargs["initial"] = kept | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.kept, self.conflicts, self.refusal = kept, [], None
        if kept is not None:
            widget = forms.HiddenInput(attrs={"autocomplete": "off"})
            self.fields[VERSION] = forms.CharField(widget=widget, required=False, initial=self._token(kept))

    @property
    def shown(self) -> Shown:
        """What the page that was sent had shown, for the service; nothing where it carried no version."""
        return {name: said[0] for name, said in self._carried().items()}

    @property
    def changes(self) -> dict:
        """The cleaned values without the form's own field."""
        return {name: value for name, value in self.cleaned_data.items() if name != VERSION}

    @property
    def facts(self) -> dict:
        """What a service wants of a form that is valid."""
        return self.changes

    @property
    def changed_data(self) -> list[str]:
        if self.kept is None:
            return super().changed_data
        return [name for name in self.fields if name != VERSION and not self._is_untouched(name)]

    def _clean_fields(self):
        if self.kept is None:
            return super()._clean_fields()
        for name, bound in self._bound_items():
            if self._keeps(name, bound.field):
                self.cleaned_data[name] = self.kept[name]
                continue
            try:
                self.cleaned_data[name] = bound.field._clean_bound_field(bound)
                if hook := getattr(self, f"clean_{name}", None):
                    self.cleaned_data[name] = hook()
            except ValidationError as error:
                self.add_error(name, error)

    def refuse(self, refusal: Refused) -> None:
        """Say why a service refused, beside the field it is about. What was typed stays."""
        self.refusal = refusal
        if isinstance(refusal, ChangedMeanwhile):
            return self._conflict(refusal)
        field = getattr(refusal, "field", None)
        self.add_error(field if field in self.fields else None, str(refusal.sentence))

    def _conflict(self, refusal: ChangedMeanwhile) -> None:
        """Show the present values beside what was typed, and carry the present version from now on."""
        carried, data = self._carried(), self.data.copy()
        for name, value in refusal.now.items():
            field, changed = self.fields.get(name), name in refusal.changed
            if field is None or field.disabled:
                if changed and name in self.also_shown:
                    self.conflicts.append((self.also_shown[name], value, None))  # nothing can be typed there
            elif name in carried and carried[name][1] == digest(self._typed(name)):
                self._put(data, name, value)
            elif changed and self._typed(name) != self._text(name, value):
                now, yours = self._text(name, value), self._typed(name)
                self.conflicts.append((field.label, self._label_of(name, now), self._label_of(name, yours)))
        data[self.add_prefix(VERSION)] = self._token(refusal.now)
        self.data = data
        self.add_error(None, str(refusal.sentence))

    # --- what the page carries: {field: [digest of the value, digest of its text]}

    def _token(self, values) -> str:
        shown = shown_of(values)
        texts = {name: digest(self._text(name, values[name])) if name in self.fields else "" for name in values}
        return json.dumps({name: [shown[name], texts[name]] for name in values}, separators=(",", ":"))

    def _carried(self) -> dict[str, list[str]]:
        try:
            carried = json.loads(self.data.get(self.add_prefix(VERSION)) or "{}")
            return {str(name): [str(value), str(text)] for name, (value, text) in carried.items()}
        except (ValueError, TypeError, AttributeError, RecursionError):  # none of ours: nested thousands deep, too
            return {}

    # --- a field's text, as it stands in the page and as it comes back

    def _keeps(self, name: str, field: forms.Field) -> bool:
        """Whether the value stays as it is: nothing was typed there, and where something is needed it is there."""
        if name not in self.kept:
            return False
        return field.disabled or (self._is_untouched(name) and bool(self._typed(name) or not field.required))

    def _is_untouched(self, name: str) -> bool:
        return name in self.kept and self._typed(name) == self._text(name, self.kept[name])

    def _typed(self, name: str) -> str:
        return _plain_text(self[name].data)

    def _text(self, name: str, value) -> str:
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return _plain_text(bool(value))
        return _plain_text(field.widget.format_value(field.prepare_value(value)))

    def _put(self, data, name: str, value) -> None:
        if isinstance(self.fields[name], forms.BooleanField):
            data.pop(self.add_prefix(name), None)
            if value:
                data[self.add_prefix(name)] = "on"
        else:
            data[self.add_prefix(name)] = self._text(name, value)

    def _label_of(self, name: str, text: str) -> str:
        """A text as people read it: a choice by its label."""
        choices = getattr(self.fields[name], "choices", ())
        return next((str(label) for value, label in choices if str(value) == text), text)


class EditForm(EditMixin, forms.Form):
    """A plain form with :class:`EditMixin`."""


def token_of(values: dict) -> str:
    """What a button that acts on these values carries, where there is no form; see :func:`read_token`."""
    return json.dumps({name: [said, ""] for name, said in shown_of(values).items()}, separators=(",", ":"))


def read_token(request) -> Shown:
    """What stood on the page whose button was pressed; nothing where it carried no version."""
    return EditForm(request.POST, kept={}).shown


def status_of(form) -> int:
    """How a page with a form is answered: as its refusal says, 422 for a form that is not valid, else 200."""
    if refusal := getattr(form, "refusal", None):
        return status_for(refusal)
    return 422 if form.is_bound and form.errors else 200


def _plain_text(value) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if len(value) == 1 else ",".join(map(str, value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
