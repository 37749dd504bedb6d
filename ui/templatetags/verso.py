"""The words of the house's templates: figures, dates, status, and the components of the look.

Filters write; tags draw. Every filter takes None and says so in a word: we never invent a figure. How things
look is in templates/README.md.
"""

import re
from decimal import Decimal
from pathlib import Path

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lib import exact
from lib.money import minor_units
from ui import figures
from ui.cells import faint
from ui.statuses import STATUS

register = template.Library()

_SYMBOL = re.compile(r'<symbol id="([a-z-]+)" viewBox="([^"]+)">(.*?)</symbol>', re.S)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.*(Z|[+-]\d\d(:?\d\d)?)$")
_SPRITE = (Path(settings.BASE_DIR) / "templates" / "icons" / "icons.svg").read_text()
ICONS = {name: (box, paths) for name, box, paths in _SYMBOL.findall(_SPRITE)}


# ---------- figures ----------


def _quiet_zero(value, text: str) -> SafeString:
    return format_html('<span class="zero">{}</span>', text) if not value else format_html("{}", text)


def _unknown() -> SafeString:
    return faint(_("not known"))


@register.simple_tag
def cur(currency: str) -> SafeString:
    """A currency after a figure written by hand: ``{% cur "USD" %}``."""
    return format_html('<span class="cur">{}{}</span>', figures.NBSP, currency)


@register.filter
def money(value, currency: str) -> SafeString:
    """``{{ gross|money:deal.currency }}``: 171,000.00 USD, the currency small, zero quiet."""
    if value is None:
        return _unknown()
    return format_html("{}{}", _quiet_zero(value, figures.amount(value, currency)), cur(currency))


@register.filter
def money_text(value, currency: str) -> str:
    """The same as plain text, for attributes, titles and sentences."""
    return _("not known") if value is None else figures.money(value, currency)


@register.filter
def amount(value, currency: str) -> SafeString:
    """An amount without its currency, for tables whose head names it."""
    return _unknown() if value is None else _quiet_zero(value, figures.amount(value, currency))


@register.filter
def currency_name(currency: str, count: int = 1) -> str:
    """``US dollar``; ``{{ cur|currency_name:2 }}`` is ``US dollars``."""
    return figures.currency_name(currency, count)


@register.simple_tag
def big_figure(value, currency: str) -> SafeString:
    """The one big figure of a page: minor units and currency in quiet ink. Stands in ``.figure``."""
    whole = figures.amount(value, currency)
    places = minor_units(currency)
    if not places:
        return format_html("{}{}", whole, cur(currency))
    head, tail = whole[: -places - 1], whole[-places - 1 :]
    return format_html('{}<span class="cents">{}</span>{}', head, tail, cur(currency))


@register.filter
def units(value) -> SafeString:
    """``6,000`` or ``1,250.5``; zero quiet."""
    return _unknown() if value is None else _quiet_zero(value, figures.units(value))


@register.filter
def units_text(value) -> str:
    """Units as plain text, for attributes, titles and sentences."""
    return _("not known") if value is None else figures.units(value)


@register.filter
def unit_count(value) -> str:
    """Units with their noun, for sentences: ``1 unit`` or ``6,000 units``."""
    return _("not known") if value is None else figures.unit_count(value)


@register.simple_tag
def units_as_typed(value) -> SafeString:
    """Units with their noun that follow what is typed into the form: the script fills in either form of it."""
    one, many = (ngettext("%(units)s unit", "%(units)s units", n) % {"units": "{units}"} for n in (1, 2))
    said = figures.unit_count(value)
    return format_html('<span data-units data-one="{}" data-many="{}">{}</span>', one, many, said)


@register.filter
def plural(value) -> int:
    """What ``{% blocktrans count n=… %}`` counts by, where units may be fractions."""
    return figures.plural(value or 0)


@register.filter
def plain(value) -> str:
    """A number for a ``data-…`` attribute or a link: its digits and a point, in no language."""
    return "" if value is None else exact.plain(Decimal(value))


