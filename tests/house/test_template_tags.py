"""The words of the templates: what each filter and tag writes, exactly."""

import datetime as dt
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, engines
from django.test import RequestFactory
from django.utils import timezone, translation

NOW = dt.datetime(2026, 11, 20, 13, 14, tzinfo=dt.UTC)
EUR, JPY = (f'<span class="cur">\u00a0{code}</span>' for code in ("EUR", "JPY"))


def render(source: str, **context) -> str:
    template = Template(source, engine=engines["django"].engine)
    return template.render(Context(context)).strip()


def at(**later) -> dt.datetime:
    return NOW + dt.timedelta(**later)


# ---------- figures


@pytest.mark.parametrize(
    "source, value, written",
    [
        ("{{ x|money:'USD' }}", "171000", '171,000.00<span class="cur">\u00a0USD</span>'),
        ("{{ x|money:'EUR' }}", "0", '<span class="zero">0.00</span><span class="cur">\u00a0EUR</span>'),
        ("{{ x|money:'JPY' }}", "-12.6", '\u221213<span class="cur">\u00a0JPY</span>'),
        ("{{ x|amount:'USD' }}", "0.00", '<span class="zero">0.00</span>'),
        ("{{ x|money_text:'USD' }}", "179550", "179,550.00\u00a0USD"),
        ("{{ x|units }}", "6000.00000000", "6,000"),
        ("{{ x|units }}", "0", '<span class="zero">0</span>'),
        ("{{ x|unit_cost }}", "25", "25.000000"),
        ("{{ x|price:'USD' }}", "28.500000", '28.50<span class="cur">\u00a0USD</span>'),
        ("{{ x|price_text:'USD' }}", "28.5", "28.50\u00a0USD"),
        ("{{ x|bare_price:'USD' }}", "28.5", "28.50"),
        ("{{ x|rate_bps }}", "250", "2.5\u00a0%"),
        ("{{ x|multiple }}", "1.16", "1.16×"),
        ("{% big_figure x 'EUR' %}", "1250000", f'1,250,000<span class="cents">.00</span>{EUR}'),
        ("{% big_figure x 'JPY' %}", "1250000", f"1,250,000{JPY}"),
    ],
)
def test_figures(source, value, written):
    assert render(source, x=Decimal(value)) == written


@pytest.mark.parametrize("source", ["{{ x|money:'USD' }}", "{{ x|units }}", "{{ x|price:'USD' }}"])
def test_what_is_not_known_is_a_word(source):
    assert render(source, x=None) == '<span class="faint">not known</span>'


def test_a_currency_cannot_smuggle_markup():
    assert "<b>" not in render("{{ x|money:cur }}", x=Decimal(1), cur="<b>")


def test_separators_follow_the_language():
    with translation.override("de"):
        assert render("{{ x|money_text:'EUR' }}", x=Decimal("1250.5")) == "1.250,50\u00a0EUR"


# ---------- clocks


@pytest.mark.parametrize(
    "options, classes, words",
    [
        ({"due": at(minutes=151)}, "clock", "2 h 31 min left"),
        ({"due": at(minutes=26)}, "clock warn", "26 min left"),
        ({"due": at(minutes=-24)}, "clock bad", "24 min overdue"),
        ({"due": at(hours=1), "hold_ends": at(minutes=24, seconds=10)}, "clock warn", "Hold ends in 24:10"),
        ({"due": at(hours=3), "hold_ends": at(hours=4)}, "clock", "3 h 0 min left"),
        ({"due": at(hours=1), "paused": True}, "clock paused", "Awaiting investor"),
        ({"due": at(minutes=151), "with_due": True}, "clock", "2 h 31 min left, due 15:45\u00a0UTC"),
    ],
)
def test_the_clock_says_what_the_ring_shows(options, classes, words):
    given = {"hold_ends": None, "paused": False, "with_due": False, **options}
    with timezone.override(dt.UTC):
        shown = render(
            "{% clock started due now=now hold_ends=hold_ends paused=paused with_due=with_due %}",
            started=at(minutes=-89),
            now=NOW,
            **given,
        )
    assert shown.startswith(f'<span class="{classes}">')
    assert shown.endswith(f"{words}</span>")


def test_the_ring_fills_with_the_time_used_and_turns_amber_at_three_quarters():
    source = "{% clock started due now=now %}"
    half = render(source, started=at(hours=-2), due=at(hours=2), now=NOW)
    assert 'stroke-dasharray="50 100"' in half and 'class="clock"' in half
    late = render(source, started=at(hours=-3), due=at(hours=1), now=NOW)
    assert 'stroke-dasharray="75 100"' in late and 'class="clock warn"' in late


