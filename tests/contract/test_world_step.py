"""A step is lived whole or not at all, and what was done to customers makes a difference."""

import csv
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from liuke.kernel.errors import Busy, LiukeError
from liuke.world import company, step, storage
from liuke.world.company import new_company
from liuke.world.kinds import CLOSED_VOLUNTARY
from liuke.world.responses import respond
from liuke.world.step import Action, live_month

TODAY = date(2026, 11, 1)
MORNING = datetime(2026, 11, 1, 10)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "company"
    new_company(folder, customers=300, months=8, seed=1, today=TODAY)
    return folder


@pytest.fixture
def world(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "company"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "LOCK"
    }


def offers(count: int = 200, policy: str = "contract-renewal", outcome: str = "reached_kept") -> list[Action]:
    return [Action(f"K{number:07d}", policy, MORNING, outcome) for number in range(1, count + 1)]


def died(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_the_same_actions_in_any_order_make_the_same_bytes(world, made, tmp_path):
    other = Path(shutil.copytree(made, tmp_path / "other"))
    live_month(world, offers())
    live_month(other, offers()[::-1])

    assert contents(world) == contents(other)


def test_actions_that_reached_nobody_change_nothing(world, made, tmp_path):
    other = Path(shutil.copytree(made, tmp_path / "other"))
    live_month(world, offers(outcome="unreachable"))
    live_month(other, [])

    assert contents(world) == contents(other)


def test_only_those_who_were_reached_live_differently(world, made, tmp_path):
    other = Path(shutil.copytree(made, tmp_path / "other"))
    live_month(world, offers(count=100))
    live_month(other, [])

    touched, untouched = (
        pq.read_table(folder / "state/2026-12/population.parquet").to_pylist() for folder in (world, other)
    )
    differ = {one["place"] for one, same in zip(touched, untouched, strict=True) if one != same}
    before = pq.read_table(made / "state/2026-11/population.parquet")["status"].to_pylist()
    assert differ == {place for place in range(100) if before[place] < CLOSED_VOLUNTARY}


def test_a_renewed_contract_is_told_as_a_new_row_of_the_account(world):
    live_month(world, offers())

    ends: dict[str, list[date]] = {}
    for path in sorted((world / "sources").glob("accounts-*.csv")):
        for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()):
            if row["合约到期日"]:
                ends.setdefault(row["账户编号"], []).append(date.fromisoformat(row["合约到期日"]))
            if row["入库时间"] == "2026-11-01 23:00:00":
                before = ends[row["账户编号"]][:-1]
                assert ends[row["账户编号"]][-1] >= max([TODAY, *before]) + timedelta(days=365)
                ends.setdefault("renewed", []).append(TODAY)
    assert len(ends["renewed"]) > 20


def test_who_has_left_takes_no_offer(world):
    before = pq.read_table(world / "state/2026-11/population.parquet").to_pylist()
    live_month(world, offers())
    after = pq.read_table(world / "state/2026-12/population.parquet").to_pylist()

    gone = [place for place, row in enumerate(before[:200]) if row["status"] >= CLOSED_VOLUNTARY]
    assert gone
    for place in gone:
        assert after[place]["contract_end_on"] == before[place]["contract_end_on"]


@pytest.mark.parametrize("dies_at", ["write_month", "write_truth", "write_state", "write_company"])
def test_a_step_cut_short_leaves_the_old_month_and_runs_again(world, made, tmp_path, monkeypatch, dies_at):
    expected = Path(shutil.copytree(made, tmp_path / "expected"))
    live_month(expected, offers())
    with monkeypatch.context() as patch:
        patch.setattr(step, dies_at, died)
        with pytest.raises(KeyboardInterrupt):
            live_month(world, offers())

    assert company.today(world) == TODAY
    assert contents(world) == contents(made)
    live_month(world, offers())
    assert contents(world) == contents(expected)


@pytest.mark.parametrize("moved", [0, 1, 5])
def test_a_step_cut_short_after_it_was_decided_is_finished_by_the_next_look(
    world, made, tmp_path, monkeypatch, moved
):
    expected = Path(shutil.copytree(made, tmp_path / "expected"))
    live_month(expected, offers())

    def move_some(stage: Path, folder: Path) -> None:
        for path in sorted(path for path in stage.rglob("*") if path.is_file())[:moved]:
            path.replace(folder / path.relative_to(stage))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(storage, "_move_all", move_some)
        (world / "state/2026-12").mkdir()
        with pytest.raises(KeyboardInterrupt):
            live_month(world, offers())

    assert company.today(world) == date(2026, 12, 1)
    assert contents(world) == contents(expected)


def test_two_cannot_live_the_same_month_at_once(world):
    with storage.hold_company(world), pytest.raises(Busy, match="is being lived"):
        live_month(world, [])
    assert company.today(world) == TODAY


def test_a_wrong_action_leaves_the_month_unlived(world):
    before = contents(world)

    with pytest.raises(LiukeError, match="no customer 'K9999999'"):
        live_month(world, [*offers(), Action("K9999999", "bill-credit", MORNING, "reached_kept")])
    assert contents(world) == before


def test_the_same_question_has_the_same_answer(made):
    asked = [respond(made, f"K{number:07d}", "bill-credit", MORNING) for number in range(1, 101)]
    again = [respond(made, f"K{number:07d}", "bill-credit", MORNING) for number in range(1, 101)]

    assert asked == again
    assert {answer.outcome for answer in asked} >= {"reached_kept", "reached_refused", "unreachable"}


def test_who_was_not_reached_says_nothing_and_who_was_gives_a_reason(made):
    for number in range(1, 101):
        answer = respond(made, f"K{number:07d}", "service-call", MORNING)
        assert answer.reached == answer.outcome.startswith("reached_")
        assert (answer.feedback is not None) == (answer.inclination is not None) == answer.reached


def test_another_call_may_reach_whom_this_one_did_not_and_finds_the_same_will(made):
    will: dict[str, set] = {}
    for hour in range(9, 19):
        for number in range(1, 31):
            answer = respond(made, f"K{number:07d}", "data-gift", datetime(2026, 11, 1, hour))
            will.setdefault(f"K{number:07d}", set()).add(
                answer.inclination == "kept" if answer.reached else None
            )

    assert any(None in answers and len(answers) == 2 for answers in will.values())
    assert all(len(answers - {None}) <= 1 for answers in will.values())


def test_a_customer_who_has_left_is_not_reached(made):
    left = pq.read_table(made / "truth/leaves-2026-10.parquet").to_pylist()
    closed = [row["customer_id"] for row in left if row["left_kind"] in ("voluntary", "involuntary")]

    assert closed
    assert {respond(made, customer, "bill-credit", MORNING).outcome for customer in closed} == {"unreachable"}


def test_an_unknown_customer_cannot_be_called(made):
    with pytest.raises(LiukeError, match="no customer 'nobody'"):
        respond(made, "nobody", "bill-credit", MORNING)
