"""Settings, from the environment only. A wrong value stops the start with one clear line."""

import logging
import os
import re
import sys
from pathlib import Path

import structlog
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from launcher import embedded
from lib import environment as env
from lib.redaction import redact

VERSION = "0.2.0"
BASE_DIR = Path(__file__).resolve().parent.parent

with env.stop_on_bad_environment():
    DATA_DIR = Path(env.folder("DATA_DIR", BASE_DIR / ".data")).resolve()
    DEBUG = env.yes_or_no("DEBUG")
    PORT = env.whole_number("PORT", 8000, 1, 65535)
    SITE_URL = env.site("SITE_URL", f"http://127.0.0.1:{PORT}")
    HTTPS = SITE_URL.startswith("https://")
    SITE_HOST = SITE_URL.split("://", 1)[1]
    _site_name = re.sub(r":\d+$", "", SITE_HOST)
    ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", [_site_name, "127.0.0.1", "localhost", "[::1]"])
    CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS", [SITE_URL])
    TRUSTED_PROXIES = env.whole_number("TRUSTED_PROXIES", 0, 0, 10)
    HSTS_INCLUDE_SUBDOMAINS = env.yes_or_no("HSTS_INCLUDE_SUBDOMAINS")
    HSTS_PRELOAD = env.yes_or_no("HSTS_PRELOAD")
    if HSTS_PRELOAD and not HSTS_INCLUDE_SUBDOMAINS:
        raise ValueError("HSTS_PRELOAD is of no use without HSTS_INCLUDE_SUBDOMAINS")
    LOG_LEVEL = env.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), "INFO")
    LOG_FORMAT = env.one_of("LOG_FORMAT", ("json", "console"), "json")
    AUDIT_SIGNING_KEY = env.text("AUDIT_SIGNING_KEY")
    MEDIA_ROOT = env.folder("MEDIA_ROOT", DATA_DIR / "media")
    STATIC_ROOT = env.folder("STATIC_ROOT", DATA_DIR / "static")
    DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", f"VERSO <no-reply@{_site_name}>")
    vars().update(env.mail("EMAIL_URL", "consolemail://"))
    if EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":  # noqa: F821 (from the address above)
        EMAIL_BACKEND = "lib.smtp.EmailBackend"
    TIME_ZONE_DISPLAY = env.time_zone("TIME_ZONE_DISPLAY", "Europe/Paris")
    DB_POOL_MAX = env.whole_number("DB_POOL_MAX", 8, 1, 200)
    WEB_CONCURRENCY = env.whole_number("WEB_CONCURRENCY", 2, 1, 64)
    WEB_THREADS = env.whole_number("WEB_THREADS", 4, 1, 64)
    EMBEDDED = "DATABASE_URL" not in os.environ
    SERVERS = (embedded.urls(DATA_DIR) or {}) if EMBEDDED else {}
    REDIS_URL = env.broker("REDIS_URL", SERVERS.get("REDIS_URL", "redis://127.0.0.1:6379/0"))
    SECRET_KEY = env.secret_key("SECRET_KEY") or embedded.secret_key(DATA_DIR)

# --- Databases: the role follows from the command. Everything but schema work runs as verso_app.
OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "createsuperuser", "bootstrap", "backup", "restore"}
COMMAND = sys.argv[1] if Path(sys.argv[0]).name == "manage.py" and len(sys.argv) > 1 else ""
_nowhere = "postgres://verso_app@127.0.0.1:1/verso"

with env.stop_on_bad_environment():
    DATABASE_APP_URL = env.text("DATABASE_URL", SERVERS.get("DATABASE_URL", _nowhere))
    DATABASE_OWNER_URL = env.text("DATABASE_OWNER_URL", SERVERS.get("DATABASE_OWNER_URL", DATABASE_APP_URL))
    DATABASE_ADMIN_URL = env.text("DATABASE_ADMIN_URL", SERVERS.get("DATABASE_ADMIN_URL", ""))
    DATABASE_READONLY_URL = env.text("DATABASE_READONLY_URL", SERVERS.get("DATABASE_READONLY_URL", ""))
    for _name, _address in (("ADMIN_", DATABASE_ADMIN_URL), ("READONLY_", DATABASE_READONLY_URL)):
        if _address:
            env.postgres(f"DATABASE_{_name}URL", _address)
    _roles = {"app": env.postgres("DATABASE_URL", DATABASE_APP_URL)}
    _roles["owner"] = env.postgres("DATABASE_OWNER_URL", DATABASE_OWNER_URL)
    DATABASES = {"default": _roles["owner" if COMMAND in OWNER_COMMANDS else "app"]}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 10)
