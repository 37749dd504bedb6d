"""Health checks are asked by address, under any name; links never follow the name that somebody asked under."""

import logging
import re

import pytest
from django.conf import settings as django_settings

from tests.house.test_structure import OURS, ROOT, code_of

ELSEWHERE = ["10.1.2.3", "10.1.2.3:8000", "elsewhere.example", "a_b", "not a host", ""]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ELSEWHERE)
def test_health_is_answered_under_any_name_and_logs_nothing(client, caplog, path, host):
    caplog.set_level(logging.INFO)
    answer = client.get(path, HTTP_HOST=host)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json()["status"] in ("ok", "ready", "degraded")
    assert "X-Request-ID" in answer.headers
    assert [record.name for record in caplog.records if record.name.startswith("django")] == []


@pytest.mark.django_db
def test_health_is_not_redirected_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert [client.get(path).status_code for path in ("/healthz", "/readyz", "/accounts/login/")] == [200, 200, 301]


@pytest.mark.django_db
def test_other_pages_still_ask_for_the_name(client):
    assert client.get("/accounts/login/", HTTP_HOST="elsewhere.example").status_code == 400


@pytest.mark.django_db
def test_a_wrong_password_for_the_broker_is_said(client, settings):
    settings.CELERY_BROKER_URL = re.sub(r"//.*@", "//:wrong@", django_settings.REDIS_URL)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (200, "unreachable")


@pytest.mark.django_db
def test_an_invite_link_names_the_site_whatever_host_was_asked(cast, deal, sam_client, settings):
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    form = {"role": "lawyer", "max_uses": "1", "days": "3"}
    page = sam_client.post(f"/staff/deals/{deal.code}/invites/new/", form, HTTP_HOST="elsewhere.example")
    found = re.findall(r'value="([^"]+/invite/[^"]+)"', page.content.decode())
    assert len(found) == 1 and re.fullmatch(rf"{re.escape(settings.SITE_URL)}/invite/[\w-]{{43,}}/", found[0])


def test_no_link_follows_the_host_of_a_request():
    """The host of a request is a stranger's word. Comparing with it is fine, and stands in one place."""
    asks = re.compile(r"build_absolute_uri|get_host|get_current_site|HTTP_HOST|get_raw_uri")
    found = {str(path.relative_to(ROOT)) for path in OURS if asks.search(code_of(path))}
    assert found == {"desk/views.py"}
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]
    assert [page.name for page in pages if asks.search(page.read_text())] == []