def test_a_countdown_carries_the_seconds_that_are_left():
    assert render("{% countdown 1062 %}") == '<span class="tabular" data-countdown="1062">17:42</span>'
    assert render("{% countdown 120 %}") == '<span class="tabular warn" data-countdown="120">02:00</span>'
    assert 'viewBox="0 0 1800 3"' in render("{% meter 1062 1800 %}")
    assert 'width="1800"' in render("{% meter 9999 1800 %}")


# ---------- units


def rectangles(svg: str) -> list[tuple[str, str, str]]:
    return re.findall(r'<rect class="(\w+)" x="([\d.]+)" y="0" width="([\d.]+)"', svg)


@pytest.mark.parametrize(
    "units, said",
    [("1", "1 unit"), ("1.00000000", "1 unit"), ("0", "0 units"), ("1.5", "1.5 units"), ("6000", "6,000 units")],
)
def test_units_with_their_noun_are_one_or_many(units, said):
    value = Decimal(units)
    assert render("{{ value|unit_count }}", value=value) == said
    assert render("{% blocktrans count n=value|plural %}unit{% plural %}units{% endblocktrans %}", value=value) in said
    follows = '<span data-units data-one="{units} unit" data-many="{units} units">' + said + "</span>"
    assert render("{% units_as_typed value %}", value=value) == follows


def test_the_bar_of_an_investor_shows_others_as_one_sum():
    svg = render("{% units_bar available=1700 yours=6000 others=2300 %}")
    assert rectangles(svg) == [
        ("yours", "0.00", "596.00"),
        ("free", "600.00", "166.00"),
        ("placed", "770.00", "230.00"),
    ]
    assert 'aria-label="6,000 yours, 1,700 available, 2,300 with others"' in svg


def test_the_bar_that_follows_typing_says_where_it_may_move():
    svg = render("{% units_bar available=7700 typed=0 others=2300 follow=True %}")
    assert [name for name, _x, _w in rectangles(svg)] == ["typed", "free", "placed"]
    assert 'data-follow-x="0.00" data-follow-width="770.00" data-follow-gap="1"' in svg


def test_the_bar_of_staff_and_an_empty_bar():
    svg = render("{% inventory_bar allocated=1500 on_hold=6800 available=1700 blocked=0 %}")
    assert [name for name, _x, _w in rectangles(svg)] == ["placed", "held", "free"]
    assert 'aria-label="no units"' in render("{% inventory_bar allocated=0 on_hold=0 available=0 %}")


# ---------- status words


@pytest.mark.parametrize(
    "kind, status, word",
    [
        ("deal", "allocation_pending", "Allocation"),
        ("hold", "pending", "On hold"),
        ("hold", "committed", "Committed"),
        ("hold", "expired", "Lapsed"),
        ("hold", "cancelled", "Released"),
        ("commitment", "submitted", "Awaiting approval"),
        ("allocation", "approved", "Allocated"),
        ("lot", "held", "Blocked"),
        ("deal", "some_later_word", "Some later word"),
    ],
)
def test_one_word_for_one_status(kind, status, word):
    assert render("{% status_word kind status %}", kind=kind, status=status) == word


def test_badge_and_dot():
    assert render('{% badge_for_status "hold" "pending" %}') == '<span class="badge warn hollow">On hold</span>'
    assert render('{% dot_for_status "lot" "available" %}') == '<span class="dot ok">Available</span>'
    assert render('{% badge_for_status "deal" "closed" %}') == '<span class="badge">Closed</span>'


def test_an_icon_is_silent_beside_a_word_and_speaks_alone():
    assert 'aria-hidden="true"' in render('{% icon "check" %}')
    assert 'role="img" aria-label="Done"' in render('{% icon "check" label="Done" %}')
    with pytest.raises(KeyError):
        render('{% icon "no-such-icon" %}')


# ---------- forms


class Ticket(forms.Form):
    units = forms.CharField(label="Units", help_text="From 500")
    plan = forms.ChoiceField(choices=[("a", "All-in")], required=False)
    reach = forms.ChoiceField(choices=[("a", "E-mail"), ("b", "Text")], widget=forms.RadioSelect)
    read = forms.BooleanField(label="I have read it")
    say = forms.CharField(widget=forms.Textarea, required=False)


