"""The tables of a month as the operator keeps them: people, accounts, statuses, use, money."""

import numpy as np
import pyarrow as pa

from liuke.world.billing import DUE_DAY
from liuke.world.chance import Array, Chance
from liuke.world.kinds import STATUS_WORDS
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.months import DAY_SECONDS
from liuke.world.names import ROADS
from liuke.world.plans import PLANS, PRODUCTS
from liuke.world.population import NEVER, Population
from liuke.world.registration import address_of, family_of, identity_numbers, identity_of, payer_accounts
from liuke.world.rivals import COMPETITOR_NAMES
from liuke.world.texts import coded, days, instants, numbered, yes_no, yuan
from liuke.world.units import Tree, person_names
from liuke.world.usage import CIRCLE, KINDS, NETWORKS, Usage

KNOWN = "入库时间"  # in every table: when the operator's warehouse got the row
CARE_WORDS = (None, "老年", "残障", "低收入")
PHONE_PREFIX = "154"  # has the shape of a mobile number and was never given to an operator
PHONES = 100_000_000
PHONE_STEP = 61_803_399  # without a divisor in common with PHONES, so that no number comes twice
SOON_SECONDS = 600
LATE_USAGE, LATE_PAYMENTS, LATE_BILLS = 0.03, 0.02, 0.02  # shares known one to five days late
ADDRESSES_OF_ONE = 16  # draws set aside for the homes of one customer


def customer_ids(pop: Population, rows: Array) -> pa.Array:
    return numbered("K", pop.place[rows] + 1)


def account_ids(pop: Population, rows: Array) -> pa.Array:
    return numbered("A", pop.place[rows] + 1)


def known_seconds(chance: Chance, purpose: str, index: Array, seconds: Array, *, late_share: float) -> Array:
    """Most rows arrive within the hour; a few one to five days late."""
    soon = 60 + np.floor(3000.0 * chance.uniform(purpose + " arrives", index))
    late = DAY_SECONDS * (1.0 + 4.0 * chance.uniform(purpose + " late", index))
    is_late = chance.happens(purpose + " is late", index, late_share)
    return seconds + np.where(is_late, late, soon).astype(np.int64)


def customer_rows(pop: Population, rows: Array, known: Array, tree: Tree, *, seed: int) -> pa.Table:
    """What is known of customers from an instant on."""
    known_as = identity_of(pop, rows, seed=seed)
    born, is_male = pop.birth_on[known_as], pop.is_male[known_as]
    names = person_names(Chance(seed, "name"), family_of(pop, rows), known_as, is_male)
    return pa.table(
        {
            "客户编号": customer_ids(pop, rows),
            "姓名": names,
            "性别": coded(("女", "男"), is_male.astype(np.int64)),
            "出生日期": days(born),
            "证件号码": identity_numbers(known_as, born, is_male, seed=seed),
            "联系电话": numbered(PHONE_PREFIX, (pop.place[rows] * PHONE_STEP) % PHONES, 8),
            "地址": _addresses(pop, rows, tree, seed=seed),
            "归属营业厅": coded(tree.branch_ids(), pop.branch[rows]),
            "客户经理": coded(tree.manager_ids(), pop.manager[rows]),
            "开户时间": instants(pop.opened_second[rows]),
            "特殊关怀": coded(CARE_WORDS, pop.care[known_as]),
            "免打扰": yes_no(pop.do_not_disturb[rows]),
            KNOWN: instants(known),
        }
    )


def _addresses(pop: Population, rows: Array, tree: Tree, *, seed: int) -> pa.Array:
    """One address for a home; after a move, one of its own."""
    whose = address_of(pop, rows, tree, seed=seed)
    own = np.where(pop.moves[whose] > 0, whose, pop.home[whose])
    index = own * ADDRESSES_OF_ONE + pop.moves[whose]
    chance = Chance(seed, "address")
    road = chance.whole("road", index, 0, len(ROADS))
    number, house = chance.whole("number", index, 1, 280), chance.whole("house", index, 1, 19)
    entrance, floor = chance.whole("entrance", index, 1, 5), chance.whole("floor", index, 1, 19)
    flat = floor * 100 + chance.whole("flat", index, 1, 5)
    places = [
        "".join(tree.place_names(branch)) + place.zh for branch in range(tree.branches) for place in ROADS
    ]
    start = coded(places, pop.branch[whose] * len(ROADS) + road)
    parts = ((number, "号"), (house, "幢"), (entrance, "单元"), (flat, "室"))
    pieces = [piece for value, unit in parts for piece in (pa.array(value).cast(pa.string()), unit)]
    return pa.compute.binary_join_element_wise(start, *pieces, "")


def account_rows(pop: Population, rows: Array, known: Array, tree: Tree) -> pa.Table:
    """What is known of accounts from an instant on."""
    ends = pop.contract_end_on[rows]
    return pa.table(
        {
            "账户编号": account_ids(pop, rows),
            "客户编号": customer_ids(pop, rows),
            "产品": coded(("移动电话",), np.zeros(len(rows), np.int64)),
            "套餐": coded([plan.name for plan in PLANS], pop.plan[rows]),
            "品牌": coded([plan.brand for plan in PLANS], pop.plan[rows]),
            "入网时间": instants(pop.opened_second[rows]),
            "合约到期日": days(ends, ends == NEVER),
            "渠道编号": coded(tree.dealer_ids(), pop.dealer[rows]),
            "转入运营商": coded(COMPETITOR_NAMES, pop.competitor[rows]),
            KNOWN: instants(known),
        }
    )


