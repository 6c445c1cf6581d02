"""A text in both languages Liuke speaks."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["zh", "en"]


class Words(BaseModel):
    """The same words in simplified Chinese and in English; neither may be empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def say(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en
