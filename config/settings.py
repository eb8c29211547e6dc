"""Settings, read from the environment. A wrong value stops the start with one sentence."""

from datetime import timedelta
from importlib import import_module
from logging import DEBUG as DEBUG_LEVEL
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import environment as env
from config import errors, files, logs, shop_settings

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_file(BASE_DIR / ".env")

DEBUG = env.boolean("DEBUG", default=False)
DEMO = env.boolean("DEMO", default=False)
SECRET_KEY = env.secret_key()
SECRET_KEY_FALLBACKS = env.old_secret_keys()
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS")
# The shop's one address: where browsers, mails and payment gateways find it.
SITE_URL = env.url("SITE_URL", schemes=("https", "http"), default=f"https://{ALLOWED_HOSTS[0]}")
# Plain HTTP is for the demo on a loopback host alone.
IS_PLAIN = DEBUG or env.boolean("PLAIN_HTTP", default=False) or (DEMO and SITE_URL[:5] == "http:")
IS_HTTPS = not IS_PLAIN
# For tests and for shops whose pictures lie on a server beside them: else public servers only.
FETCH_FROM_PRIVATE_HOSTS = env.boolean("FETCH_FROM_PRIVATE_HOSTS", default=False)
TRUSTED_PROXIES = env.names("TRUSTED_PROXIES", default="127.0.0.1,::1")
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(SITE_URL))]
DATABASES = env.databases()
# Whose tables they are: `migrate` and its kind connect as this role (core.database.roles).
DATABASE_OWNER = env.database_owner()
DATABASE_ROUTERS = ["core.database.replica.Router"] if "replica" in DATABASES else []
REDIS_URL = env.redis_url()
MONGODB_URL = env.mongodb_url()
SEARCH_URL = env.search_url()
# With it Prometheus may read /metrics from other machines.
METRICS_TOKEN = env.token("METRICS_TOKEN")
SENTRY_DSN = env.url("SENTRY_DSN", schemes=("http", "https"), default="")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the e-mail is unique by an index that ignores case
    "security.W004",  # the proxy sends Strict-Transport-Security when SECURE_HSTS_SECONDS is 0
]

INSTALLED_APPS = [
    "modeltranslation",
    "backoffice.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "core.apps.StaticFiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "constance",
    "csp",
    "django_countries",
    "django_htmx",
    "django_structlog",
    "pgtrigger",
    "phonenumber_field",
    "post_office",
    "tree_queries",
    "core",
    "pagecache",
    "outbox",
    "accounts",
    "audit",
    "catalog",
    "inventory",
    "waitingroom",
    "orders",
    "promotions",
    "shipping",
    "cart",
    "payments",
    "reviews",
    "complaints",
    "purchasing",
    "checkout",
    "returns",
    "invoicing",
    "payouts",
    "till",
    "privacy",
    "sellers",
    "storefront",
    "backoffice",
    "demoshop",
    # Packages of others come last: they build on everything, and nothing here knows of them.
    *env.packages("EXTRA_APPS"),
]
MIDDLEWARE = [
    "backoffice.monitoring.views.MonitoringMiddleware",
    "core.web.hosts.OneAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "core.caching.values.OneGenerationMiddleware",
    "core.web.csp.PolicyMiddleware",
    "storefront.middleware.PermissionsPolicyMiddleware",
    "storefront.middleware.PrefetchMiddleware",
    "storefront.middleware.KeepPrivateMiddleware",
    "pagecache.middleware.OwnWritesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.VisitorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "audit.middleware.TraceMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "storefront.middleware.MovedMiddleware",
    "pagecache.middleware.InvalidateAfterEditsMiddleware",
    "cart.middleware.CartCookieMiddleware",
    "core.observability.request_log.RequestLogMiddleware",
]

TEMPLATE_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.template.context_processors.i18n",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "storefront.context.shop",
]
# Shoppers' pages are Jinja2's, the admin's and mails Django's (docs/decisions/0038).
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "shop",
        "DIRS": [BASE_DIR / "templates/shop"],
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "core.web.jinja.environment",
            "context_processors": CONTEXT_PROCESSORS,
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "django",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
            "context_processors": CONTEXT_PROCESSORS,
        },
    },
]

FORM_RENDERER = "core.web.form_renderer.FormRenderer"

# The default language has the bare addresses, the other its prefix: one address, the same bytes.
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LANGUAGE_CODE = env.choice("DEFAULT_LANGUAGE", ("es", "en"), default="es")
MODELTRANSLATION_DEFAULT_LANGUAGE = LANGUAGE_CODE
MODELTRANSLATION_FALLBACK_LANGUAGES = (LANGUAGE_CODE, "en" if LANGUAGE_CODE == "es" else "es")
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = env.text("TIME_ZONE", default="America/Lima")

# Redis: carts and locks speak to it directly and say so when it is away; the cache alone forgives.
CACHES = env.caches(REDIS_URL)
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())

import_module("config.celery")  # every process that has settings publishes its tasks to our broker
CELERY_BROKER_URL = env.broker_url(default=REDIS_URL)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    # Without these a publisher would wait for a broker that is away, and with it a shopper.
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    # A task that is not acknowledged by then is given to another worker. A backup or a check of all
    # orders may take hours.
    "visibility_timeout": int(timedelta(hours=6).total_seconds()),
    **env.broker_options(CELERY_BROKER_URL),
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE

