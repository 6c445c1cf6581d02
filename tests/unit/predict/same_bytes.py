"""Run by a test in a process of its own: make a champion in a folder."""

import sys
from pathlib import Path

from liuke.predict.champion import serve
from liuke.store import Engine
from tests.unit.predict.companies import TELECOM, MadeUp, inputs_of

if __name__ == "__main__":
    learned = {"as_of_dates": 2, "minimum_customers": 100, "minimum_leavers": 5}
    training = TELECOM.training.model_copy(update=learned)
    made = MadeUp(customers=300, months=10)
    definition = TELECOM.model_copy(update={"training": training})
    serve(inputs_of(made, Engine(threads=1), definition=definition, model_folder=Path(sys.argv[1])))
