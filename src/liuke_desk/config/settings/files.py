"""Styles and scripts, served by the workbench itself with a version in each address."""

__all__ = [
    "STATICFILES_FINDERS",
    "STATIC_URL",
    "STORAGES",
    "WHITENOISE_IMMUTABLE_FILE_TEST",
    "WHITENOISE_USE_FINDERS",
]

STATIC_URL = "/static/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = "^/static/"  # a changed file has another address, see VersionedFilesStorage
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "liuke_desk.ui.versioned_files.VersionedFilesStorage"},
}