@register.filter
def unit_cost(value) -> SafeString:
    """A unit cost to six places: ``24.583333``."""
    return _unknown() if value is None else format_html("{}", figures.unit_cost(value))


@register.filter
def price(value, currency: str) -> SafeString:
    """A price as quoted, with its currency: ``28.50 USD``."""
    if value is None:
        return _unknown()
    return format_html("{}{}", figures.price(value, currency), cur(currency))


@register.filter
def price_text(value, currency: str) -> str:
    """A price as quoted, as plain text: ``28.50 USD``."""
    return _("not known") if value is None else f"{figures.price(value, currency)}{figures.NBSP}{currency}"


@register.filter
def bare_price(value, currency: str) -> str:
    """A price as quoted, without its currency: ``6,000 units at 28.50``."""
    return _("not known") if value is None else figures.price(value, currency)


@register.filter
def rate_bps(value) -> SafeString:
    """Basis points as a rate: 250 is ``2.5 %``."""
    return _unknown() if value is None else format_html("{}", figures.rate(value))


@register.filter
def percent(value) -> SafeString:
    """A percentage: ``67.5 %``."""
    return _unknown() if value is None else format_html("{}", figures.percent(value))


@register.filter
def multiple(value) -> SafeString:
    """A multiple: ``1.16×``."""
    return _unknown() if value is None else format_html("{}", figures.multiple(value))


# ---------- dates and spans ----------

register.filter("date_short", figures.day)  # 4 Dec 2026
register.filter("date_long", figures.long_day)  # 16 November 2026
register.filter("date_weekday", figures.weekday)  # Fri 4 Dec 2026
register.filter("moment", figures.moment)  # Fri 4 Dec 2026, 18:00 CET
register.filter("month", figures.month)  # November 2026
register.filter("stamp", figures.stamp)  # 4 Dec 2026, 18:00
register.filter("hour", figures.near)  # 14:32 CET, or 14:32 CET on 4 Dec 2026


@register.filter
def hour_exact(value) -> str:
    """To the second: ``14:32:00 CET``, with its day where that is not today."""
    return figures.near(value, seconds=True)


@register.filter
def kept(value) -> object:
    """A value as the audit log keeps it, for people: a moment in their time and to the second."""
    if value is None or isinstance(value, bool):
        return {None: "–", True: _("yes"), False: _("no")}[value]
    if not isinstance(value, str):
        return exact.plain(value) if isinstance(value, Decimal | int) else exact.dump(value)
    try:
        when = parse_datetime(value) if _MOMENT.match(value) else None
        return value if when is None else f"{figures.day(when)}, {timezone.localtime(when):%H:%M:%S %Z}"
    except (ValueError, OverflowError):  # text that only looks like a moment: people write names and notes
        return value


@register.simple_tag
def time_left(seconds) -> str:
    """``17:42`` below an hour, ``2 h 31 min`` below a day, ``4 days`` above."""
    return figures.time_left(seconds)


@register.filter
def seconds_until(moment) -> int:
    """Whole seconds from now to a moment, never below 0."""
    return max(int((moment - timezone.now()).total_seconds()), 0)


@register.simple_tag
def countdown(seconds) -> SafeString:
    """The time left on a hold, counted down in the page from the seconds the server sends."""
    left = max(int(seconds), 0)
    warn = " warn" if left <= 120 else ""
    return format_html('<span class="tabular{}" data-countdown="{}">{}</span>', warn, left, figures.time_left(left))


@register.simple_tag
def meter(left, total) -> SafeString:
    """The thin bar under a countdown: seconds left of the seconds the hold had."""
    whole = max(int(total), 1)
    return format_html(
        '<svg class="meter" viewBox="0 0 {} 3" preserveAspectRatio="none" aria-hidden="true">'
        '<rect data-countdown-bar width="{}" height="3"/></svg>',
        whole,
        min(max(int(left), 0), whole),
    )


