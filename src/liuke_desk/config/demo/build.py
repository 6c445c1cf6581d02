"""Build the demonstration whole: a company, a measured campaign behind it, one at work."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from liuke_desk.bridge import clock, simulation
from liuke_desk.bridge.refusals import DeskRefused

BEGINS_ON = date(2026, 8, 1)  # three months later the first campaign can be judged
MONTHS_LIVED = 12
MONTHS_AFTER = 3
CUSTOMERS = 1500
DAYS_LEARNED_FROM = 5  # fewer than the pack's, so that the demonstration opens soon
SEED = 20260801
UNFINISHED = "var/demo-unfinished"

Say = Callable[[str], None]


def is_built(folder: Path) -> bool:
    """Whether a whole demonstration lies there. What an earlier start left half built is removed."""
    if (folder / UNFINISHED).exists():
        shutil.rmtree(folder)
    if not folder.exists() or not any(folder.iterdir()):
        return False
    if not (folder / "liuke.toml").is_file():
        raise DeskRefused(f"{folder} holds something else; name a new folder for the demonstration.")
    return True


def build(folder: Path, *, language: str, say: Say) -> dict[str, str]:
    """Make the demonstration; returns the one-time password of each of its people."""
    say(f"Simulating a telecom company of {CUSTOMERS:,} customers …")
    simulation.make_workspace(
        folder, language=language, customers=CUSTOMERS, months=MONTHS_LIVED, seed=SEED, today=BEGINS_ON
    )
    marker = folder / UNFINISHED
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.touch()
    _learn_from_fewer_days(folder / "churn.toml")
    _enter(folder)
    passwords = _play(language, say)
    marker.unlink()
    return passwords


def _learn_from_fewer_days(definition: Path) -> None:
    text = definition.read_text(encoding="utf-8")
    changed, times = re.subn(r"as_of_dates = \d+", f"as_of_dates = {DAYS_LEARNED_FROM}", text)
    if times != 1:
        raise ValueError(f"{definition} does not say once how many as_of_dates are learned from")
    definition.write_text(changed, encoding="utf-8")


def _enter(folder: Path) -> None:
    from liuke_desk.config import schema
    from liuke_desk.config.entering import enter

    enter(folder)
    schema.ensure_schema()


def _play(language: str, say: Say) -> dict[str, str]:
    from liuke_desk.config.demo import cast, play
    from liuke_desk.people.models import Role

    titles = ("August: keep the wavering", "November: keep the wavering")
    if language != "en":
        titles = ("八月挽留", "十一月挽留")
    say("First cycle: load, view, tier, warn, plan, publish …")
    simulation.cycle()
    passwords = cast.hire(language, at=clock.now())
    analyst = cast.person("analyst")
    supervisors, agents = cast.people(Role.REGION_SUPERVISOR), cast.people(Role.AGENT)
    say("A campaign, worked by simulated agents …")
    play.launch(titles[0], analyst=analyst, supervisors=supervisors, on=clock.today(), min_p_leave=0.03)
    play.work(agents, on=clock.today())
    say(f"{MONTHS_AFTER} months of life …")
    for _ in range(MONTHS_AFTER):
        simulation.live_month()
    say("Second cycle, and a campaign for you to work on …")
    simulation.cycle()
    play.launch(titles[1], analyst=analyst, supervisors=supervisors, on=clock.today(), min_p_leave=0.05)
    return passwords
