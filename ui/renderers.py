"""How form fields are written. Named by FORM_RENDERER."""

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join

SELECT, OPTION = "django/forms/widgets/select.html", "django/forms/widgets/select_option.html"


class FormRenderer(DjangoTemplates):
    """Django's, but a list to choose from is written in one go.

    Django renders two templates for each option: 20 ms for the countries, 50 ms for the time zones.
    """

    def render(self, template_name, context, request=None):
        widget = context.get("widget", {})
        if template_name == SELECT and all(option["template_name"] == OPTION for option in _options(widget)):
            return _select(widget)
        return super().render(template_name, context, request)


def _options(widget: dict):
    return (option for _name, options, _index in widget["optgroups"] for option in options)


def _attributes(attrs: dict) -> str:
    return flatatt(attrs) if attrs else ""  # most options have none


def _select(widget: dict) -> str:
    attrs = flatatt(widget["attrs"])
    groups = format_html_join("", "{}", ((_group(name, options),) for name, options, _index in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], attrs, groups)


def _group(name: str | None, options: list[dict]) -> str:
    rows = ((option["value"], _attributes(option["attrs"]), option["label"]) for option in options)
    listed = format_html_join("", '\n  <option value="{}"{}>{}</option>', rows)
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, listed) if name else listed