# ---------- icons, badges, clocks ----------


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """One of templates/icons/icons.svg; ``size="l"`` is 20 px. Beside a word, or with a label."""
    box, paths = ICONS[name]
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="{}" {}>{}</svg>',
        f" icon-{size}" if size else "",
        box,
        spoken,
        mark_safe(paths),  # noqa: S308 (our own file)
    )


def _status(kind: str, status: str) -> tuple[str, str]:
    word, tone = STATUS[kind].get(status, (str(status).replace("_", " ").capitalize(), "hollow"))
    return str(word), tone


@register.simple_tag
def status_word(kind: str, status: str) -> str:
    """The word for a status, alone: in a sentence, a CSV, a mail."""
    return _status(kind, status)[0]


@register.simple_tag
def badge_for_status(kind: str, status: str) -> SafeString:
    """The status of a thing as a badge: ``{% badge_for_status "deal" deal.status %}``."""
    word, tone = _status(kind, status)
    return format_html('<span class="badge{}">{}</span>', f" {tone}" if tone else "", word)


@register.simple_tag
def dot_for_status(kind: str, status: str) -> SafeString:
    """The status as a dot and a word, for dense tables where badges would shout."""
    word, tone = _status(kind, status)
    return format_html('<span class="dot{}">{}</span>', f" {tone}" if tone else "", word)


def _ring(share: int) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6"/>'
        '<circle cx="8" cy="8" r="6" pathLength="100" stroke-dasharray="{} 100"/></svg>',
        share,
    )


@register.simple_tag
def clock(started, due, now=None, hold_ends=None, paused=False, with_due=False) -> SafeString:
    """An SLA: a ring that fills with the time used, amber from 75 %, an alarm when past, a pause if stopped.

    A hold that ends sooner is shown in its place. ``now`` is given in tests; pages leave it out.
    """
    now = now or timezone.now()
    if paused:
        return format_html('<span class="clock paused">{}{}</span>', icon("pause"), _("Awaiting investor"))
    if due is None:
        return format_html('<span class="faint">{}</span>', _("no time limit"))
    left = (due - now).total_seconds()
    if hold_ends is not None and now < hold_ends < due:
        hold_left = (hold_ends - now).total_seconds()
        words = _("Hold ends in %(time)s") % {"time": figures.time_left(hold_left)}
        return format_html('<span class="clock warn">{}{}</span>', _ring(80), words)
    if left < 0:
        words = _("%(time)s overdue") % {"time": figures.span(-left)}
        return format_html('<span class="clock bad">{}{}</span>', icon("alarm"), words)
    used = min(max(round(100 - 100 * left / max((due - started).total_seconds(), 1)), 0), 100)
    words = _("%(time)s left") % {"time": figures.span(left)}
    if with_due:
        words = _("%(left)s, due %(time)s") % {"left": words, "time": figures.near(due, now=now)}
    return format_html('<span class="clock{}">{}{}</span>', " warn" if used >= 75 else "", _ring(used), words)


# ---------- where the units are ----------

_WIDTH = 1000
_GAP = 4
_FOLLOWING = ("typed", "free")
_SEGMENTS = {
    "yours": (gettext_lazy("%(units)s yours"), "yours"),
    "typed": (gettext_lazy("%(units)s in your order"), "typed"),
    "allocated": (gettext_lazy("%(units)s allocated"), "placed"),
    "held": (gettext_lazy("%(units)s on hold"), "held"),
    "free": (gettext_lazy("%(units)s available"), "free"),
    "blocked": (gettext_lazy("%(units)s blocked"), "blocked"),
    "others": (gettext_lazy("%(units)s with others"), "placed"),
}