# Accounts
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"accounts.validators.{name}Validator"}
    for name in ("Similarity", "Length", "Common", "Numbers", "ShopsName")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "signup": "accounts.password_forms.SignupForm",
    "change_password": "accounts.password_forms.ChangePasswordForm",
    "set_password": "accounts.password_forms.SetPasswordForm",
    "reset_password_from_key": "accounts.password_forms.ResetPasswordKeyForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Who sits down before somebody's open session does not take the account over by its addresses.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=6).total_seconds())
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Phones are half a minute late or early, and so are people.
MFA_TOTP_TOLERANCE = 1

# Mail waits in the database, written in the transaction that caused it; a worker sends it.
EMAIL_BACKEND = "post_office.EmailBackend"
POST_OFFICE = {
    "BACKENDS": {"default": env.email_backend()},
    "DEFAULT_PRIORITY": "medium",
    "CELERY_ENABLED": False,
    # The same for each attempt, so that a mail whose answer was lost does not come twice.
    "MESSAGE_ID_ENABLED": True,
    "MESSAGE_ID_FQDN": urlsplit(SITE_URL).hostname,
    "FILE_STORAGE": "mail",
}
vars().update(env.email_settings(files.folder("mail", BASE_DIR / ".data") / "sent"))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", default="Vitrina <shop@localhost>")

# Mails and papers lie far below the app that keeps the logo.
LOGO_FILES = "storefront.selectors.logo_files"

CONSTANCE_CONFIG = shop_settings.CONSTANCE_CONFIG
CONSTANCE_CONFIG_FIELDSETS = shop_settings.CONSTANCE_CONFIG_FIELDSETS
CONSTANCE_ADDITIONAL_FIELDS = shop_settings.CONSTANCE_ADDITIONAL_FIELDS
CONSTANCE_BACKEND = "core.caching.live_settings.SnapshotBackend"
# Administrators have the right as well (accounts/permissions.py).
CONSTANCE_SUPERUSER_ONLY = False

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# As config.local has it: the embedded servers lie there.
STORE_DATA = BASE_DIR / env.text("STORE_DATA", default=".data")
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", default=str(BASE_DIR / ".data" / "media")))
# Hashed names need `collectstatic`, which tests do without: they read the files where they lie.
PLAIN_STATIC = env.boolean("PLAIN_STATIC", default=DEBUG)
STATIC_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if PLAIN_STATIC
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = files.storages(BASE_DIR / ".data") | {"staticfiles": {"BACKEND": STATIC_STORAGE}}
S3_ACCESS = files.access()
# Where the clock writes a backup to each night; how many stay there; and what seals them.
BACKUP_TO = env.text("BACKUP_TO", default="")
BACKUP_KEEP = env.number("BACKUP_KEEP", default=14, most=10_000)
BACKUP_KEY = env.token("BACKUP_KEY")
WHITENOISE_MAX_AGE = 31_536_000
# Nobody asks for the others, and to compress a file takes a while.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ADD_HEADERS_FUNCTION = files.add_headers
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = PLAIN_STATIC

# Asked for every few minutes while all is well, so that somebody elsewhere notices silence.
PING_URL = env.url("PING_URL", schemes=("https", "http"), default="")

# Security.
ADMIN_PATH = env.admin_path()
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
# Signed links are keys: they travel to no other site. Stricter, browsers would name no origin
# for the forms of those pages, and all of them would be refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrftoken"
MESSAGE_STORAGE = "core.web.cookies.Notices"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

SIMULATOR_API_BASE = env.url("SIMULATOR_API_BASE", schemes=("http", "https"), default="")
SIMULATOR_SECRET = env.text("SIMULATOR_SECRET", default="")
# The same server as browsers see it, where that differs.
SIMULATOR_PUBLIC_URL = env.url(
    "SIMULATOR_PUBLIC_URL", schemes=("http", "https"), default=SIMULATOR_API_BASE
)
GATEWAY_SETTINGS = env.gateways()

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *files.media_origin()],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # A checkout's answer leads to the page of the gateway.
        "form-action": [
            SELF,
            "https://checkout.stripe.com",
            "https://*.paypal.com",
            "https://*.mercadopago.com",
            "https://*.mercadopago.com.pe",
            "https://*.mercadopago.com.mx",
            "https://*.mercadopago.cl",
            "https://*.mercadopago.com.co",
            "https://*.mercadopago.com.ar",
            "https://*.mercadopago.com.br",
            "https://*.mercadopago.com.uy",
            "https://*.conekta.com",
            *([SIMULATOR_PUBLIC_URL] if SIMULATOR_PUBLIC_URL else []),
            *(each["API_BASE"] for each in GATEWAY_SETTINGS.values() if each["API_BASE"]),
            *env.origins("PAYMENT_PAGES"),
        ],
    }
}

# Of a file that is no page.
FILE_SECURITY_POLICY = files.OPENED_ALONE

LOGGING = logs.configure()
# The audit and the proxy know addresses; lines of the log go further and stay longer.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# One line for a request, once it is known how it ended.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = DEBUG_LEVEL
errors.report_to(SENTRY_DSN)
# Where traces are sent to, by `core.observability.tracing`.
OTEL_EXPORTER_OTLP_ENDPOINT = env.otlp_endpoint()
if OTEL_EXPORTER_OTLP_ENDPOINT:
    MIDDLEWARE.insert(0, "core.observability.tracing.TracingMiddleware")
