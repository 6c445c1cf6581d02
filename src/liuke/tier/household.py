"""Households: who shares a home, by relation, phone, address or by hand, and what they have together.

Every two customers linked by a relation, a phone or an address are of one household, and so is whoever is
linked to either. A phone or an address that more than `max_members` customers share links nobody: it is a
dormitory, a company, a shop. When a chain of phones and addresses grows beyond max_members, they count no
more in it, only relations and what was joined by hand. Two customers separated by hand are never of one
household: when others link them, the surer link stands (by hand, then relation, phone, address).
"""

from collections.abc import Sequence

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from liuke.kernel.errors import MissingColumn
from liuke.kernel.frames import Frame, from_arrow, to_arrow
from liuke.tier.household_edits import PREFIX, Decisions, read_decisions
from liuke.tier.household_links import (
    ADDRESS,
    ENDED,
    KINDS,
    PHONE,
    RELATION,
    Links,
    Numbers,
    crowded_values,
    distinct_links,
    join_links,
    make_links,
    nodes_of,
    shared_links,
)
from liuke.tier.household_parting import part_households
from liuke.tier.same_home import normalise_addresses, normalise_phones

MAX_MEMBERS = 8
_WANTED_BY = "a household"
_EVIDENCE = pa.list_(pa.string())


def build_households(
    customers: Frame,
    relations: Frame | None = None,
    edits: Frame | None = None,
    *,
    max_members: int = MAX_MEMBERS,
) -> Frame:
    """The household of every customer, null for those who live alone as far as one knows.

    customers: one row for each, with customer_id and, where there are, phone and address. relations:
    customer_id, relative_id, kind, and known_at where kinds change; the latest kind of a pair counts, and
    `ended` is none. edits: customer_id, other_id or household_id, action (join, separate), known_at.
    returns: a row for each of the customers, in the same make and order: customer_id, household_id (made of
    the smallest customer number in it, so it stays while that one does) and evidence: a list like
    ["relation:c2", "phone:c3", "by-hand:c4"], with whom there is what.
    """
    rows = _needing(customers, "customer_id")
    known = pc.unique(_text(rows, "customer_id").drop_null())
    known = known.take(pc.sort_indices(known))
    own = nodes_of(_text(rows, "customer_id"), known)
    decisions = read_decisions(None if edits is None else _needing(edits, "customer_id", "action"), known)
    parts = [_declared(relations, known), decisions.joins]
    for column, kind in (("phone", PHONE), ("address", ADDRESS)):
        parts.append(shared_links(own, _spelled(rows, column), kind, most=max_members))
    nodes = len(known) + len(decisions.homes)
    links, homes = _settle(distinct_links(join_links(parts)), decisions, nodes, most=max_members)
    names = pa.concat_arrays([known, pa.array(decisions.homes, pa.string())])
    found = pa.table(
        {
            "customer_id": rows["customer_id"],
            "household_id": _household_ids(homes, known).take(_rows_or_null(own)),
            "evidence": _evidence(links, names, nodes).take(_rows_or_null(own)),
        }
    )
    empty = pa.scalar([], _EVIDENCE)
    evidence = pc.coalesce(found["evidence"], empty)
    return from_arrow(found.set_column(2, "evidence", evidence), like=customers)


def report_crowds(customers: Frame, *, max_members: int = MAX_MEMBERS) -> Frame:
    """The phones and addresses that make no household, since more than max_members customers share them.

    returns: kind (phone, address), value as it was compared, customers; the most shared first.
    """
    rows = _needing(customers, "customer_id")
    known = pc.unique(_text(rows, "customer_id").drop_null())
    own = nodes_of(_text(rows, "customer_id"), known)
    found = [
        {"kind": KINDS[kind], "value": value, "customers": count}
        for column, kind in (("phone", PHONE), ("address", ADDRESS))
        for value, count in crowded_values(own, _spelled(rows, column), most=max_members)
    ]
    found.sort(key=lambda row: (-int(str(row["customers"])), row["kind"], row["value"]))
    schema = pa.schema([("kind", pa.string()), ("value", pa.string()), ("customers", pa.int64())])
    return from_arrow(pa.Table.from_pylist(found, schema=schema), like=customers)


def roll_up(table: ir.Table, households: ir.Table, columns: Sequence[str]) -> ir.Table:
    """The table with `household_<column>`: the sum over the household of each of the columns.

    table: one row for each customer. The unknown amounts of some members are left out of the sum; it is null
    when all are unknown, and for customers without a household.
    """
    for column in ("customer_id", *columns):
        if column not in table.columns:
            raise MissingColumn(column, wanted_by="the sum of a household", present=table.columns)
    homes = households.filter(households.household_id.notnull()).select("customer_id", "household_id")
    homes = homes.distinct()
    members = table.select("customer_id", *columns).inner_join(homes, "customer_id")
    sums = members.group_by("household_id").agg(
        **{f"household_{name}": members[name].sum().cast(members[name].type()) for name in columns}
    )
    summed = homes.inner_join(sums, "household_id").drop("household_id")
    joined = table.left_join(summed, "customer_id")
    return joined.select(*table.columns, *(f"household_{name}" for name in columns))


