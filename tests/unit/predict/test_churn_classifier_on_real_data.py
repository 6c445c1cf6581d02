"""On real tables: the floors it keeps, and never below what anybody would try first.

Five stratified folds, pooled out of fold, seed 0. `python -m bench.quality.churn` prints the whole table.
"""

import pytest
from sklearn.metrics import roc_auc_score

from bench.quality.churn import predict_out_of_fold
from bench.quality.datasets import DATASETS, shared_data
from bench.quality.peers import PlainLogistic, UntunedLightGBM, parse_numbers
from liuke.predict import ChurnClassifier
from liuke.predict.calibrate import expected_calibration_error

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.slow,
    pytest.mark.skipif(not shared_data().is_dir(), reason="there is no real data beside the checkout"),
]


@pytest.fixture(scope="module", params=sorted(DATASETS))
def judged(request):
    rows, left = DATASETS[request.param]()
    return request.param, rows, left, predict_out_of_fold(ChurnClassifier, rows, left, seed=0)


# The aim for mlc_churn is 0.925; 0.923 is what is reached, and the standard error of an AUC there is 0.008.
FLOORS = {"ibm_telco": 0.850, "iranian_churn": 0.989, "mlc_churn": 0.922}


def test_floors(judged):
    name, _, left, said = judged

    assert roc_auc_score(left, said) >= FLOORS[name]
    if name == "ibm_telco":
        assert expected_calibration_error(left, said) <= 0.015


def test_at_least_what_anybody_would_try_first(judged):
    _, rows, left, said = judged
    numbers = parse_numbers(rows)

    for peer in (PlainLogistic, UntunedLightGBM):
        theirs = predict_out_of_fold(peer, numbers, left, seed=0)
        assert roc_auc_score(left, said) >= roc_auc_score(left, theirs)
