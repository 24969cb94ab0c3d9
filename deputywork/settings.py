"""One page of settings, all from the environment; nothing set = embedded defaults.

Embedded: SQLite (WAL, IMMEDIATE transactions) and a Valkey server of our own, both
keeping their files under VAR_DIR. DATABASE_URL and REDIS_URL switch to PostgreSQL and
Redis; nothing else has to change. docs/operations.md explains each variable.
"""

import os
from pathlib import Path

import environ
from celery.schedules import crontab

from common.crypto import kept_key
from common.database import database_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- where things lie ------------------------------------------------------------
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).absolute()
VAR_DIR.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = VAR_DIR / "media"  # never served directly, only through a permission
MEDIA_URL = "/files/"
# Where the charts of reports keep their list of fonts.
os.environ.setdefault("MPLCONFIGDIR", str(VAR_DIR / "matplotlib"))

# --- secrets: made and kept at the first start when not given ---------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_key(VAR_DIR / "secret.key")
# First key encrypts, all of them decrypt: put a new one in front to rotate.
FIELD_KEYS = env.list("FIELD_KEYS", default=[]) or [kept_key(VAR_DIR / "field.key")]

# --- who may call us ----------------------------------------------------------------
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Addresses of our own reverse proxies, whose X-Forwarded-For may be believed.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "style-src": "'self'",
    "script-src": "'self'",
    "font-src": "'self'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
X_FRAME_OPTIONS = "DENY"

# --- the parts ------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # its widget templates, for common.forms.FormRenderer
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "axes",
    "audit",
    "common",
    "areas",
    "accounts",
    "notices",
    "deputies",
    "stations",
    "activities",
    "proposals",
    "reports",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.SecurityHeadersMiddleware",
    "common.middleware.BadInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    # Around the session limits, whose redirects htmx must follow too.
    "django_htmx.middleware.HtmxMiddleware",
    "common.middleware.HtmxRedirectMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "common.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "deputywork.urls"
WSGI_APPLICATION = "deputywork.wsgi.application"
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
                "accounts.context.shell",
            ],
            "builtins": ["common.templatetags.ui", "django.templatetags.static"],
        },
    },
]
FORM_RENDERER = "common.forms.FormRenderer"

# --- rows, queue, cache ---------------------------------------------------------------
DATABASES = {"default": database_settings(env, VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

VALKEY_SOCKET = VAR_DIR / "valkey.sock"  # of the embedded server
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "common.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL or f"unix://{VALKEY_SOCKET}",
        "KEY_PREFIX": "dw",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "deputywork.views.csrf_failure"
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_MINUTES", default=30) * 60
SESSION_TOTAL_SECONDS = env.int("SESSION_TOTAL_HOURS", default=8) * 3600

CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{VALKEY_SOCKET}"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("WORKER_PROCESSES", default=2)
CELERY_TASK_TIME_LIMIT = 1500  # below half the visibility time-out, see below
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.int("VISIBILITY_TIMEOUT", default=3600),
    "unacked_restore_throttle": 1,
    # A web request may not hang while the broker is away; the sweep sends later.
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "max_retries": 1,  # kombu's own default waits six seconds
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "send-due-notices": {"task": "notices.tasks.send_due", "schedule": 60.0},
    "plan-reception-notices": {
        "task": "stations.tasks.plan_reception_notices",
        "schedule": crontab(hour="*/2", minute="10"),
    },
    "announce-coming-days": {
        "task": "stations.tasks.announce_coming_days",
        "schedule": crontab(hour="8-18", minute="5"),
    },
    "forget-bookings": {
        "task": "stations.tasks.forget_bookings",
        "schedule": crontab(hour="3", minute="30"),
    },
    "plan-deadline-notices": {
        "task": "proposals.tasks.plan_deadline_notices",
        "schedule": crontab(hour="*/2", minute="20"),
    },
    "sweep-uploads": {"task": "proposals.tasks.sweep_uploads", "schedule": 600.0},
    "sweep-station-files": {
        "task": "stations.tasks.sweep_station_files",
        "schedule": 3600.0,
    },
    "sweep-activity-files": {
        "task": "activities.tasks.sweep_activity_files",
        "schedule": 3600.0,
    },
    "fold-figures": {"task": "reports.tasks.fold_figures", "schedule": 60.0},
    "draft-monthly-reports": {
        "task": "reports.tasks.draft_monthly_reports",
        "schedule": crontab(day_of_month="1", hour="5", minute="0"),
    },
    "sweep-reports": {"task": "reports.tasks.sweep_reports", "schedule": 120.0},
    "sweep-imports": {"task": "areas.tasks.sweep_imports", "schedule": 120.0},
    "seal-audit": {"task": "common.tasks.seal_audit", "schedule": 60.0},
}

# --- people ---------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthAndClassesValidator"},
    {"NAME": "accounts.passwords.NotAboutTheUserValidator"},
    {"NAME": "accounts.passwords.NotCommonValidator"},
    {"NAME": "accounts.passwords.NotUsedBeforeValidator"},
]
PASSWORD_MAX_AGE_DAYS = env.int("PASSWORD_MAX_AGE_DAYS", default=90)
# 网络安全等级保护基本要求: five failures, ten minutes.
AXES_FAILURE_LIMIT = env.int("LOCK_AFTER", default=5)
AXES_COOLOFF_TIME = env.int("LOCK_MINUTES", default=10) / 60
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.views.sign_in.locked_out"
AXES_RESET_ON_SUCCESS = True
# The page says until when; trying again meanwhile must not move that.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has every sign-in
AXES_CLIENT_IP_CALLABLE = "common.middleware.client_address"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# --- REST -----------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.TokenAuthentication",
        "common.api.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.tokens.IsAllowed"],
    "DEFAULT_RENDERER_CLASSES": ["common.api.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "common.api.CursorPages",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.tokens.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {"token": env.str("API_RATE", default="600/min")},
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.problems.problem_details",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "人大代表联络站 REST 接口",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "deputywork.schema.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ProposalStatus": "proposals.choices.Status",
        "ProposalKind": "proposals.choices.Kind",
        "Satisfaction": "proposals.choices.Satisfaction",
    },
}
REST_KNOX = {
    "SECURE_HASH_ALGORITHM": "hashlib.sha512",
    "AUTO_REFRESH": False,
    "TOKEN_MODEL": "accounts.ApiToken",
}
KNOX_TOKEN_MODEL = "accounts.ApiToken"  # noqa: S105 (a model, no secret)
# knox's own table, which ours replaces, is not made: nothing would ever empty it.
MIGRATION_MODULES = {"knox": None}

# --- language and time ----------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = []

# --- files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a missing folder
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", BASE_DIR / "vendor")]
(BASE_DIR / "vendor").mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True  # the demo serves straight from the folders
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "common.uploads.CutOffUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 5  # of one request; pages ask for one
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
UPLOAD_MAX_IMAGE_BYTES = 10 * 1024 * 1024

# --- what is said about itself --------------------------------------------------------
# Rates of public forms and look-ups: (how many, in how many seconds) for one address.
PUBLIC_RATES = {
    "say": (60, 3600),
    "track": (30, 600),
    "rate": (20, 600),
    "book": (30, 3600),
    "page": (600, 600),
}
# Whoever sends a public form sooner than this after opening it is a machine.
PUBLIC_FORM_SECONDS = env.int("PUBLIC_FORM_SECONDS", default=3)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "ERROR"}, "django.request": {"level": "ERROR"}},
}
TEST_RUNNER = "django.test.runner.DiscoverRunner"
SILENCED_SYSTEM_CHECKS = [] if HTTPS else ["security.W004", "security.W008"]
