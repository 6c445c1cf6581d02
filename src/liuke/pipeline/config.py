"""liuke.toml: what a workspace's owner may set, checked whole before anything is done."""

import os
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from liuke.kernel.errors import ConfigRefused, Mistake
from liuke.kernel.toml import TomlFile, read_model
from liuke.kernel.words import Language

FILE_NAME = "liuke.toml"
_SECRET = re.compile(r"\$\{(env|file):([^}]+)\}")


class TierUse(BaseModel):
    """A scheme that is in force: its name or file, and which view column feeds each column it reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: str
    columns: dict[str, str] = {}


class WorldUse(BaseModel):
    """Present when the company is simulated: where its source files and hidden truth lie."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str = "world"


class ListUse(BaseModel):
    """How long early-warning lists are, what counts as a change between two, and how many are kept.

    share: of the customers whose risk and value are known, the greatest expected losses first; never fewer
    than `fewest` while there are so many, never more than `most`. risk_step: the probability by which a risk
    has moved; smaller differences come and go with the model's own noise. kept: the latest lists.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: Annotated[float, Field(gt=0, le=1)] = 0.10
    fewest: Annotated[int, Field(ge=1)] = 50
    most: Annotated[int, Field(ge=1)] = 50_000
    risk_step: Annotated[float, Field(gt=0, lt=1)] = 0.05
    kept: Annotated[int, Field(ge=2)] = 24  # one before is needed to tell what changed

    @model_validator(mode="after")
    def _bounds_fit(self) -> "ListUse":
        if self.fewest > self.most:
            raise ValueError(f"fewest ({self.fewest}) is more than most ({self.most})")
        return self


class Config(BaseModel):
    """The settings of one workspace."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pack: str
    language: Language = "zh"
    currency: str = Field(default="CNY", pattern="^[A-Z]{3}$")
    margin_rate: Annotated[float, Field(gt=0, le=1)]
    seed: int = 1
    as_of: date | None = None
    engine: str = "duckdb"
    memory_gib: Annotated[float, Field(gt=0)] = 4.0
    warehouse: str = "var/warehouse"
    database: str = "sqlite"
    tiers: tuple[TierUse, ...] = ()
    warnings: ListUse = ListUse()
    world: WorldUse | None = None

    @field_validator("engine")
    @classmethod
    def _known_engine(cls, engine: str) -> str:
        if engine != "duckdb":
            raise ValueError(f"engine {engine!r} is not available; use 'duckdb'")
        return engine

    @field_validator("database")
    @classmethod
    def _known_database(cls, database: str) -> str:
        if database == "sqlite" or database.startswith(("postgresql://", "postgres://", "${")):
            return database
        raise ValueError(f"database {database!r} is neither 'sqlite' nor a 'postgresql://…' address")


def load_config(root: Path) -> Config:
    """The settings of the workspace in a folder; secrets stay as placeholders until used."""
    path = root / FILE_NAME
    if not path.is_file():
        raise ConfigRefused(
            [Mistake(path, 1, "no workspace here; make one with 'liuke init PACK DIR', or name one with -w")]
        )
    return read_model(Config, TomlFile(path))


def reveal(text: str, *, root: Path) -> str:
    """The text with ${env:NAME} and ${file:PATH} replaced by what they name.

    Raises ConfigRefused when the variable is not set or the file cannot be read.
    """

    def value_of(found: re.Match[str]) -> str:
        kind, name = found[1], found[2]
        try:
            return os.environ[name] if kind == "env" else (root / name).read_text(encoding="utf-8").strip()
        except KeyError:
            problem = f"{found[0]}: the environment variable {name!r} is not set"
        except OSError:
            problem = f"{found[0]}: the file {root / name} cannot be read"
        raise ConfigRefused([Mistake(root / FILE_NAME, 1, problem)])

    return _SECRET.sub(value_of, text)


def config_values(config: Config) -> dict[str, Any]:
    """The settings as plain values for messages and fingerprints; placeholders not revealed."""
    return config.model_dump(mode="json")
