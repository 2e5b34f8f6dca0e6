"""Column types that every table shares.

Knows no table.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime
from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class NaiveMoment(ValueError):
    """A moment was given without a time zone."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite keeps no zone: what it returns is read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment(f"{value.isoformat()} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert isinstance(value, datetime)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Moment = Annotated[AwareDatetime, Field(sa_type=UTCDateTime)]
OptionalMoment = Annotated[AwareDatetime | None, Field(sa_type=UTCDateTime)]
