"""What the simulated operator sells: plans, products, shops."""

from dataclasses import dataclass

import numpy as np

MB_PER_GB = 1024


@dataclass(frozen=True)
class Plan:
    """One plan: its price a month and what it includes."""

    code: str
    name: str
    brand: str
    price_fen: int
    minutes: int
    data_mb: int
    contract_months: int  # 0: may leave any time
    share: float  # of customers who choose it


PLANS = (
    Plan("CX29", "畅享29元套餐", "畅享", 2900, 100, 5 * MB_PER_GB, 0, 0.20),
    Plan("QC39", "青春39元套餐", "青春", 3900, 60, 30 * MB_PER_GB, 0, 0.18),
    Plan("CX59", "畅享59元套餐", "畅享", 5900, 220, 12 * MB_PER_GB, 12, 0.22),
    Plan("CX89", "畅享89元套餐", "畅享", 8900, 400, 25 * MB_PER_GB, 24, 0.19),
    Plan("JT129", "家庭129元套餐", "家庭", 12900, 700, 45 * MB_PER_GB, 24, 0.14),
    Plan("ZX199", "尊享199元套餐", "尊享", 19900, 1200, 90 * MB_PER_GB, 24, 0.07),
)
PRICE_FEN = np.array([plan.price_fen for plan in PLANS], np.int64)
MINUTES = np.array([plan.minutes for plan in PLANS], np.float64)
DATA_MB = np.array([plan.data_mb for plan in PLANS], np.float64)
CONTRACT_MONTHS = np.array([plan.contract_months for plan in PLANS], np.int64)
SHARE = np.array([plan.share for plan in PLANS])

# Beyond the allowance; texts are not included in any plan.
MINUTE_FEN = 15
TEXT_FEN = 10
DATA_FEN_PER_GB = 300

PRODUCTS = ("宽带", "副卡", "云盘")
PRODUCT_SHARE = (0.30, 0.18, 0.12)

DEALERS_PER_COUNTY = 4  # the first is the operator's own hall
