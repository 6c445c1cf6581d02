"""The life of a company from month to month: its settings, its state, and what each month leaves."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa

from liuke.world.chance import Array
from liuke.world.contacting import Contacts
from liuke.world.dealing import set_assessment, sign_up
from liuke.world.life import live
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.months import Month
from liuke.world.newcomers import founders, newcomers
from liuke.world.population import Population
from liuke.world.returning import recognise_returns
from liuke.world.sources import month_tables, split_by_known
from liuke.world.units import Tree, tree_for


@dataclass(frozen=True)
class Settings:
    """What a company was made with. customers: those of the first day of its history."""

    pack: str
    seed: int
    customers: int
    started: date

    @property
    def tree(self) -> Tree:
        return tree_for(self.customers)

    def months_lived(self, month: Month) -> int:
        return month.number - Month(self.started).number


@dataclass
class State:
    """A company on the first day of a month. late: rows that happened and are not known yet, by table."""

    month: Month
    pop: Population
    late: dict[str, pa.Table] = field(default_factory=dict)


@dataclass(frozen=True)
class LivedMonth:
    """A month as it was lived, and the tables that became known in it."""

    here: MonthOfLife
    lived: Lived
    joined: Array  # rows of those who joined in it
    tables: dict[str, pa.Table]


def found(settings: Settings) -> State:
    """The company on the first day of its history; its first customers join it there."""
    month = Month(settings.started)
    pop = founders(settings.customers, settings.tree, seed=settings.seed, month=month)
    set_assessment(pop, settings.tree, seed=settings.seed)
    return State(month, pop)


def live_on(state: State, settings: Settings, contacts: Contacts) -> LivedMonth:
    """Live the state's month; the state becomes that of the next month's first day."""
    is_first = settings.months_lived(state.month) == 0
    joined_from = 0 if is_first else len(state.pop)
    here, lived = _live(state, settings, contacts)
    tables = {}
    for name, rows in month_tables(here, lived, joined_from=joined_from, founded=settings.customers).items():
        known_or_not = pa.concat_tables([state.late[name], rows] if name in state.late else [rows])
        tables[name], state.late[name] = split_by_known(known_or_not.combine_chunks(), here.month)
    state.late = {name: rows for name, rows in state.late.items() if rows.num_rows}
    return LivedMonth(here, lived, np.arange(joined_from, len(here.pop)), tables)


def _live(state: State, settings: Settings, contacts: Contacts) -> tuple[MonthOfLife, Lived]:
    """Live the state's month with those who join in it."""
    month, seed, tree = state.month, settings.seed, settings.tree
    joining = newcomers(len(state.pop), tree, founded=settings.customers, seed=seed, month=month)
    sign_up(joining, tree, seed=seed)
    recognise_returns(state.pop, joining, month, tree, seed=seed)
    pop = state.pop.joined_by(joining)
    here = MonthOfLife(pop, month, tree, seed=seed, months_lived=settings.months_lived(month))
    lived = live(here, contacts)
    state.pop, state.month = pop, month.next
    return here, lived
