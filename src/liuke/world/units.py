"""The operator's units and staff: region → county → branch, and the dealers of every county."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from liuke.world.chance import Array, Chance
from liuke.world.names import COUNTIES, GIVEN_OF_MEN, GIVEN_OF_WOMEN, REGIONS, ROADS, SURNAMES
from liuke.world.plans import DEALERS_PER_COUNTY

LARGE_COMPANY = 20_000  # customers; beyond this the tree is the larger one
AGENTS_PER_BRANCH = 2
MANAGERS_PER_COUNTY = 2


@dataclass(frozen=True)
class Tree:
    """Regions with equally many counties each, counties with equally many branches each."""

    regions: int
    counties_each: int
    branches_each: int

    @property
    def counties(self) -> int:
        return self.regions * self.counties_each

    @property
    def branches(self) -> int:
        return self.counties * self.branches_each

    @property
    def dealers(self) -> int:
        return self.counties * DEALERS_PER_COUNTY

    def county_of(self, branch: Array) -> Array:
        return branch // self.branches_each

    def region_id(self, region: int) -> str:
        return f"R{region + 1}"

    def county_id(self, county: int) -> str:
        return f"{self.region_id(county // self.counties_each)}C{county % self.counties_each + 1}"

    def branch_id(self, branch: int) -> str:
        return f"{self.county_id(branch // self.branches_each)}B{branch % self.branches_each + 1}"

    def branch_ids(self) -> pa.Array:
        return pa.array([self.branch_id(branch) for branch in range(self.branches)])

    def dealer_ids(self) -> pa.Array:
        """Dealers by county; the first of each is the operator's own hall."""
        return pa.array(
            [
                f"{'H' if place == 0 else 'D'}{county + 1:02d}{place}"
                for county in range(self.counties)
                for place in range(DEALERS_PER_COUNTY)
            ]
        )

    def manager_ids(self) -> pa.Array:
        """Account managers by county."""
        return pa.array(
            [
                f"M{self.county_id(county)}-{place + 1}"
                for county in range(self.counties)
                for place in range(MANAGERS_PER_COUNTY)
            ]
        )

    def place_names(self, branch: int) -> tuple[str, str]:
        """Region and county of a branch, in Chinese."""
        county = branch // self.branches_each
        return REGIONS[county // self.counties_each].zh, COUNTIES[county % len(COUNTIES)].zh


def tree_for(customers: int) -> Tree:
    """A tree that gives a branch some dozens of customers in a small company."""
    return Tree(3, 4, 2) if customers < LARGE_COMPANY else Tree(6, 4, 5)


def unit_rows(tree: Tree) -> pa.Table:
    """The tree as the operator's own table of units."""
    rows: list[tuple[str | None, ...]]
    rows = [(tree.region_id(i), REGIONS[i].zh, REGIONS[i].en, "地市", None) for i in range(tree.regions)]
    for i in range(tree.counties):
        place = COUNTIES[i % len(COUNTIES)]
        rows.append((tree.county_id(i), place.zh, place.en, "县区", tree.region_id(i // tree.counties_each)))
    for i in range(tree.branches):
        county, road = COUNTIES[i // tree.branches_each % len(COUNTIES)], ROADS[i % tree.branches_each]
        rows.append(
            (
                tree.branch_id(i),
                f"{county.zh.rstrip('区县')}{road.zh}营业厅",
                f"{county.en}, {road.en}",
                "营业厅",
                tree.county_id(i // tree.branches_each),
            )
        )
    names = ("机构编号", "机构名称", "英文名称", "层级", "上级机构")
    columns = list(zip(*rows, strict=True))
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in zip(names, columns, strict=True)})


def staff_rows(tree: Tree, *, seed: int) -> pa.Table:
    """Everybody who works there: agents, account managers, supervisors, and three at headquarters."""
    posts: list[tuple[str, str | None, str]]
    posts = [("HQ-1", None, "总部管理"), ("HQ-2", None, "分析员"), ("HQ-3", None, "分析员")]
    posts += [(f"S{tree.region_id(i)}", tree.region_id(i), "地市主管") for i in range(tree.regions)]
    posts += [(f"S{tree.county_id(i)}", tree.county_id(i), "县区主管") for i in range(tree.counties)]
    for i, manager in enumerate(tree.manager_ids().to_pylist()):
        posts.append((manager, tree.county_id(i // MANAGERS_PER_COUNTY), "客户经理"))
    posts += [
        (agent_id(tree, branch, place), tree.branch_id(branch), "营业员")
        for branch in range(tree.branches)
        for place in range(AGENTS_PER_BRANCH)
    ]
    index = np.arange(len(posts), dtype=np.uint64)
    chance = Chance(seed, "staff")
    names = person_names(chance, index, index, chance.happens("sex", index, 0.5))
    return pa.table(
        {
            "工号": pa.array([post[0] for post in posts]),
            "姓名": names,
            "机构编号": pa.array([post[1] for post in posts], pa.string()),
            "岗位": pa.array([post[2] for post in posts]),
        }
    )


def agent_id(tree: Tree, branch: int, place: int) -> str:
    return f"A{tree.branch_id(branch)}-{place + 1}"


def person_names(chance: Chance, family: Array, index: Array, is_male: Array) -> pa.Array:
    """A surname by family and a given name of one or two characters by sex."""
    surnames, weights = np.array(list(SURNAMES), object), np.array(list(SURNAMES.values()), np.float64)
    men, women = np.array(GIVEN_OF_MEN, object), np.array(GIVEN_OF_WOMEN, object)
    given: list[Array] = []
    for place in ("first", "second"):
        draw = chance.uniform(place, index)
        man = men[(draw * len(men)).astype(np.int64)]
        given.append(np.where(is_male, man, women[(draw * len(women)).astype(np.int64)]))
    short = chance.happens("short", index, 0.2)
    surname = surnames[chance.pick("surname", family, weights)]
    return pa.array(surname + given[0] + np.where(short, "", given[1]), pa.string())
