"""The rooms of the workbench, and what every request passes on its way to them."""

__all__ = [
    "DEFAULT_AUTO_FIELD",
    "INSTALLED_APPS",
    "MIDDLEWARE",
    "ROOT_URLCONF",
    "TEMPLATES",
    "WSGI_APPLICATION",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
    # Foundation.
    "liuke_desk.config.apps.ConfigConfig",
    "liuke_desk.ui",
    "liuke_desk.audit",
    "liuke_desk.people",
    "liuke_desk.customers",
    # Groups and tiers.
    "liuke_desk.groups",
    "liuke_desk.tiers",
    "liuke_desk.schemes",
    "liuke_desk.reports",
    "liuke_desk.health",
    # Retention work: policies, campaigns, contact, effects.
    "liuke_desk.policies",
    "liuke_desk.campaigns",
    "liuke_desk.contact",
    "liuke_desk.effects",
    # Early-warning lists, re-entry and dealers.
    "liuke_desk.warnings",
    "liuke_desk.network",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "liuke_desk.config.content_security.ContentSecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "liuke_desk.people.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "liuke_desk.people.middleware.FirstPasswordMiddleware",
    "liuke_desk.people.middleware.ScopeMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "liuke_desk.config.page_frame.page_frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "liuke_desk.ui.templatetags.figures",
                "liuke_desk.ui.templatetags.money",
                "liuke_desk.ui.templatetags.parts",
            ],
        },
    }
]

ROOT_URLCONF = "liuke_desk.config.urls"
WSGI_APPLICATION = "liuke_desk.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
