"""The most likely parameters of customers who may cool: a search by slopes, then Newton's last steps."""

import numpy as np
from scipy.optimize import Bounds, minimize

from liuke.predict.cooling_laws import Form
from liuke.predict.cooling_likelihood import lose
from liuke.predict.purchase_times import PurchaseTimes
from liuke.predict.side_by_side import sums_in_one_order

STEPS, SETTLED, LEVEL = 400, 1e-12, 1e-7
LAST_STEPS, NUDGE, STILL = 8, 1e-5, 1e-10
FLAT = 1e-7  # of the strongest curvature: below, a direction is left where the search ended


def search(form: Form, told: PurchaseTimes, traits: np.ndarray) -> np.ndarray:
    """Where the slope is nearly level. How it ends hangs on rounding in the fifth digit: see `settle`.

    From one start; of three others on CDNOW none led to a higher top, one to a lower.
    """
    unit = float(told.age.mean())

    def lose_at(theta: np.ndarray) -> tuple[float, np.ndarray]:
        return lose(theta, form, told, traits)

    with sums_in_one_order():
        found = minimize(
            lose_at,
            form.start(unit),
            jac=True,
            method="L-BFGS-B",
            bounds=Bounds(*form.bounds(unit).T),
            options={"maxiter": STEPS, "ftol": SETTLED, "gtol": LEVEL, "maxcor": 20},
        )
    return np.asarray(found.x)


def settle(theta: np.ndarray, form: Form, told: PurchaseTimes, traits: np.ndarray) -> np.ndarray:
    """The top itself, so that neither rounding nor the number of threads is heard in an answer.

    Newton's method with differences of the slope; a step that does not level the slope is not taken.
    """
    low, high = form.bounds(float(told.age.mean())).T
    with sums_in_one_order():
        slope = lose(theta, form, told, traits)[1]
        for _ in range(LAST_STEPS):
            free = (theta > low + NUDGE) & (theta < high - NUDGE)
            step = _propose(theta, slope, free, form, told, traits)
            reached = np.clip(theta + step, low, high)
            found = lose(reached, form, told, traits)[1]
            if not np.abs(found[free]).max(initial=0.0) < np.abs(slope[free]).max(initial=0.0):
                break
            theta, slope = reached, found
            if np.abs(step).max() < STILL:
                break
    return theta


def _propose(
    theta: np.ndarray,
    slope: np.ndarray,
    free: np.ndarray,
    form: Form,
    told: PurchaseTimes,
    traits: np.ndarray,
) -> np.ndarray:
    step = np.zeros(len(theta))
    nudges = NUDGE * np.eye(len(theta))[free]
    if not len(nudges):
        return step
    moved = [(lose(theta + nudge, form, told, traits)[1] - slope)[free] / NUDGE for nudge in nudges]
    sizes, ways = np.linalg.eigh((np.array(moved) + np.array(moved).T) / 2.0)
    steep = sizes > FLAT * sizes.max()
    step[free] = -(ways[:, steep] / sizes[steep]) @ (ways[:, steep].T @ slope[free])
    return step
