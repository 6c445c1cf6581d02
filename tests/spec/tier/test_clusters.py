"""Clusters are found once and kept: stored centres judge, a refit keeps the names of what moved little."""

import numpy as np
import pandas as pd
import pytest

from liuke.kernel.errors import ConfigRefused, MissingColumn
from liuke.kernel.words import Words
from liuke.tier import load
from liuke.tier.cluster_trials import Tried, choose
from liuke.tier.cluster_words import describe
from liuke.tier.fit_clusters import ClustersRefused, fit_clusters

WORDS = {"spend": Words(zh="消费", en="spend"), "data": Words(zh="流量", en="data")}


def customers(*, third=(30.0, 40.0), seed=0) -> pd.DataFrame:
    """Three groups of forty, far apart; the second column is never skewed."""
    draw = np.random.default_rng(seed)
    middles = [(10.0, 10.0), (50.0, 10.0), third]
    points = np.concatenate([draw.normal(middle, 1.0, (40, 2)) for middle in middles])
    return pd.DataFrame(points, columns=["spend", "data"])


def fit(frame, columns=WORDS, **more):
    return fit_clusters(frame, columns, **{"random_state": 7, "bootstraps": 4, "k_range": range(3, 5)} | more)


@pytest.fixture(scope="module")
def scheme():
    return fit(customers())


def test_the_groups_are_found_and_ranked_by_the_first_column(scheme):
    found = scheme.assign(customers())

    assert found.tier.tolist() == ["c3"] * 40 + ["c1"] * 40 + ["c2"] * 40
    assert [level.rank for level in scheme.levels] == [1, 2, 3, 4]
    assert [cluster.size for cluster in scheme.clusters] == [40, 40, 40]
    assert min(cluster.stability for cluster in scheme.clusters) > 0.95
    assert [trial.clusters for trial in scheme.fit.trials] == [3, 4]
    assert scheme.fit.trials[0].agreement == 1 > scheme.fit.trials[1].agreement


def test_words_a_manager_reads(scheme):
    described = {cluster.name: cluster.description for cluster in scheme.clusters}

    assert described["c1"].en == "spend far above average, data below average"
    assert described["c1"].zh == "消费远高于平均，流量低于平均"
    assert described["c2"].en == "data far above average"
    assert {level.name: level.words.en for level in scheme.levels}["c2"] == "C2 data far above average"


@pytest.mark.parametrize(
    "distances, english",
    [
        ([1.0, 0.4], "spend far above average, data above average"),
        ([0.99, -0.4], "spend above average, data below average"),
        ([0.39, -1.0], "data far below average"),
        ([0.39, -0.39], "near the average in everything"),
    ],
)
def test_how_far_is_far(distances, english):
    assert describe(distances, list(WORDS.values()))[1].en == english


def test_the_nearest_centre_and_what_is_unknown(scheme):
    frame = pd.DataFrame({"spend": [12.0, 48.0, None, 12.0, 1e12], "data": [9.0, 12.0, 10.0, np.inf, -1e12]})

    found = scheme.assign(frame)

    assert found.tier.tolist() == ["c3", "c1", "unrated", "unrated", "c1"]
    assert (
        found.why.iloc[0]
        == "spend 12, data 9: of 3 groups nearest C3 spend far below average, data below average"
    )
    assert found.why.tolist()[2:4] == ["unknown: spend", "unknown: data"]
    assert found.why_zh.tolist()[2:4] == ["未知：消费", "未知：流量"]
    assert found[["measure", "next_tier", "missing"]].isna().all(axis=None)
    assert found.description_zh.iloc[1] == "消费远高于平均，流量低于平均"


def test_a_customer_halfway_is_in_the_better_one(scheme):
    """Two centres at one distance: the first of them."""
    columns = tuple(column.model_copy(update={"centre": 0.0, "scale": 1.0}) for column in scheme.columns)
    clusters = tuple(
        cluster.model_copy(update={"centre": (float(at), 0.0)})
        for at, cluster in zip((2, 0, -2), scheme.clusters, strict=True)
    )
    made = scheme.model_copy(update={"columns": columns, "clusters": clusters})

    found = made.assign(pd.DataFrame({"spend": [1.01, 1.0, 0.99, -1.0], "data": [0.0] * 4}))

    assert found.tier.tolist() == ["c1", "c1", "c2", "c2"]


def test_the_same_customers_in_any_order_make_the_same_file(scheme, tmp_path):
    shuffled = fit(customers().sample(frac=1, random_state=3))

    scheme.write_scheme(tmp_path / "one.toml")
    shuffled.write_scheme(tmp_path / "two.toml")

    assert (tmp_path / "one.toml").read_bytes() == (tmp_path / "two.toml").read_bytes()
    assert load(tmp_path / "one.toml") == scheme
    assert scheme.reads == ("spend", "data")