def _bar(parts: list[tuple[str, Decimal]], thin: bool, follow: bool = False) -> SafeString:
    """Rectangles in order, as SVG attributes: a width that depends on data is never a style.

    With ``follow`` the script moves the border between what is typed and what remains.
    """
    exact = [(name, Decimal(value)) for name, value in parts]
    drawn = [part for part in exact if part[1] or (follow and part[0] in _FOLLOWING)]
    total = sum((value for _name, value in drawn), Decimal(0)) or Decimal(1)
    x, boxes = Decimal(0), []
    for place, (name, value) in enumerate(drawn):
        width = value * _WIDTH / total
        last = place == len(drawn) - 1
        boxes.append((_SEGMENTS[name][1], f"{x:.2f}", f"{width if last or width <= _GAP else width - _GAP:.2f}"))
        x += width
    said = ", ".join(_SEGMENTS[name][0] % {"units": figures.units(value)} for name, value in drawn if value)
    return format_html(
        '<svg class="units{}" viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label="{}"{}>{}</svg>',
        " thin" if thin else "",
        said or _("no units"),
        _follow(drawn, total) if follow else "",
        format_html_join("", '<rect class="{}" x="{}" y="0" width="{}" height="12"/>', boxes),
    )


def _follow(drawn: list[tuple[str, Decimal]], total: Decimal) -> SafeString:
    """Where the movable part begins and how wide it is, and whether something stands after it."""
    before = sum((value for name, value in drawn if name == "yours"), Decimal(0))
    room = sum((value for name, value in drawn if name in _FOLLOWING), Decimal(0))
    return format_html(
        ' data-follow data-follow-x="{}" data-follow-width="{}"{}',
        f"{before * _WIDTH / total:.2f}",
        f"{room * _WIDTH / total:.2f}",
        mark_safe(' data-follow-gap="1"') if before + room < total else "",
    )


@register.simple_tag
def units_bar(available, others, yours=0, typed=0, thin=False, follow=False) -> SafeString:
    """What an investor sees: yours, available, others. Others are one sum: nobody reads another's hold from it.

    ``available`` is what remains after ``typed``.
    """
    parts = [("yours", yours), ("typed", typed), ("free", available), ("others", others)]
    return _bar(parts, thin, follow)


@register.simple_tag
def inventory_bar(allocated, on_hold, available, blocked=0, thin=True) -> SafeString:
    """What staff see: allocated, on hold, available, blocked. Always with the numbers beside it."""
    parts = [("allocated", allocated), ("held", on_hold), ("free", available), ("blocked", blocked)]
    return _bar(parts, thin)


# ---------- navigation, forms, components ----------


@register.simple_tag(takes_context=True)
def here(context, *names: str) -> SafeString:
    """``aria-current="page"`` when the page's url name is one of these: for tabs and links."""
    match = getattr(context.get("request"), "resolver_match", None)
    return mark_safe(' aria-current="page"') if match and match.view_name in names else mark_safe("")