def holding_rows(pop: Population, rows: Array) -> pa.Table:
    """Products held beside the telephone, known from the opening on."""
    tables = []
    for product, held in zip(PRODUCTS, (pop.broadband, pop.second_card, pop.cloud), strict=True):
        mine = rows[held[rows]]
        tables.append(
            pa.table(
                {
                    "账户编号": account_ids(pop, mine),
                    "客户编号": customer_ids(pop, mine),
                    "产品": coded((product,), np.zeros(len(mine), np.int64)),
                    "是否持有": yes_no(np.ones(len(mine), bool)),
                    KNOWN: instants(pop.opened_second[mine]),
                }
            )
        )
    return pa.concat_tables(tables)


def status_rows(pop: Population, joined: Array, lived: Lived) -> pa.Table:
    """Openings of those who joined, and every change of the month."""
    changes = [(joined, pop.opened_second[joined], 0), *lived.changes]
    rows = np.concatenate([change[0] for change in changes])
    seconds = np.concatenate([change[1] for change in changes])
    status = np.concatenate([np.full(len(change[0]), change[2]) for change in changes])
    order = np.lexsort((rows, seconds))
    rows, seconds, status = rows[order], seconds[order], status[order]
    return pa.table(
        {
            "账户编号": account_ids(pop, rows),
            "客户编号": customer_ids(pop, rows),
            "变更时间": instants(seconds),
            "状态": coded(STATUS_WORDS, status),
            KNOWN: instants(seconds + SOON_SECONDS),
        }
    )


def usage_rows(here: MonthOfLife, usage: Usage) -> pa.Table:
    pop = here.pop
    index = np.arange(len(usage.rows), dtype=np.uint64)
    known = known_seconds(here.chance, "usage", index, usage.seconds, late_share=LATE_USAGE)
    others = [f"{network}{who + 1:02d}" for network in NETWORKS for who in range(CIRCLE)]
    everybody = np.arange(len(pop))
    return pa.table(
        {
            "客户编号": customer_ids(pop, everybody).take(pa.array(usage.rows)),
            "账户编号": account_ids(pop, everybody).take(pa.array(usage.rows)),
            "发生时间": instants(usage.seconds),
            "业务类型": coded(KINDS, usage.kinds),
            "用量": pa.array(usage.quantities.astype(np.int32)),
            "对端": coded(others, usage.others),
            KNOWN: instants(known),
        }
    )


def bill_rows(here: MonthOfLife, lived: Lived) -> pa.Table:
    """Bills issued on the first for the month before, or for the part of it since joining."""
    assert lived.billing is not None
    pop, month = here.pop, here.month
    rows = np.flatnonzero(lived.billing.is_billed)
    opened_on = pop.opened_second[rows] // DAY_SECONDS
    first = np.full(len(rows), month.first)
    issued = first * DAY_SECONDS + 2 * 3600
    known = known_seconds(here.chance, "bill", pop.identity[rows], issued, late_share=LATE_BILLS)
    return pa.table(
        {
            "账单编号": _bill_ids(pop, rows, month.label),
            "客户编号": customer_ids(pop, rows),
            "账户编号": account_ids(pop, rows),
            "账期起": days(np.maximum(opened_on, month.later(-1).first)),
            "账期止": days(first),
            "应收金额": yuan(lived.billing.billed_fen[rows]),
            "缴费截止日": days(first + DUE_DAY - 1),
            "出账时间": instants(issued),
            KNOWN: instants(known),
        }
    )


def payment_rows(here: MonthOfLife, lived: Lived) -> pa.Table:
    """One payment for each bill paid."""
    assert lived.billing is not None
    pop, month, billing = here.pop, here.month, lived.billing
    tables = []
    for age in range(billing.owed_fen.shape[1]):
        rows = np.flatnonzero((billing.pays > age) & (billing.owed_fen[:, age] > 0))
        seconds = billing.paid_second[rows]
        known = known_seconds(
            here.chance, f"payment {age}", pop.identity[rows], seconds, late_share=LATE_PAYMENTS
        )
        tables.append(
            pa.table(
                {
                    "缴费编号": numbered(f"P{month.label.replace('-', '')}{age}", pop.place[rows] + 1),
                    "客户编号": customer_ids(pop, rows),
                    "账户编号": account_ids(pop, rows),
                    "账单编号": _bill_ids(pop, rows, month.later(-age).label),
                    "实缴金额": yuan(billing.owed_fen[rows, age]),
                    "付款账户": payer_accounts(pop, rows, seed=here.seed),
                    "缴费时间": instants(seconds),
                    KNOWN: instants(known),
                }
            )
        )
    return pa.concat_tables(tables)


def _bill_ids(pop: Population, rows: Array, month_label: str) -> pa.Array:
    return numbered(f"B{month_label.replace('-', '')}", pop.place[rows] + 1)
