"""Errors go to stderr, where whoever runs the server keeps them; no form field is ever written there."""

__all__ = ["LOGGING"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        # It writes every sign-in with the address and the browser; the audit trail has what is needed.
        "axes": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
