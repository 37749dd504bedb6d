"""Where the site is served by HTTPS, cookies are for HTTPS alone, under names no other host can set."""

import json
import os
import subprocess
import sys

import pytest

ASKED = (
    "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD",
)  # fmt: skip


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("https://verso.example", ["__Host-session", "__Host-csrf", True, True, True, "Lax", 31536000, False, False]),
        ("http://127.0.0.1:8000", ["session", "csrftoken", False, False, True, "Lax", 0, False, False]),
    ],
)
def test_cookies_follow_the_address_of_the_site(site, expected):
    values = f"[getattr(settings, name) for name in {ASKED}]"
    program = f"import json; from config import settings; print(json.dumps({values}))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"SITE_URL": site},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == expected