def _needing(frame: Frame, *columns: str) -> pa.Table:
    rows = to_arrow(frame)
    for column in columns:
        if column not in rows.column_names:
            raise MissingColumn(column, wanted_by=_WANTED_BY, present=rows.column_names)
    return rows


def _text(rows: pa.Table, column: str) -> pa.Array:
    if column not in rows.column_names:
        return pa.nulls(len(rows), pa.string())
    return rows[column].cast(pa.string()).combine_chunks()


def _spelled(rows: pa.Table, column: str) -> pa.Array:
    normalise = normalise_phones if column == "phone" else normalise_addresses
    return normalise(_text(rows, column))


def _declared(relations: Frame | None, known: pa.Array) -> Links:
    """The relations in force, whichever of the two declared them."""
    if relations is None:
        return make_links(np.zeros(0, np.int64), np.zeros(0, np.int64), RELATION)
    rows = _needing(relations, "customer_id", "relative_id")
    if "known_at" in rows.column_names:
        rows = rows.sort_by([("known_at", "ascending")])
    first = nodes_of(_text(rows, "customer_id"), known)
    second = nodes_of(_text(rows, "relative_id"), known)
    ended = pc.fill_null(pc.equal(_text(rows, "kind"), ENDED), False).to_numpy(zero_copy_only=False)
    pair = np.minimum(first, second) * (len(known) + 1) + np.maximum(first, second)
    _, from_the_end = np.unique(pair[::-1], return_index=True)
    latest = len(pair) - 1 - from_the_end
    in_force = latest[~ended[latest]]
    return make_links(first[in_force], second[in_force], RELATION)


def _settle(links: Links, decisions: Decisions, nodes: int, *, most: int) -> tuple[Links, Numbers]:
    """The links that stand, and the number of the household of every node."""
    by_hand = links.kind == 0
    touched = np.isin(links.low, list(decisions.alone)) | np.isin(links.high, list(decisions.alone))
    links = links.keep(by_hand | ~touched)
    weak = (links.kind == PHONE) | (links.kind == ADDRESS)
    chains = _components(links.keep(weak), nodes)
    crowded = np.bincount(chains, minlength=nodes)[chains] > most
    links = links.keep(~(weak & crowded[links.low]))
    homes = _components(links, nodes)
    together = {homes[low] for low, high in decisions.apart if homes[low] == homes[high]}
    if together:
        links = part_households(links, homes, decisions.apart, frozenset(int(home) for home in together))
        homes = _components(links, nodes)
    return links, homes


def _components(links: Links, nodes: int) -> Numbers:
    from scipy.sparse import coo_array  # slow to import, and schemes are read without it
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(links), np.int8), (links.low, links.high)), shape=(nodes, nodes))
    _, labels = connected_components(graph, directed=False)
    return labels.astype(np.int64)


def _household_ids(homes: Numbers, known: pa.Array) -> pa.Array:
    """By node of a customer; customers are sorted by number, so the first of a household is its smallest."""
    people = homes[: len(known)]
    _, first, order, sizes = np.unique(people, return_index=True, return_inverse=True, return_counts=True)
    name = pc.binary_join_element_wise(pa.scalar(PREFIX), known.take(pa.array(first[order])), "")
    return pc.if_else(pa.array(sizes[order] > 1), name, pa.scalar(None, pa.string()))


def _evidence(links: Links, names: pa.Array, nodes: int) -> pa.Array:
    """A list for each node: what links it to whom, the surest first."""
    mine = np.concatenate([links.low, links.high])
    theirs = np.concatenate([links.high, links.low])
    kind = np.concatenate([links.kind, links.kind])
    sequence = np.lexsort((theirs, kind, mine))
    kinds = pa.array(KINDS).take(pa.array(kind[sequence]))
    told = pc.binary_join_element_wise(kinds, names.take(pa.array(theirs[sequence])), ":")
    ends = np.cumsum(np.bincount(mine, minlength=nodes))
    offsets = pa.array(np.concatenate([[0], ends]), pa.int32())
    return pa.ListArray.from_arrays(offsets, told)


def _rows_or_null(own: Numbers) -> pa.Array:
    unknown: npt.NDArray[np.bool_] = own < 0
    return pa.array(own, mask=unknown)
