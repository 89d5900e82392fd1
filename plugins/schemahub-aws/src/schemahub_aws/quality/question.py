"""What an invocation asks for."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError

from schemahub.errors import ConfigError


class Question(BaseModel):
    """The event, as a person or a schedule writes it; an empty one asks for everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    exchange: str | None = None
    """Only this exchange."""
    products: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """Only these products, as the exchange spells them."""
    days: PositiveInt | None = None
    """Days that are judged and counted by Athena [default: the setting `quality.days`]."""
    proof: bool = True
    """Whether every id of the table is read (`verify`); else names, checkpoints and the manifest must do."""

    @classmethod
    def of_event(cls, event: object) -> Self:
        """Read an event; an unknown key is a `ConfigError`. What AWS itself sends asks for everything."""
        if not isinstance(event, dict) or str(event.get("source", "")).startswith("aws."):
            return cls()
        try:
            return cls.model_validate(event)
        except ValidationError as error:
            first = error.errors()[0]
            msg = f"the event is not understood: {first['msg']}"
            where = ".".join(map(str, first["loc"]))
            expected = ", ".join(cls.model_fields)
            raise ConfigError(msg, where=f"event.{where}", expected=expected) from error
