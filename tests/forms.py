"""Forms as a browser sees them: what a page would send if nothing were touched."""

import re
from html.parser import HTMLParser

from django.test import Client

# Pages that change what is there; their forms carry a version, and a browser has always read the page first.
EDITS = re.compile(
    r"/(edit|kyc|access|open|remove|block|months/close)/$|^/profile/$|^/staff/sources/[0-9a-f-]{36}/$"
    r"|/(fees|fee|lots)/[0-9a-f-]{36}/$|^/admin/approvals/\w+rule/[^/]+/change/$"
)
# Buttons on other pages.
BUTTONS = re.compile(r"(.*/fees/)[0-9a-f-]{36}/default/$|(.*/lots/[0-9a-f-]{36}/)unblock/$")


class Browser(Client):
    """A client that reads the page of an edit before it sends its form, unless the test says which version it read."""

    def post(self, path, data=None, *args, **extra):
        button = BUTTONS.match(str(path))
        if (button or EDITS.search(str(path))) and isinstance(data or {}, dict) and "version" not in (data or {}):
            page, action = (button[1] or button[2], path) if button else (path, "")
            carried = filled(self, page, action=action).get("version")
            data = dict(data or {}) | ({"version": carried} if carried is not None else {})
        return super().post(path, data, *args, **extra)


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.area, self.choice = [], None, None

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form":
            self.forms.append((at.get("action", ""), {}))
        if not self.forms:
            return
        fields, name = self.forms[-1][1], at.get("name")
        if tag == "input" and name and (at.get("type") not in ("radio", "checkbox") or "checked" in at):
            fields[name] = at.get("value", "on" if at.get("type") in ("radio", "checkbox") else "")
        elif tag == "textarea":
            self.area, fields[name] = name, ""
        elif tag == "select":
            self.choice = name
        elif tag == "option" and self.choice and ("selected" in at or self.choice not in fields):
            fields[self.choice] = at.get("value", "")

    def handle_data(self, data):
        if self.area:
            self.forms[-1][1][self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.forms[-1][1][self.area] = self.forms[-1][1][self.area].removeprefix("\n")
            self.area = None
        elif tag == "select":
            self.choice = None


def forms_of(page) -> list[tuple[str, dict]]:
    """The forms of a page: where they lead, and their fields as they stand."""
    parser = _Forms()
    parser.feed(page.content.decode())
    return parser.forms


def filled(client, path, *, action: str = "", **typed) -> dict:
    """The fields of the page's form that leads to ``action`` (its own address if not said), some typed over."""
    page = client.get(path)
    here = (action,) if action else ("", path)
    found = [fields for leads, fields in forms_of(page) if leads in here and "csrfmiddlewaretoken" in fields]
    return (found[0] if found else {}) | typed
