"""Settings, from the environment only; `docs/configuration.md` lists every variable."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from eunion.config import env

ROOT = Path(__file__).resolve().parents[3]
VAR = Path(env.text("EUNION_VAR", str(ROOT / "var")))

DEBUG = env.flag("EUNION_DEBUG")
PRODUCTION = env.flag("EUNION_PRODUCTION")
SECRET_KEY = env.text("EUNION_SECRET_KEY")
FIELD_KEYS = env.listing("EUNION_FIELD_KEY")
INDEX_KEY = env.text("EUNION_INDEX_KEY")
if not (SECRET_KEY and FIELD_KEYS and INDEX_KEY):
    raise ImproperlyConfigured(
        "EUNION_SECRET_KEY, EUNION_FIELD_KEY and EUNION_INDEX_KEY are not set; "
        "start through ./eunion, which keeps them in var/secrets.json"
    )

PUBLIC_URL = env.text("EUNION_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = env.listing("EUNION_ALLOWED_HOSTS", [PUBLIC_HOST, "127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
HTTPS = PUBLIC_URL.startswith("https:")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "eunion_session"
CSRF_COOKIE_NAME = "eunion_csrf"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
# The virtual phone shows member pages in a frame; in production nobody may.
FRAME_ANCESTORS = env.listing("EUNION_FRAME_ANCESTORS")

INSTALLED_APPS = [
    "eunion.kernel",
    "eunion.registry",
    "eunion.channels",
    "eunion.channels.wechat",
    "eunion.channels.community",
    "eunion.channels.sms",
    "eunion.channels.wecom",
    "eunion.channels.inbox",
    "eunion.content",
    "eunion.broadcast",
    "eunion.assistant",
    "eunion.booking",
    "eunion.cases",
    "eunion.portal",
    "eunion.backoffice",
    *(["eunion.sandbox.demo"] if not PRODUCTION else []),
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "eunion.portal.weixin",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "eunion.kernel.middleware.FrameAncestors",
    "eunion.kernel.middleware.PlainAddress",
    "eunion.kernel.middleware.DomainErrors",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "eunion.backoffice.middleware.SecondFactor",
]

ROOT_URLCONF = "eunion.config.urls"
ASGI_APPLICATION = "eunion.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def _database(url: str) -> dict[str, object]:
    """Read a postgresql:// URL; a socket directory may come as ?host=/path."""
    parts = urlsplit(url)
    pool = env.number("EUNION_DB_POOL", 12)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "eunion",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        # Under ASGI each request has its own thread: a pool keeps connections, CONN_MAX_AGE would not.
        "OPTIONS": {"pool": {"min_size": 2, "max_size": pool, "timeout": 10}} if pool else {},
    }


DATABASES = {"default": _database(env.text("DATABASE_URL", "postgresql://127.0.0.1/eunion"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "registry.User"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [VAR / "frontend"] if (VAR / "frontend").is_dir() else []
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
# Uploads that carry personal data: never under MEDIA_ROOT, served only by a view that asks.
PRIVATE_ROOT = VAR / "private"
# What WeChat's and WeCom's consoles give to download, to see that the domain is ours.
VERIFY_ROOT = VAR / "verify"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_ROOT), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": env.text(
            "EUNION_STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/signin/"
CSRF_FAILURE_VIEW = "eunion.portal.pages.csrf_failed"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_ADAPTER = "eunion.portal.signin.MemberAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "eunion.backoffice.mfa.EncryptingAdapter"
MFA_TOTP_ISSUER = "E工会"

# An edit after an approval sends the page back to the first reviewer.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_SITE_NAME = "E工会"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_NOTIFICATION_USE_HTML = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# WeChat's hosts; in the demo both point at the sandbox.
WECHAT_API_URL = env.text("EUNION_WECHAT_API_URL", "https://api.weixin.qq.com").rstrip("/")
WECHAT_OPEN_URL = env.text("EUNION_WECHAT_OPEN_URL", "https://open.weixin.qq.com").rstrip("/")
# Member pages load this inside WeChat alone; the sandbox has a stand-in.
WECHAT_JSSDK_URL = env.text("EUNION_WECHAT_JSSDK_URL", "https://res.wx.qq.com/open/js/jweixin-1.6.0.js")
# WeChat Pay; in the demo the sandbox.
WECHAT_PAY_URL = env.text("EUNION_WECHAT_PAY_URL", "https://api.mch.weixin.qq.com").rstrip("/")
# The text-message providers' two kinds of interface, and WeCom's host.
SMS_A_URL = env.text("EUNION_SMS_A_URL", "https://dysmsapi.aliyuncs.com").rstrip("/")
SMS_B_URL = env.text("EUNION_SMS_B_URL", "https://sms.tencentcloudapi.com").rstrip("/")
WECOM_API_URL = env.text("EUNION_WECOM_API_URL", "https://qyapi.weixin.qq.com").rstrip("/")
SANDBOX_URL = env.text("EUNION_SANDBOX_URL").rstrip("/")
# Raster tiles under the maps (GCJ-02, {x}{y}{z}); empty = the grids' own outlines alone.
MAP_TILE_URL = env.text("EUNION_MAP_TILE_URL")

# What computes meaning for 雲博士: the model inside the wheel, or any server with an OpenAI-compatible /v1/embeddings.
EMBEDDER_URL = env.text("EUNION_EMBEDDER_URL").rstrip("/")
EMBEDDER_KEY = env.text("EUNION_EMBEDDER_KEY")
EMBEDDER_MODEL = env.text("EUNION_EMBEDDER_MODEL")
# The optional language model (OpenAI-compatible): it may phrase what was found, never invent; empty = off.
LLM_URL = env.text("EUNION_LLM_URL").rstrip("/")
LLM_KEY = env.text("EUNION_LLM_KEY")
LLM_MODEL = env.text("EUNION_LLM_MODEL")
LLM_TIMEOUT_S = env.number("EUNION_LLM_TIMEOUT_S", 3)

# Notices wait between these hours (local time) unless urgent; equal hours switch the rule off.
QUIET_FROM_HOUR = env.number("EUNION_QUIET_FROM_HOUR", 22)
QUIET_UNTIL_HOUR = env.number("EUNION_QUIET_UNTIL_HOUR", 8)

PROCRASTINATE_ON_APP_READY = "eunion.kernel.jobs.on_app_ready"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("EUNION_LOG_LEVEL", "INFO")},
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("procrastinate", "django_tasks", "wagtail", "weasyprint", "fontTools")
    },
}
