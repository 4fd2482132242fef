"""One settings file for the demo, the tests and production; all that differs comes from the environment.

The variables are listed, with their meaning, in ``docs/settings.md``.
"""

from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.text("PLI_VAR", str(BASE_DIR / "var" / "demo"))).resolve()

DEBUG = env.flag("PLI_DEBUG", False)
SECRET_KEY = env.text("PLI_SECRET_KEY")
BASE_URL = env.text("PLI_BASE_URL", "http://localhost:8000").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.words("PLI_HOSTS", f"{urlsplit(BASE_URL).hostname},localhost,127.0.0.1")

# --- the academy -----------------------------------------------------------------------------
ACADEMY_NAME = env.text("PLI_ACADEMY_NAME", "Académie de Normandie")
SERVICE_NAME = env.text("PLI_SERVICE_NAME", "Messagerie")
# The first domain is the one of new addresses; the others still receive.
DOMAINS = [
    domain.lower() for domain in env.words("PLI_DOMAINS", "ac-normandie.fr,ac-rouen.fr,ac-caen.fr")
]
HELP_URL = env.text("PLI_HELP_URL", "")
SKIN = env.choice("PLI_SKIN", ("neutre", "etat"), "neutre")

# --- the mail servers ------------------------------------------------------------------------
IMAP_HOST = env.text("PLI_IMAP_HOST", "localhost")
IMAP_PORT = env.number("PLI_IMAP_PORT", 993)
SMTP_HOST = env.text("PLI_SMTP_HOST", "localhost")
SMTP_PORT = env.number("PLI_SMTP_PORT", 465)
# The authority that signed the mail servers' certificates; empty: the system's own list.
MAIL_CA_FILE = env.text("PLI_MAIL_CA_FILE", "")
# Where mail programs connect, as people read it.
PUBLIC_IMAP_HOST = env.text("PLI_PUBLIC_IMAP_HOST", IMAP_HOST)
PUBLIC_IMAP_PORT = env.number("PLI_PUBLIC_IMAP_PORT", IMAP_PORT)
PUBLIC_SMTP_HOST = env.text("PLI_PUBLIC_SMTP_HOST", SMTP_HOST)
PUBLIC_SMTP_PORT = env.number("PLI_PUBLIC_SMTP_PORT", SMTP_PORT)
# Dovecot's HTTP interface, which may do nothing but end connections. Empty: not reachable.
DOVEADM_URL = env.text("PLI_DOVEADM_URL", "")
DOVEADM_KEY = env.text("PLI_DOVEADM_KEY", "")
# With this key Dovecot reports how sign-ins of mail programs ended. Empty: it may not.
MAIL_POLICY_KEY = env.text("PLI_MAIL_POLICY_KEY", "")
# "token": our own Dovecot and Postfix take Pli's tokens. "password": servers of somebody else, where Pli
# signs in with the password that the person typed here, while they have a page open.
MAIL_AUTH = env.choice("PLI_MAIL_AUTH", ("token", "password"), "token")
# IMAP connections that wait for the next request, per process; 0 keeps none.
IMAP_POOL_SIZE = env.number("PLI_IMAP_POOL_SIZE", 20)
MAIL_TIMEOUT = env.number("PLI_MAIL_TIMEOUT", 10)  # seconds, per network operation
# Pli signs short-lived tokens with this ES256 key; Dovecot holds the public half (DESIGN, §2).
TOKEN_KEY_FILE = env.text("PLI_TOKEN_KEY_FILE", str(VAR / "keys" / "token-private.pem"))
TOKEN_KEY_ID = env.text("PLI_TOKEN_KEY_ID", "k1")
TOKEN_ISSUER = env.text("PLI_TOKEN_ISSUER", BASE_URL)
TOKEN_SECONDS = env.number("PLI_TOKEN_SECONDS", 300)
# With SQLite the mail servers never read the site's own database but this copy (DESIGN, §2).
MAIL_LOOKUP_FILE = env.text("PLI_MAIL_LOOKUP_FILE", str(VAR / "db" / "mail.sqlite3"))
# With PostgreSQL they read the views as this role, granted at each `migrate` where it exists.
MAIL_ROLE = env.text("PLI_MAIL_ROLE", "pli_mail")

