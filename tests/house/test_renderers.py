"""Lists to choose from are written by us, and say what Django's templates would."""

import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from ui.renderers import FormRenderer

PLAIN = [("a", "First"), (2, "Second & last"), ("", gettext_lazy("Choose")), (None, "None")]
GROUPED = [("Near", [("x", "<b>here</b>"), ("y", mark_safe("<i>there</i>"))]), ('"Far"', [("z", "z")]), ("q", "alone")]


class Tags(HTMLParser):
    """What a piece of HTML says, the order of attributes and blanks between tags aside."""

    def __init__(self, text: str):
        super().__init__()
        self.said = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.said.append((tag, sorted(attrs, key=str)))

    def handle_endtag(self, tag):
        self.said.append(f"/{tag}")

    def handle_data(self, data):
        self.said += [data.strip()] if data.strip() else []


@pytest.mark.parametrize("choices", [[], PLAIN, GROUPED], ids=["none", "plain", "grouped"])
@pytest.mark.parametrize("kind", [forms.Select, forms.SelectMultiple])
@pytest.mark.parametrize("chosen", [None, "a", 2, "x", '"'])
def test_a_list_to_choose_from_says_what_django_would(choices, kind, chosen):
    widget = kind(attrs={"class": 'in"put', "required": True, "placeholder": False}, choices=choices)
    ours, theirs = (widget.render("na<me", [chosen], renderer=one) for one in (FormRenderer(), DjangoTemplates()))
    assert Tags(ours).said == Tags(theirs).said


def test_what_is_written_into_a_list_is_escaped():
    written = forms.Select(choices=[('"><script>', "<script>")]).render('"><script>', None, renderer=FormRenderer())
    assert re.findall("<script", written) == []


def test_options_with_a_template_of_their_own_keep_it():
    class Own(forms.Select):
        option_template_name = "django/forms/widgets/checkbox_option.html"

    written = Own(choices=[("a", "First")]).render("one", None, renderer=FormRenderer())
    assert 'type="select"' in written and "<option" not in written


def test_every_form_of_the_house_is_written_by_it():
    assert isinstance(get_default_renderer(), FormRenderer)
