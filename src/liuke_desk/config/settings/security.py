"""What keeps pages, cookies and secrets safe; http on the own machine, https by LIUKE_HTTPS=1."""

import os

from liuke_desk.bridge.workspace import var_folder
from liuke_desk.config.secrets import read_secret

__all__ = [
    "ALLOWED_HOSTS",
    "AUDIT_KEY",
    "CSRF_COOKIE_HTTPONLY",
    "CSRF_COOKIE_SAMESITE",
    "CSRF_COOKIE_SECURE",
    "CSRF_FAILURE_VIEW",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "SECRET_KEY",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_REFERRER_POLICY",
    "SESSION_COOKIE_AGE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_SECURE",
    "X_FRAME_OPTIONS",
]

HTTPS = os.environ.get("LIUKE_HTTPS") == "1"
NAMED_HOSTS = [name for name in os.environ.get("LIUKE_HOSTS", "").split(",") if name]

DEBUG = os.environ.get("LIUKE_DEBUG") == "1"
SECRET_KEY = read_secret(var_folder() / "secret_key")
AUDIT_KEY = read_secret(var_folder() / "audit_key")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *NAMED_HOSTS]

SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "liuke_desk.ui.views.show_stale_form"
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in NAMED_HOSTS] if HTTPS else []

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
