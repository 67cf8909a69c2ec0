"""Settings. One file; what differs between places comes from the environment.

JIEFEN_HOME        data folder (default ./var): embedded server, files, keys, log
DATABASE_URL       plain role that serves (web, worker); without it the embedded server is used
DATABASE_OWNER_URL role that owns the tables and migrates
JIEFEN_HEADS_COPY  folder, better on another machine, that gets the daily notes of the chains too
JIEFEN_SECRET      Django's secret; without it one is made once and kept beside the keys
JIEFEN_HOSTS       names this site answers to, with commas
JIEFEN_DEBUG       1 for templates that reload and a debug page
JIEFEN_SECURE      1 behind HTTPS: secure cookies and HSTS
"""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF

from jiefen.kernel.embedded import jiefen_home, resolve_urls

HOME = jiefen_home()
KEYS = HOME / "keys"
FILES = HOME / "files"
HEADS = HOME / "heads"
HEADS_COPY = os.environ.get("JIEFEN_HEADS_COPY", "")
DEBUG = os.environ.get("JIEFEN_DEBUG") == "1"
SECURE = os.environ.get("JIEFEN_SECURE") == "1"


def _kept_secret(name: str) -> str:
    """A secret made once and kept with the keys, readable by this user only."""
    KEYS.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = KEYS / name
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = os.environ.get("JIEFEN_SECRET") or _kept_secret("django.secret")
ALLOWED_HOSTS = os.environ.get("JIEFEN_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "pgtrigger",
    "procrastinate.contrib.django",
    "jiefen.kernel",
    "jiefen.people",
    "jiefen.places",
    "jiefen.files",
    "jiefen.procedures",
    "jiefen.cases",
    "jiefen.papers",
    "jiefen.notices",
    "jiefen.intake",
    "jiefen.mediation",
    "jiefen.oversight",
    "jiefen.triage",
    "jiefen.analytics",
    "jiefen.channels",
    "jiefen.privacy",
    "jiefen.desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jiefen.desk.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "jiefen.desk.door.ActorMiddleware",
]

ROOT_URLCONF = "jiefen.config.urls"
ASGI_APPLICATION = "jiefen.config.asgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).resolve().parent.parent / "desk" / "templates"],  # before those of the sign-in packages
        "OPTIONS": {
            "loaders": [
                (
                    "jiefen.desk.still.Loader",  # compiled once, with what never moves put together
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "csp.context_processors.nonce",
                "jiefen.desk.context.page",
            ],
        },
    }
]


def _database(url: str, *, pool: bool) -> dict:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    options: dict = {}
    if pool:
        # A native pool: persistent connections leak under ASGI. Two web threads and a worker need no more.
        options["pool"] = {"min_size": 1, "max_size": int(os.environ.get("JIEFEN_POOL", "8")), "timeout": 15}
        # Only what `kernel.ask` asks is prepared, never what the mapper spells out.
        options["prepare_threshold"] = 10**9
    if "sslmode" in query:
        options["sslmode"] = query["sslmode"]
    return {
        "ENGINE": "jiefen.kernel.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "jiefen",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": query.get("port") or str(parts.port or ""),
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,  # the actor middleware opens the request's transaction together with its scope
        "CONN_HEALTH_CHECKS": True,
    }


_urls = resolve_urls()
DATABASES = {"default": _database(_urls.app, pool=True), "owner": _database(_urls.owner, pool=False)}
DATABASES["owner"]["TEST"] = {"DEPENDENCIES": []}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# One schema, two ways in: only the owner migrates, only the plain role serves.

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
CSRF_FAILURE_VIEW = "jiefen.desk.errors.stale_form"
LOGIN_URL = "/signin/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "jiefen.desk.signin.StaffOnlyAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# Counted in `desk.knocking`, across processes; by address alone a neighbour could shut out everybody behind the same one.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = "解纷"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "jiefen.desk.knocking.name_typed"
AXES_CLIENT_IP_CALLABLE = "jiefen.desk.limits.origin"
AXES_WHITELIST_CALLABLE = "jiefen.desk.knocking.is_known"
AXES_LOCKOUT_TEMPLATE = "desk/locked.html"
AXES_NEVER_LOCKOUT_GET = True
AXES_VERBOSE = False

SESSION_ENGINE = "jiefen.desk.sessions"
SESSION_COOKIE_AGE = 9 * 3600  # one working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, "'unsafe-inline'"],  # widths of drawn bars; no user text reaches a style attribute
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "desk" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("JIEFEN_STATIC", HOME / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or os.environ.get("JIEFEN_PLAIN_STATIC") == "1"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = False
WHITENOISE_USE_FINDERS = os.environ.get("JIEFEN_PLAIN_STATIC") == "1"

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_personal": {"()": "jiefen.kernel.logs.NoPersonalFields"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_personal"]}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("JIEFEN_LOG", "WARNING")},
}

PGHISTORY_FIELD = None
SILENCED_SYSTEM_CHECKS = ["models.W042"]