DATABASES["default"]["OPTIONS"]["application_name"] = f"verso {COMMAND or 'web'}"
# A page's limits are the login's own (migrations_sql/roles), said again with each connection, since a login may change
# its own settings for good. A job ends with its task (below), a command when it is done.
_minutes = {"celery": 15, "manage.py": 0}.get(Path(sys.argv[0]).name)
_limits = {"default_transaction_read_only": "off", "idle_in_transaction_session_timeout": "30s"} | (
    {"statement_timeout": "60s", "lock_timeout": "10s"}
    if _minutes is None
    else {"statement_timeout": f"{_minutes}min", "lock_timeout": "60s"}
)
DATABASES["default"]["OPTIONS"].setdefault("options", " ".join(f"-c {name}={value}" for name, value in _limits.items()))
# For the web process, which asks for it; prefork workers and commands open their own connection.
DB_POOL = {"min_size": min(2, DB_POOL_MAX), "max_size": DB_POOL_MAX, "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "launcher",
    "ui",
    "config",
    "audit",
    "investors",
    "house",
    "notifications",
    "approvals",
    "operations",
    "desk",
    "documents",
    "ledger",
    "portfolio",
    "deals",
    "inventory",
    "fees",
    "introducers",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_htmx",
    "django_structlog",
    "guardian",
]
MIDDLEWARE = [
    "ui.middleware.CleanHeadersMiddleware",
    "audit.middleware.RequestMiddleware",
    "desk.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "audit.middleware.IdentityMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "ui.middleware.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "investors.middleware.SessionLimitsMiddleware",
    "ui.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "ui.middleware.NothingToReadMiddleware",
    "ui.middleware.NoNulMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "ui.context_processors.shell",
            ],
            "builtins": ["ui.templatetags.verso", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "ui.renderers.FormRenderer"

# --- Who signs in, and how
AUTH_USER_MODEL = "investors.Profile"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "investors.backends.ProfileBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 15, 128
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LENGTH_MIN},
    },
    {"NAME": "investors.validators.MaximumLengthValidator", "OPTIONS": {"max_length": PASSWORD_LENGTH_MAX}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "display_name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "investors.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
# Beside the lockout below, which counts by e-mail and address together: sprays, many addresses, guesses.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "30/m/ip,50/h/key",
    "login_failed_known": "50/h/key",  # by a browser that its person signed in with before
    "change_password": "20/m/user",
    "reset_password": "20/m/ip",  # and five an hour for each person, counted by the database
    "reset_password_from_key": "20/m/ip",
}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "investors.backends.attempted_email"
AXES_CLIENT_IP_CALLABLE = "audit.middleware.client_ip"
AXES_HANDLER = "investors.lockout.LockoutHandler"
AXES_ENABLE_ADMIN = False  # its pages look up any column; refused sign-ins stand in the audit log
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # tries that were refused do not count on
AXES_LOCKOUT_CALLABLE = "desk.views.too_many_attempts"

# --- Sessions, cookies, headers. Secure and __Host- follow SITE_URL.
SESSION_ENGINE = "investors.sessions"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_MINUTES = {"staff": 30, "investor": 60}
SESSION_HOURS_MAX = {"staff": 12, "investor": 24}
SESSION_COOKIE_AGE = 24 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
# Both reach beyond this site, to others of the firm that may know no https: only where the firm says so.
SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD = HSTS_INCLUDE_SUBDOMAINS, HSTS_PRELOAD
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}
CSRF_FAILURE_VIEW = "desk.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Redis is the broker only: what a page needs stays in PostgreSQL.
CACHES = {
    "default": {
        "BACKEND": "investors.cache.JSONCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},  # counters of tries: a flood of addresses must not push them out
    }
}