def test_a_refit_keeps_the_names_of_what_moved_little(scheme):
    again = fit(customers(third=(31.0, 43.0), seed=1), ["spend", "data"], previous=scheme)

    assert (again.name, again.version) == ("clusters", 2)
    assert [cluster.name for cluster in again.clusters] == ["c1", "c2", "c3"]
    assert all(match.kept and match.name == match.previous for match in again.fit.matches)
    assert again.fit.gone == ()
    assert [cluster.words for cluster in again.clusters] == [cluster.words for cluster in scheme.clusters]


def test_what_moved_far_has_a_new_name_that_was_never_given(scheme):
    again = fit(customers(third=(90.0, 90.0), seed=1), ["spend", "data"], previous=scheme)

    assert {cluster.name for cluster in again.clusters} == {"c1", "c3", "c4"}
    (moved,) = [match for match in again.fit.matches if not match.kept]
    assert (moved.name, moved.previous) == ("c4", "c2")
    assert moved.moved > moved.few
    assert again.fit.gone == ("c2",)
    third = fit(customers(seed=2), ["spend", "data"], previous=again)
    assert (third.version, {cluster.name for cluster in third.clusters}) == (3, {"c1", "c3", "c5"})


def test_other_columns_are_another_scheme(scheme):
    with pytest.raises(
        ClustersRefused, match="compares spend, data; another version compares the same columns"
    ):
        fit(customers(), ["spend"], previous=scheme)


def test_very_skewed_columns_are_judged_by_their_logarithm():
    frame = customers().drop(index=range(46, 80)).reset_index(drop=True)
    frame["spend"] = np.exp(frame.spend / 5)

    skewed = fit(frame, k_range=[3])

    assert [column.log for column in skewed.columns] == [True, False]
    assert skewed.assign(frame).tier.tolist() == ["c3"] * 40 + ["c1"] * 6 + ["c2"] * 40
    assert (
        skewed.assign(pd.DataFrame({"spend": [-9.0, 0.0], "data": [10.0, 10.0]})).tier.tolist() == ["c3"] * 2
    )


def test_money_in_fen_and_rows_that_are_left_out():
    frame = customers()
    in_fen = pd.DataFrame({"spend_fen": (frame.spend * 100).round().astype("Int64"), "data": frame.data})
    in_fen.loc[0, "spend_fen"] = None

    made = fit(in_fen, money=["spend"], k_range=[3])

    assert (made.fit.rows, made.fit.left_out) == (119, 1)
    assert made.assign(frame).tier.iloc[1:].tolist() == made.assign(in_fen).tier.iloc[1:].tolist()
    assert made.assign(in_fen).tier.iloc[0] == "unrated"


def test_the_fewest_clusters_within_one_standard_error_are_chosen():
    def tried(clusters, agreement, error):
        return Tried(clusters, np.zeros((clusters, 1)), agreement, error, (1.0,) * clusters)

    assert choose([tried(3, 0.80, 0.01), tried(4, 0.88, 0.01), tried(5, 0.90, 0.02)]).clusters == 4
    assert choose([tried(3, 0.80, 0.01), tried(4, 0.879, 0.01), tried(5, 0.90, 0.02)]).clusters == 5


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_customers_are_refused(count):
    with pytest.raises(ClustersRefused, match="too few or too alike"):
        fit(customers().head(count))


def test_refusals():
    with pytest.raises(MissingColumn, match="fit_clusters needs the column 'visits'"):
        fit(customers(), ["visits"])
    with pytest.raises(ClustersRefused, match="'spend' holds .*string"):
        fit(customers().astype({"spend": "str"}))
    with pytest.raises(ClustersRefused, match="at least one column"):
        fit(customers(), [])


@pytest.mark.parametrize("count", [0, 1])
def test_one_customer_and_none_are_judged(scheme, count):
    assert len(scheme.assign(customers().head(count))) == count


def test_a_centre_that_does_not_fit_is_told(scheme, tmp_path):
    scheme.write_scheme(tmp_path / "made.toml")
    text = (tmp_path / "made.toml").read_text(encoding="utf-8")
    (tmp_path / "made.toml").write_text(
        text.replace("centre = [\n", "centre = [\n    1.0,\n", 1), encoding="utf-8"
    )

    with pytest.raises(ConfigRefused, match="the centre has 3 numbers for 2 columns"):
        load(tmp_path / "made.toml")
