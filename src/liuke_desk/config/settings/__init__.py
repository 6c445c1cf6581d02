"""Settings by topic. What differs between machines comes from the workspace and the environment."""

from liuke_desk.config.settings.apps import *  # noqa: F403
from liuke_desk.config.settings.databases import *  # noqa: F403
from liuke_desk.config.settings.files import *  # noqa: F403
from liuke_desk.config.settings.hooks import *  # noqa: F403
from liuke_desk.config.settings.languages import *  # noqa: F403
from liuke_desk.config.settings.logs import *  # noqa: F403
from liuke_desk.config.settings.security import *  # noqa: F403
from liuke_desk.config.settings.signin import *  # noqa: F403