def test_a_field_has_label_hint_and_keeps_what_was_typed():
    shown = render('{% field form.units suffix="units" %}', form=Ticket({"units": "1,5"}))
    assert '<label for="id_units">Units</label>' in shown
    assert 'value="1,5"' in shown and 'class="input"' in shown
    assert 'aria-describedby="id_units_helptext"' in shown
    assert '<p class="hint" id="id_units_helptext">From 500</p>' in shown
    assert "<span>units</span>" in shown


def test_a_wrong_field_says_so_to_everybody():
    shown = render("{% field form.units %}", form=Ticket({}))
    assert '<div class="field bad">' in shown
    assert 'aria-invalid="true"' in shown
    assert 'aria-describedby="id_units_helptext id_units_error"' in shown
    assert 'id="id_units_error"' in shown and "This field is required." in shown


def test_each_kind_of_field_has_its_shape():
    form = Ticket()
    assert 'class="pick"' in render("{% field form.plan %}", form=form)
    assert '<span class="opt">optional</span>' in render("{% field form.plan %}", form=form)
    radios = render("{% field form.reach %}", form=form)
    assert "<fieldset" in radios and "<legend>Reach</legend>" in radios and radios.count("<label") == 2
    assert '<label class="choice"><input type="checkbox"' in render("{% field form.read %}", form=form)
    assert 'rows="4"' in render("{% field form.say %}", form=form)


def test_the_summary_of_errors_links_to_each_field():
    shown = render('{% error_summary form nothing="Nothing was reserved." %}', form=Ticket({"read": "on"}))
    assert 'role="alert"' in shown
    assert "Please correct 2 fields. Nothing was reserved." in shown
    assert '<a href="#id_units">Units</a>' in shown
    assert render("{% error_summary form %}", form=Ticket()) == ""


# ---------- lists


def test_the_pager_says_where_we_are_and_keeps_the_search():
    request = RequestFactory().get("/staff/deals/?q=clos&page=2")
    page = Paginator(range(312), 50).page(2)
    shown = render('{% pager page csv="?format=csv" %}', page=page, request=request)
    assert "51 to 100 of 312" in shown
    assert 'href="?q=clos&amp;page=3"' in shown and 'href="?q=clos&amp;page=1"' in shown
    assert 'href="?format=csv"' in shown


def test_a_column_head_sorts_both_ways():
    head = '{% sort_head "due" "Time left" default="due" %}'
    request = RequestFactory().get("/?q=a&page=3")
    assert render(head, request=request).startswith('<th scope="col" aria-sort="ascending"><a class="sort"')
    assert 'href="?q=a&amp;sort=-due"' in render(head, request=request)
    request = RequestFactory().get("/?sort=-due")
    assert 'aria-sort="descending"' in render(head, request=request)
    request = RequestFactory().get("/?sort=name")
    assert "aria-sort" not in render(head, request=request)


def test_steps_name_the_one_that_is_now():
    items = [
        {"label": "Access", "note": "", "state": "done"},
        {"label": "Reserve", "note": "Not started", "state": "now"},
        {"label": "Commit", "note": "", "state": "todo"},
    ]
    shown = render("{% steps items %}", items=items)
    assert "Step 2 of 3: Reserve" in shown
    assert '<li aria-current="step"><b>Reserve</b><span>Not started</span></li>' in shown
    assert shown.count('class="done"') == 1


def test_where_a_number_comes_from_opens_without_a_script():
    shown = render('{% why id="why-fee" text="8,550.00 USD" %}<p>171,000.00 × 5 %</p>{% endwhy %}')
    assert '<button type="button" class="why" popovertarget="why-fee">8,550.00 USD</button>' in shown
    assert '<div popover id="why-fee" role="dialog" aria-labelledby="why-fee-t">' in shown
    assert "How 8,550.00 USD was calculated" in shown and "<p>171,000.00 × 5 %</p>" in shown


def test_a_dialog_escapes_its_title_and_keeps_its_content():
    shown = render('{% dialog id="reject" title=name show=True %}<form></form>{% enddialog %}', name="<b>")
    assert "data-show" in shown and "&lt;b&gt;" in shown and "<form></form>" in shown


def test_a_link_to_a_page_that_does_not_exist_is_empty():
    assert render('{% link_to "no:such" as href %}[{{ href }}]') == "[]"
    assert render('{% link_to "theme" %}') == "/theme/"


def test_here_marks_the_page_one_is_on():
    request = SimpleNamespace(resolver_match=SimpleNamespace(view_name="deals_staff:lots"))
    assert render('<a{% here "deals_staff:lots" %}>', request=request) == '<a aria-current="page">'
    assert render('<a{% here "deals_staff:book" %}>', request=request) == "<a>"