# --- Django ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    # Without its own discovery of pages: accounts/technical says which there are.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "audit",
    "accounts",
    "mailboxes",
    "directory",
    "activation",
    "webmail",
    "sample",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.sealed.sealed_password.SealedPasswordMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.signing_in.activity.LastSeenMiddleware",
    "webmail.caching.SharedComputerMiddleware",
    "webmail.errors.MethodPageMiddleware",
    "webmail.error_pages.MailServerMiddleware",
    "accounts.read_only.ReadOnlyMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["config.known_places"],
            "libraries": {"i18n": "config.known_words", "static": "config.known_places"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "webmail.context.site",
                "accounts.agents.announcements.banner",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja"],
        "OPTIONS": {"environment": "webmail.fast_templates.environment"},
    },
]

# config/known_words.py and known_places.py stand in the place of Django's libraries of those names.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

# What one process answers at the same time; more would only wait for each other.
PAGES_AT_ONCE = env.number("PLI_PAGES_AT_ONCE", 8)


def database(url: str) -> dict[str, Any]:
    """Django's settings for ``sqlite:///path`` or ``postgres://user:password@host:port/name``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path),
            # A file like the real one: threads and processes of a test share it.
            "TEST": {"NAME": f"{unquote(parts.path)}.test"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": env.text("PLI_DATABASE_PASSWORD", unquote(parts.password or "")),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or 5432),
            "OPTIONS": {
                # Downloads and streams ask too, in threads of their own.
                "pool": {"min_size": 1, "max_size": 2 * PAGES_AT_ONCE},
                # For the cursors of config/prepared.py alone: Django's own never keep a plan.
                "prepare_threshold": 2,
            },
        }
    raise ImproperlyConfigured("PLI_DATABASE_URL must start with sqlite:/// or postgres://.")


DATABASES = {"default": database(env.text("PLI_DATABASE_URL", f"sqlite:///{VAR}/db/pli.sqlite3"))}

REDIS_URL = env.text("PLI_REDIS_URL", "redis://localhost:6379/0")
# Not the broker's database: emptying the cache must not forget the queues.
CACHE_URL = env.text("PLI_CACHE_URL", f"{REDIS_URL.rpartition('/')[0]}/1")
CACHES = {
    "default": {
        "BACKEND": "config.cache.LastingRedisCache",
        "LOCATION": CACHE_URL,
        # A Redis that was started again has closed the connections that wait here: try once more.
        "OPTIONS": {"retry": Retry(NoBackoff(), 1), "retry_on_error": [RedisConnectionError]},
    }
}
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "pli_session"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.number("PLI_SESSION_HOURS", 12) * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- sign-in ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.sessions.Backend"]
PASSWORD_HASHERS = ["accounts.hashers.MailServerArgon2"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.signing_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_FORMS = {"login": "accounts.signing_in.forms.LoginForm"}
# accounts/throttling counts in the database, before verification; allauth's own limits count in Redis
# and would block a staff room, which shares one address.
ACCOUNT_RATE_LIMITS = False
# How long one need not type the password again before the next sensitive act.
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.number("PLI_CONFIRMATION_MINUTES", 5) * 60
ACCOUNT_LOGIN_TIMEOUT = 900  # seconds that a half-finished sign-in waits
MFA_RATE_LIMITS = False
MFA_ADAPTER = "accounts.second_factor.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.second_factor.forms.CodeForm",
    "reauthenticate": "accounts.second_factor.forms.ReauthenticationCodeForm",
    "activate_totp": "accounts.second_factor.forms.ActivationForm",
    "add_webauthn": "accounts.second_factor.forms.PasskeyForm",
    "login_webauthn": "accounts.second_factor.forms.PasskeySignInForm",
    "reauthenticate_webauthn": "accounts.second_factor.forms.PasskeyConfirmForm",
    "authenticate_webauthn": "accounts.second_factor.forms.PasskeyCheckForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TRUST_ENABLED = True
TRUSTED_DEVICE_DAYS = env.number("PLI_TRUSTED_DEVICE_DAYS", 30)
MFA_TOTP_ISSUER = SERVICE_NAME
MFA_TOTP_TOLERANCE = 1  # periods of 30 s before and after: clocks of telephones drift
USERSESSIONS_TRACK_ACTIVITY = False  # at each request; LastSeenMiddleware does it seldom
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("PLI_PROXIES", 0)

# IDENTITY rules, "Password"
PASSWORD_MIN_LENGTH = env.number("PLI_PASSWORD_MIN_LENGTH", 15)
PASSWORD_MIN_LENGTH_WITH_SECOND_FACTOR = env.number("PLI_PASSWORD_MIN_LENGTH_WITH_SECOND_FACTOR", 8)
PASSWORD_MAX_LENGTH = env.number("PLI_PASSWORD_MAX_LENGTH", 128)
PASSWORD_MIN_GUESSES_LOG10 = env.number("PLI_PASSWORD_MIN_GUESSES_LOG10", 10)
AUTH_PASSWORD_VALIDATORS = [{"NAME": "accounts.passwords.validator.PasswordRulesValidator"}]
# IDENTITY rules, "Security questions"
QUESTIONS_REGISTERED = env.number("PLI_QUESTIONS_REGISTERED", 4)
QUESTIONS_ASKED = env.number("PLI_QUESTIONS_ASKED", 3)
ANSWER_MIN_LENGTH = env.number("PLI_ANSWER_MIN_LENGTH", 3)
ANSWERS_MIN_TOTAL_LENGTH = env.number("PLI_ANSWERS_MIN_TOTAL_LENGTH", 16)
# Secret, 32 characters or more, never changed: it is part of each stored answer.
ANSWER_PEPPER = env.text("PLI_ANSWER_PEPPER")
# Whether people without questions must choose some when they sign in.
QUESTIONS_REQUIRED = env.flag("PLI_QUESTIONS_REQUIRED", False)
# IDENTITY rules, "Throttling"
THROTTLE_FREE_FAILURES = env.number("PLI_THROTTLE_FREE_FAILURES", 5)
THROTTLE_LONGEST_WAIT_MINUTES = env.number("PLI_THROTTLE_LONGEST_WAIT_MINUTES", 60)
THROTTLE_DAILY_FAILURES = env.number("PLI_THROTTLE_DAILY_FAILURES", 25)
THROTTLE_DISABLE_AFTER = env.number("PLI_THROTTLE_DISABLE_AFTER", 100)
THROTTLE_ADDRESS_FAILURES_AN_HOUR = env.number("PLI_THROTTLE_ADDRESS_FAILURES_AN_HOUR", 300)
KNOWN_DEVICE_DAYS = env.number("PLI_KNOWN_DEVICE_DAYS", 180)

# --- identity --------------------------------------------------------------------------------
KEY_RING_FILE = env.text("PLI_KEY_RING_FILE", str(VAR / "keys" / "key-ring.toml"))  # seals NUMEN
RECOVERY_SMS_CODE_MINUTES = env.number("PLI_RECOVERY_SMS_CODE_MINUTES", 10)
RESET_LINK_MINUTES = env.number("PLI_RESET_LINK_MINUTES", 60)
RESET_HOLD_HOURS = env.number("PLI_RESET_HOLD_HOURS", 24)
RESET_AFTER_HOLD_HOURS = env.number("PLI_RESET_AFTER_HOLD_HOURS", 72)  # a hold waits for its owner
RESTRICTED_HOURS = env.number("PLI_RESTRICTED_HOURS", 72)
ACTIVATION_MINUTES = env.number("PLI_ACTIVATION_MINUTES", 120)  # between two steps of activation
HANDED_CODE_HOURS = env.number("PLI_HANDED_CODE_HOURS", 24)  # a reset code from the secretary
TEMPORARY_PASSWORD_HOURS = env.number("PLI_TEMPORARY_PASSWORD_HOURS", 72)
# After a departure the mailbox still receives for so many days, though nobody opens it.
DEPARTED_MAILBOX_DAYS = env.number("PLI_DEPARTED_MAILBOX_DAYS", 90)
DEPARTED_NUMEN_DAYS = env.number("PLI_DEPARTED_NUMEN_DAYS", 183)  # half a year
UNCLAIMED_ACCOUNT_DAYS = env.number("PLI_UNCLAIMED_ACCOUNT_DAYS", 365)  # imported, never activated
# How text messages leave: into a file (the demo), over HTTP, or "": no telephone is offered.
SMS_GATEWAY = env.choice("PLI_SMS_GATEWAY", ("", "file", "http"), "")
SMS_FILE = env.text("PLI_SMS_FILE", str(VAR / "sms.txt"))
SMS_URL = env.text("PLI_SMS_URL", "")
SMS_KEY = env.text("PLI_SMS_KEY", "")
NOTICE_LINK_DAYS = env.number("PLI_NOTICE_LINK_DAYS", 30)  # how long "Ce n’est pas moi" works
RECOVERY_CODE_MINUTES = env.number("PLI_RECOVERY_CODE_MINUTES", 15)
RECOVERY_CODE_TRIES = env.number("PLI_RECOVERY_CODE_TRIES", 3)
# Files of HR: how big (PLI_IMPORT_MAX_MB), how long one waits for a person, and its report afterwards.
IMPORT_MAX_MB = env.number("PLI_IMPORT_MAX_MB", 30)
IMPORT_KEPT_HOURS = env.number("PLI_IMPORT_KEPT_HOURS", 48)
IMPORT_REPORT_DAYS = env.number("PLI_IMPORT_REPORT_DAYS", 30)
# How far from the announced day, before and after, somebody may arrive from another academy.
TRANSFER_DAYS = env.number("PLI_TRANSFER_DAYS", 60)
LETTER_DAYS = env.number("PLI_LETTER_DAYS", 30)  # how long a code works, from the day of posting
LETTERS_A_FILE = env.number("PLI_LETTERS_A_FILE", 250)  # pages of one PDF, as a printer takes them
LETTER_PDF_DAYS = env.number("PLI_LETTER_PDF_DAYS", 7)  # how long its file stays, from printing
LOGBOOK_DAYS = env.number("PLI_LOGBOOK_DAYS", 365)  # what people did in shared mailboxes
AUDIT_DAYS = env.number("PLI_AUDIT_DAYS", 365)  # how long the journal is kept (CNIL 2021-122)

# --- what browsers are told ------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and env.flag("PLI_REDIRECT_TO_HTTPS", False)
SECURE_REDIRECT_EXEMPT = [r"^interne/"]  # Dovecot comes without TLS, on the inner network
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "webmail.errors.csrf_failure"
if env.flag("PLI_BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- languages and time ----------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True
TIME_ZONE = env.text("PLI_TIME_ZONE", "Europe/Paris")

# --- files -----------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("PLI_STATIC_ROOT", str(VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static_files.LastingUrls"
    },
}
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # of fields; files are streamed to disk
# Whose Authentication-Results are believed (RFC 8601, 5): the names the academy's own servers write.
AUTHENTICATION_SERVERS = env.words("PLI_AUTHENTICATION_SERVERS")
# Where reported phishing goes; without it, to the journal alone.
PHISHING_DESK = env.text("PLI_PHISHING_DESK", "")
# Remote pictures of mails, which the site fetches for those who agreed to see them.
PICTURE_MAX_MB = env.number("PLI_PICTURE_MAX_MB", 8)
PICTURE_SECONDS = env.number("PLI_PICTURE_SECONDS", 10)
# The academy's own servers of pictures and lists, which may have private addresses; nobody else's do.
PICTURE_PRIVATE_HOSTS = frozenset(env.words("PLI_PICTURE_PRIVATE_HOSTS"))
# Files of drafts and messages on their way out; all processes of the site share it.
SPOOL = Path(env.text("PLI_SPOOL", str(VAR / "spool")))
# Postfix's log, where workers may read it: what it knows of a message whose departure is uncertain.
MAIL_LOG_FILE = env.text("PLI_MAIL_LOG_FILE", "")
# Seconds between "Envoyer" and the departure, for those who chose nothing else: 0 to 30.
UNDO_SECONDS = env.number("PLI_UNDO_SECONDS", 10)
# When "after the holidays" is, for sending later: first day of holidays/first day of school after them.
SCHOOL_HOLIDAYS = env.periods("PLI_SCHOOL_HOLIDAYS", "")
# More recipients, of one person or from one mailbox, are refused, and administrators told.
SEND_RECIPIENTS_AN_HOUR = env.number("PLI_SEND_RECIPIENTS_AN_HOUR", 1000)
SEND_RECIPIENTS_A_DAY = env.number("PLI_SEND_RECIPIENTS_A_DAY", 3000)
# From how many recipients on one is asked before sending: those everybody sees, and all together.
ASK_ABOVE_VISIBLE = env.number("PLI_ASK_ABOVE_VISIBLE", 20)
ASK_ABOVE_RECIPIENTS = env.number("PLI_ASK_ABOVE_RECIPIENTS", 100)
MAX_ATTACHMENTS_MB = env.number("PLI_MAX_ATTACHMENTS_MB", 25)
MAX_FILE_MB = env.number("PLI_MAX_FILE_MB", 25)
MAX_MESSAGE_MB = env.number("PLI_MAX_MESSAGE_MB", 40)  # encoded, as the mail servers count
MAX_DRAFT_FILES_MB = env.number("PLI_MAX_DRAFT_FILES_MB", 250)  # of all drafts of a mailbox
# Of one request, files and fields; deploy/nginx says the same.
MAX_REQUEST_BYTES = (max(MAX_ATTACHMENTS_MB, MAX_FILE_MB, IMPORT_MAX_MB) + 10) << 20
# unix:///run/clamd.sock or tcp://host:3310: who looks for viruses in files that people attach. Empty: nobody.
CLAMD = env.text("PLI_CLAMD", "")

# --- jobs ------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "bulk"
CELERY_TASK_ROUTES = {
    "webmail.tasks.send_outgoing": {"queue": "interactive"},
    "webmail.tasks.file_draft": {"queue": "interactive"},
    "activation.tasks.open_mailbox_of": {"queue": "interactive"},
    "webmail.tasks.sync_mailbox": {"queue": "interactive"},
    "webmail.tasks.register_push": {"queue": "interactive"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULE = {
    "drop what the journal need not keep": {
        "task": "audit.tasks.prune_journal",
        "schedule": crontab(day_of_month="1", hour="3", minute="15"),
    },
    "forget old failures": {
        "task": "accounts.tasks.prune_throttles",
        "schedule": crontab(hour="3", minute="45"),
    },
    "forget what was done in shared mailboxes": {
        "task": "mailboxes.tasks.forget_old_logbooks",
        "schedule": crontab(hour="3", minute="20"),
    },
    "forget old resets": {
        "task": "accounts.tasks.prune_resets",
        "schedule": crontab(hour="3", minute="50"),
    },
    "close accounts of who left": {
        "task": "accounts.tasks.carry_out_departures",
        "schedule": crontab(minute="5"),
    },
    "forget expired temporary passwords": {
        "task": "accounts.tasks.close_expired_temporary_passwords",
        "schedule": crontab(hour="3", minute="55"),
    },
    "forget what need not be kept": {
        "task": "accounts.tasks.forget_what_is_due",
        "schedule": crontab(hour="4", minute="0"),
    },
    "close mailboxes of who left": {
        "task": "mailboxes.tasks.close_mailboxes_of_departed",
        "schedule": crontab(hour="4", minute="5"),
    },
    "end connections that remain": {
        "task": "mailboxes.tasks.end_remaining_connections",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "end rights whose last day is over": {
        "task": "mailboxes.tasks.close_expired_delegations",
        "schedule": 3.0,
        "options": {"expires": 3},
    },
    "remind of rights that end soon": {
        "task": "mailboxes.tasks.remind_of_delegations",
        "schedule": crontab(hour="7", minute="30"),
    },
    "go on with rights given in many mailboxes": {
        "task": "mailboxes.tasks.sweep_bulk_acts",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "close functional mailboxes": {
        "task": "mailboxes.tasks.close_functional_mailboxes",
        "schedule": crontab(minute="2"),
    },
    "name responsables as posts say": {
        "task": "mailboxes.tasks.follow_posts",
        "schedule": crontab(minute="1"),
    },
    "open schools' mailboxes": {
        "task": "mailboxes.tasks.open_school_mailboxes",
        "schedule": crontab(minute="4"),
    },
    "let delegates in": {
        "task": "webmail.tasks.open_to_delegates",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "check the journal's chain": {
        "task": "audit.tasks.verify_journal",
        "schedule": crontab(hour="4", minute="15"),
    },
    "send notices left behind": {
        "task": "accounts.tasks.send_due_notices",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "make letters left behind": {
        "task": "activation.tasks.sweep_letters",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "end letters and their files": {
        "task": "activation.tasks.tidy_letters",
        "schedule": crontab(hour="3", minute="30"),
    },
    "take up imports left behind": {
        "task": "activation.tasks.sweep_imports",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget old imports": {
        "task": "activation.tasks.prune_imports",
        "schedule": crontab(minute="25"),
    },
    "sweep the outbox": {
        "task": "webmail.tasks.sweep_outbox",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "put drafts into their folders": {
        "task": "webmail.tasks.sweep_drafts",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "forget drafts that have left, and their files": {
        "task": "webmail.tasks.tidy_drafts",
        "schedule": crontab(hour="3", minute="35"),
    },
    "forget what left long ago": {
        "task": "webmail.tasks.tidy_outbox",
        "schedule": crontab(hour="4", minute="25"),
    },
    "forget what colleagues told long ago": {
        "task": "webmail.tasks.forget_team_notices",
        "schedule": crontab(hour="4", minute="40"),
    },
    "go on with what people do to many messages": {
        "task": "webmail.tasks.sweep_acts",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "open mailboxes that wait": {
        "task": "activation.tasks.open_waiting_mailboxes",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "send reminders left behind": {
        "task": "activation.tasks.send_due_reminders",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "end activations that were given up": {
        "task": "activation.tasks.end_expired_journeys",
        "schedule": crontab(hour="3", minute="40"),
    },
    "go on with indexes": {
        "task": "webmail.tasks.sweep_indexes",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "tell that workers live": {
        "task": "webmail.tasks.beat_of_workers",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("PLI_LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}, "aiosmtplib": {"level": "WARNING"}},
}

EMAIL_BACKEND = (
    "mailboxes.service_mail.ServiceMailBackend"  # submits as the mailbox of this address:
)
DEFAULT_FROM_EMAIL = env.text("PLI_NOTICE_FROM", f"{SERVICE_NAME} <ne-pas-repondre@{DOMAINS[0]}>")
if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise ImproperlyConfigured("PLI_NOTICE_FROM must hold an address.")
