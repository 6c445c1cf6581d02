from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "liuke_desk.config"

    def ready(self) -> None:
        from liuke_desk.config import checks  # noqa: F401  registers the system checks
