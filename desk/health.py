"""Health, for those who watch the installation."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from kombu import Connection
from kombu.exceptions import OperationalError

from audit.identity import acting_as_system
from desk import selectors
from lib.login import wrong_with_login


class HealthMiddleware:
    """Answers health checks before anything asks for the host, the session or https.

    Whoever watches asks by the machine's address, which is no name of the site.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        view = {"/healthz": healthz, "/readyz": readyz}.get(request.path_info)
        return view(request) if view else self.get_response(request)


def healthz(request):
    """The process answers."""
    return JsonResponse({"status": "ok", "version": settings.VERSION})


def readyz(request):
    """Can this process do its work: database and migrations are needed; without broker or jobs it is degraded.

    200 when ready or degraded, 503 when the database, its schema or a login that policies hold is not there.
    """
    checks = {"database": _database(), "migrations": _migrations(), "login": _login(), "broker": _broker()}
    fatal = any(checks[name] != "ok" for name in ("database", "migrations", "login"))
    checks["jobs"] = "unknown" if fatal else _jobs()
    fine = checks["broker"] == checks["jobs"] == "ok"
    status = "unavailable" if fatal else "ready" if fine else "degraded"
    return JsonResponse({"status": status, **checks}, status=503 if fatal else 200)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        return "ok"
    except DatabaseError:
        return "unreachable"


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return f"{len(missing)} not applied" if missing else "ok"
    except DatabaseError:
        return "unknown"


def _login() -> str:
    try:
        return "privileged" if wrong_with_login() else "ok"
    except DatabaseError:
        return "unknown"


def _broker() -> str:
    try:
        options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {"socket_timeout": 1}  # one that is silent, too
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=1, transport_options=options) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
        return "ok"
    except (OperationalError, OSError):
        return "unreachable"


def _jobs() -> str:
    """Which jobs are late or failed, by name alone: who asks here need not be anybody."""
    try:
        with acting_as_system():
            wrong = selectors.jobs_wrong()
    except DatabaseError:
        return "unknown"
    return ", ".join(f"{name} {state}" for name, state in sorted(wrong.items())) or "ok"
