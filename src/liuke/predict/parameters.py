"""Parameters of a fitted model, read by attribute or by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Parameters(Mapping[str, float]):
    """Each parameter is an attribute and an item: params_.alpha, params_["alpha"], dict(params_)."""

    def __getitem__(self, name: str) -> float:
        if name not in iter(self):
            raise KeyError(name)
        found: float = getattr(self, name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter([field.name for field in fields(self)])

    def __len__(self) -> int:
        return len(fields(self))