@register.simple_tag(takes_context=True)
def link_to(context, name: str, *args, **kwargs) -> str:
    """Like ``{% url %}``, but empty while a page does not exist: ``{% link_to "deals:list" as href %}``."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_block_tag
def crumbs(content):
    """The way here: ``{% crumbs %}{% crumb _("Deals") "deals_staff:list" %}{% crumb deal.name %}{% endcrumbs %}``."""
    return format_html('<nav class="crumbs" aria-label="{}">{}</nav>', _("Breadcrumb"), content)


@register.simple_tag
def crumb(label, name="", *args) -> SafeString:
    """One step of the way, with its page by name where it has one."""
    if not name:
        return icon("chevron") + format_html("<span>{}</span>", label)
    args = [each for each in args if each]
    return icon("chevron") + format_html('<a href="{}">{}</a>', reverse(name, args=args), label)


@register.inclusion_tag("components/steps.html")
def steps(items, label=None):
    """My state on a deal. Each item has ``label``, ``note`` and ``state``: done, now or todo."""
    items = list(items)
    place = next((i for i, item in enumerate(items, 1) if _of(item, "state") == "now"), len(items))
    now = items[place - 1] if items else None
    return {"items": items, "place": place, "now": now, "label": label or _("Progress")}


def _of(item, key: str):
    return item.get(key) if isinstance(item, dict) else getattr(item, key)


@register.inclusion_tag("components/field.html")
def field(bound, label="", hint=None, suffix="", icon="", big=False, optional=True):
    """A form field with label, hint and error, wired for screen readers. See templates/README.md."""
    kind = getattr(bound.field.widget, "input_type", "")
    multiline = bound.field.widget.__class__.__name__ == "Textarea"
    if hint is not None:
        bound.help_text = hint
    if label:
        bound.label = label
    # A placeholder is no label: what a library puts there is taken out.
    attrs = {} if kind in ("checkbox", "radio") else {"class": "input", "placeholder": False}
    if multiline:
        attrs["rows"] = 4
    return {
        "field": bound,
        "widget": bound.as_widget(attrs=attrs) if not bound.use_fieldset or kind == "checkbox" else "",
        "kind": "text" if multiline else kind,
        "suffix": suffix,
        "icon": icon,
        "big": big,
        "optional": optional and not bound.field.required,
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form, nothing=""):
    """Above a refused form: how many fields need a look, that nothing was changed, and links to them.

    A form that changes what is there carries its version here, and lists what others changed meanwhile.
    """
    wrong = [bound for bound in form if bound.errors] if form.is_bound else []
    said = ngettext("Please correct 1 field.", "Please correct %(n)s fields.", len(wrong)) % {"n": len(wrong)}
    return {
        "wrong": wrong,
        "general": form.non_field_errors() if form.is_bound else [],
        "said": said,
        "nothing": nothing or _("Nothing was changed."),
        "conflicts": getattr(form, "conflicts", []),
        "version": form["version"] if getattr(form, "kept", None) is not None else "",
    }


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context, page, csv=""):
    """Where we are in a long list: ``1 to 50 of 312``, back and on, and the CSV of what is shown."""
    return {"page": page, "csv": csv, "request": context.get("request")}


@register.inclusion_tag("components/sort_head.html", takes_context=True)
def sort_head(context, key: str, label: str, num=False, default=""):
    """A column head that sorts: ``?sort=key`` and ``?sort=-key``; ``default`` is the sort without a word."""
    request = context.get("request")
    chosen = (request.GET.get("sort") if request else "") or default
    direction = {key: "ascending", f"-{key}": "descending"}.get(chosen, "")
    target = f"-{key}" if direction == "ascending" else key
    return {"label": label, "num": num, "direction": direction, "target": target, "request": request}


@register.inclusion_tag("components/empty_state.html")
def empty_state(icon: str, title: str, text: str, href="", action="", card=True):
    """What is missing, what will appear here, one action if there is one. (``empty`` belongs to ``for``.)"""
    return {"icon": icon, "title": title, "text": text, "href": href, "action": action, "card": card}


@register.simple_block_tag
def tight(content):
    """What stands in it without blanks around: a cell that says nothing is empty, and a phone leaves it out."""
    return mark_safe(content.strip())  # noqa: S308 - rendered already


@register.simple_block_tag
def why(content, id: str, text: str, title: str = "", label: str = ""):
    """A figure that opens how it came about; works without JavaScript (a popover is the browser's own)."""
    title = title or _("How %(figure)s was calculated") % {"figure": text}
    about = {"id": id, "text": text, "title": title, "label": label, "content": content}
    figure = template.loader.render_to_string("components/why.html", about)
    return mark_safe(figure.strip())  # noqa: S308 - rendered above; no blank parts it from its currency


@register.simple_block_tag
def dialog(content, id: str, title: str, show=False):
    """A dialog, opened by any link with ``data-open="<id>"``; without JavaScript the link is a page."""
    return template.loader.render_to_string(
        "components/dialog.html", {"id": id, "title": title, "show": show, "content": content}
    )


@register.inclusion_tag("components/note.html")
def note(title: str, text: str = "", tone: str = "", icon: str = "", role: str = "", href: str = "", action: str = ""):
    """A message that stays on the page; tone is ok, warn, bad, info or yours. An alert takes the focus."""
    usual = {"ok": "circle-check", "warn": "clock", "bad": "alert", "yours": "users"}
    said = {"title": title, "text": text, "tone": tone, "role": role, "href": href, "action": action}
    return said | {"icon": icon or usual.get(tone, "info")}
