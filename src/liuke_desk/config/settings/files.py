"""Styles and scripts, served by the workbench itself with a version in each address."""

__all__ = ["STATICFILES_FINDERS", "STATIC_URL", "STORAGES", "WHITENOISE_MAX_AGE", "WHITENOISE_USE_FINDERS"]

STATIC_URL = "/static/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "liuke_desk.ui.versioned_files.VersionedFilesStorage"},
}