# --- Languages and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("fr", _("French")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SECURE = HTTPS
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# --- Files
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "documents.storage.PrivateStorage", "OPTIONS": {"location": f"{MEDIA_ROOT}/documents"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False

# --- What apps hand to those below them (design §2). A house test resolves every entry.
# Items that apps add to the checklists of a deal.
DEAL_CHECKS = {"open": ["inventory.services.lots_ready"], "close": ["inventory.services.holds_settled"]}
# What needs a person, on home, and what follows from a commitment, on its page: lists of {"template": …}.
HOME_NEEDS = ["fees.selectors.needs_of"]
COMMITMENT_FACTS = ["fees.selectors.of_commitment"]
NAV_COUNTS = [
    "investors.selectors.investor_nav_counts",
    "inventory.selectors.investor_nav_counts",
    "fees.selectors.investor_nav_counts",
    "introducers.selectors.investor_nav_counts",
    "approvals.selectors.staff_nav_counts",
    "operations.selectors.staff_nav_counts",
]
# What staff decide about: one subject for each kind of thing (approvals/subjects.py), and its row in approval_subjects.
APPROVAL_SUBJECTS = [
    "documents.subjects.DOCUMENT",
    "portfolio.subjects.VALUATION",
    "deals.subjects.DEAL_CHANGE",
    "inventory.subjects.COMMITMENT",
    "inventory.subjects.HOLD",
    "inventory.subjects.ALLOCATION",
    "inventory.subjects.EXIT",
    "fees.subjects.WRITE_OFF",
    "fees.subjects.UNDO",
    "fees.subjects.REFUND",
    "introducers.subjects.AGREEMENT",
    "introducers.subjects.PAYOUT",
]

# --- Every wait for others has a limit, in seconds. Mail: each step; the answer to a whole message, where giving up
# early would mean a second mail; all of it. A lease of notifications.services outlives the last.
EMAIL_TIMEOUT, EMAIL_ANSWER_SECONDS, EMAIL_LIMIT_SECONDS = 10, 120, 180

# --- Jobs
CELERY_BROKER_URL = REDIS_URL
# Mail has a queue and a worker of its own: a mail server that is silent keeps nothing else waiting.
CELERY_TASK_ROUTES = {"notifications.tasks.send_notices": {"queue": "mail"}}
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT, CELERY_TASK_SOFT_TIME_LIMIT = 900, 840
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# With the broker down a page that asks for a job waits for no second try: the job comes by the clock anyway.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 7200,
    "socket_connect_timeout": 1,
    "socket_timeout": 3,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BEAT_SCHEDULE = {
    "expire_reservations": {"task": "inventory.tasks.expire_reservations", "schedule": 60.0},
    "close_deals": {"task": "deals.tasks.close_deals", "schedule": 60.0},
    "lapse_commitments": {"task": "inventory.tasks.lapse_commitments", "schedule": 300.0},
    "warn_sla": {"task": "approvals.tasks.warn_sla", "schedule": 300.0},
    "send_notices": {"task": "notifications.tasks.send_notices", "schedule": 60.0},
    "make_audit_partitions": {"task": "audit.tasks.make_audit_partitions", "schedule": 86400.0},
    "write_anchor": {"task": "audit.tasks.write_anchor", "schedule": 600.0},
    "clear_sessions": {"task": "investors.tasks.clear_sessions", "schedule": 86400.0},
    "accrue_fees": {"task": "fees.tasks.accrue_fees", "schedule": 86400.0},
    "apply_certain_matches": {"task": "fees.tasks.apply_certain_matches", "schedule": 3600.0},
    "invoice_fees": {"task": "fees.tasks.invoice_fees", "schedule": 86400.0},
    "render_invoices": {"task": "fees.tasks.render_invoices", "schedule": 60.0},
    "remind_invoices": {"task": "fees.tasks.remind_invoices", "schedule": 21600.0},
    "accrue_commissions": {"task": "introducers.tasks.accrue_commissions", "schedule": 86400.0},
    "file_self_billing": {"task": "introducers.tasks.file_self_billing", "schedule": 300.0},
    "sweep_stored_files": {"task": "documents.tasks.sweep_stored_files", "schedule": 86400.0},
}
# Beat asks again next round: what no worker took by then is not done twice over later.
for _entry in CELERY_BEAT_SCHEDULE.values():
    _entry["options"] = {"expires": _entry["schedule"]}

# --- Logs: one structured line per request and per job; a job that a page asked for says the page's request id.
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO  # Django warns of them already
DJANGO_STRUCTLOG_USER_ID_FIELD = ""  # "profile" instead, bound where there is an identity to look it up with
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # it would believe any forwarded address; audit rows have the right one
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
_renderer = structlog.dev.ConsoleRenderer() if LOG_FORMAT == "console" else structlog.processors.JSONRenderer()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            # Redacting comes last and looks at the text itself, so that no logger and no field gets past it.
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer, redact],
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # No logger has a handler of its own: Django's two would write whole paths.
    "loggers": {
        "django": {"handlers": []},
        "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
        "axes": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "factur-x": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},  # it has a handler of its own too, unless it finds one
        "weasyprint.progress": {"level": "WARNING"},
    },
}
