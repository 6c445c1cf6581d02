"""Which telephone each subscriber uses, and when they take another."""

import numpy as np
import pyarrow as pa

from liuke.world.chance import Array
from liuke.world.kinds import OPEN
from liuke.world.ledger import KNOWN, SOON_SECONDS, account_ids, customer_ids
from liuke.world.lived import MonthOfLife
from liuke.world.months import DAY_SECONDS
from liuke.world.texts import instants, numbered

NEW_DEVICE = 0.02  # of those in use, a month
OWN_NEXT = 10**12  # devices bought later are numbered above those taken along


def device_rows(here: MonthOfLife, joined: Array) -> pa.Table:
    """The device of those who joined, and every change of the month; the population takes the new one."""
    pop, month = here.pop, here.month
    in_use = here.settled & (pop.status == OPEN) & (pop.used_minutes > 0)
    changed = np.flatnonzero(in_use & here.happens("new device", NEW_DEVICE))
    pop.device[changed] = OWN_NEXT + month.number * 10**8 + pop.place[changed]
    day = here.day("new device day", 2, 28)[changed]
    rows = np.concatenate([joined, changed])
    seconds = np.concatenate([pop.opened_second[joined], day * DAY_SECONDS + 12 * 3600])
    return pa.table(
        {
            "客户编号": customer_ids(pop, rows),
            "账户编号": account_ids(pop, rows),
            "终端编号": numbered("86", pop.device[rows], 13),
            "首次使用时间": instants(seconds),
            KNOWN: instants(seconds + SOON_SECONDS),
        }
    )
