"""Model cards as a workspace keeps them, one for each list."""

import json
from datetime import date
from typing import Any

from liuke.pipeline.workspace import Workspace


def read_card(workspace: Workspace, day: date) -> dict[str, Any] | None:
    """The model card of a day's list, or None where none was kept."""
    file = workspace.var / "runs" / day.isoformat() / "model-card.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
