"""Everybody who ever was a customer, as columns; the state from which the next month is lived."""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from liuke.world.chance import Array

NEVER = -1_000_000  # a day before any history


@dataclass
class Population:
    """One row per customer, in the order of joining; days are numbers from 1970-01-01.

    identity: what draws are made for; the row's place in the company, except in repeated lives.
    """

    identity: Array
    place: Array  # in the company: gives the customer's number
    # who they are
    opened_second: Array
    is_male: Array
    birth_on: Array
    home: Array  # the place of the first customer who lives at the address
    moves: Array
    person: Array  # the place under which they were a customer before; their own when they were not
    kin: Array  # the place of the leaver whose relative they are; their own when they are nobody's
    device: Array
    branch: Array
    manager: Array  # -1: nobody's
    care: Array
    do_not_disturb: Array
    # what they bought
    plan: Array
    dealer: Array
    assessed_on: Array  # when the dealer's commission is assessed; NEVER: no commission
    signed: Array  # how the dealer signed them up, hidden
    contract_end_on: Array  # NEVER: no contract
    surcharge_fen: Array  # a month, of earlier price steps of the plan they have
    step_fen: Array  # of the latest price step
    step_month: Array  # from which on it is charged; NEVER: no step
    broadband: Array
    second_card: Array
    cloud: Array
    # what they are like, hidden
    minutes: Array  # a usual month's use
    texts: Array
    data_mb: Array
    price_sense: Array
    miss_rate: Array
    late_rate: Array
    decline: Array  # share of use that is left after each month of wavering
    response: Array
    is_sleeping_dog: Array
    hears_offers: Array  # of competitors
    reachable: Array
    # how they are now
    status: Array
    status_month: Array  # when the status began
    mind: Array
    mind_month: Array
    last_use_on: Array  # of the silent
    use: Array  # share of a usual month's use
    grievance: Array
    network_grievance: Array
    hardship: Array
    credit_months: Array
    # last month's use, to be billed
    used_share: Array  # of the month's days with an account
    used_minutes: Array
    used_texts: Array
    used_mb: Array
    bill_mean_fen: Array
    shock: Array  # how far the last bill lay above the usual
    unpaid: Array  # bills issued and not paid, the last ones in a row
    owed_fen: Array  # (rows, 4): those bills, the latest first
    left_on: Array  # NEVER: not left
    left_kind: Array
    competitor: Array  # to whom they carried their number over; -1: to nobody
    reached_on: Array  # (rows, CONTACTS): the last day on which an offer reached them

    def __len__(self) -> int:
        return len(self.identity)

    def take(self, rows: Array) -> "Population":
        """A population of some rows; a copy."""
        return Population(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def joined_by(self, others: "Population") -> "Population":
        """These rows and others after them."""
        return Population(
            **{
                field.name: np.concatenate([getattr(self, field.name), getattr(others, field.name)])
                for field in fields(self)
            }
        )

    def to_table(self) -> pa.Table:
        columns = {}
        for field in fields(self):
            values = getattr(self, field.name)
            if values.ndim == 1:
                columns[field.name] = pa.array(values)
            else:
                for place in range(values.shape[1]):
                    columns[f"{field.name}.{place}"] = pa.array(values[:, place])
        return pa.table(columns)

    @classmethod
    def from_table(cls, table: pa.Table) -> "Population":
        found: dict[str, Array] = {}
        for field in fields(cls):
            if field.name in table.column_names:
                found[field.name] = table[field.name].to_numpy().copy()
            else:
                parts = [name for name in table.column_names if name.startswith(f"{field.name}.")]
                found[field.name] = np.column_stack([table[name].to_numpy() for name in parts])
        return cls(**found)
