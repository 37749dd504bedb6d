"""What the web server runs: the WSGI application behind a front that reads whole requests."""

from django.conf import settings
from django.db import connections

from config.wsgi import application as pages
from investors.senders import is_welcome
from lib.whole_requests import WholeRequests
from ui.body_limits import limit_of_path

# The pool belongs to the web process only: prefork workers and commands open their own connection.
connections.settings["default"]["OPTIONS"]["pool"] = settings.DB_POOL

application = WholeRequests(pages, limit_of=limit_of_path, threads=settings.WEB_THREADS, welcome=is_welcome)
