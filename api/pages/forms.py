"""Forms: their fields as they were filled in, and what was wrong with them.

Knows no use case beyond the names of its refusals.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Depends
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from api.bodies import form_fields
from api.schemas import LONGEST_TEXT, MOMENT_WANTED, Mistake, plain_text
from scheduler.errors import BadValue, PasswordsBusy, TooManyAttempts, WrongPassword
from scheduler.wording import wanted

Filled = Annotated[dict[str, str], Depends(form_fields)]
M = TypeVar("M", bound=BaseModel)
NOT_SIGNED = (WrongPassword, TooManyAttempts, PasswordsBusy)
"""What stands against a signature, beside what is missing of it."""
_MINUTES = 5


class BadForm(Exception):
    """The form has mistakes."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("; ".join(f"{each.place}: {each.text}" for each in mistakes))
        self.mistakes = mistakes


def read_form(model: type[M], values: Mapping[str, object]) -> M:
    """The values as ``model`` checks them. Raises ``BadForm``."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = error.errors()
        raise BadForm(tuple(map(_mistake, found))) from error


def mistakes_of(error: BadForm | BadValue) -> tuple[Mistake, ...]:
    """What is wrong with which field."""
    return error.mistakes if isinstance(error, BadForm) else (Mistake(place=error.field, text=error.text),)


def plain_field(filled: Mapping[str, str], name: str) -> str:
    """A text as it can be kept and shown; nothing for one that cannot."""
    try:
        return plain_text(filled.get(name, ""))[:LONGEST_TEXT]
    except ValueError:
        return ""


def whole_number(filled: Mapping[str, str], name: str) -> int | str | None:
    """The number that was typed; ``None`` where nothing was, what was where that is no number."""
    written = filled.get(name, "").strip()
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else written or None


def with_offset(written: str, zone: str) -> str:
    """``2026-12-03T16:00``, as a form sends it, with the zone's offset; anything else as it is."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return written
    return moment.replace(tzinfo=ZoneInfo(zone)).isoformat() if moment.tzinfo is None else written


def for_input(moment: datetime, zone: str) -> str:
    """The moment as a form's input wants it: local, in whole minutes."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def rounded(moment: datetime) -> datetime:
    """The last full five minutes."""
    return moment - timedelta(minutes=moment.minute % _MINUTES, seconds=moment.second, microseconds=moment.microsecond)


def _mistake(error: ErrorDetails) -> Mistake:
    place = str(error["loc"][0]) if error["loc"] else ""
    expected = wanted(error)
    text = "Choose a date and a time." if expected == MOMENT_WANTED else f"Expected {expected}."
    return Mistake(place=place, text=text)
