"""What comes in over REST and pages about a day's work: which day, and what was done in fact.

Knows no use case and no status code.
"""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from api.described import IN_OUR_TIME, Described
from api.schemas import WHOLE, Key, Moment, Strict, Text


def _written_date(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("a date of the years 2000 to 2099, such as 2026-12-03")
    return value


LocalDate = Annotated[date, BeforeValidator(_written_date), Described(IN_OUR_TIME)]
Pieces = Annotated[int, Field(strict=True, ge=0, le=1_000_000), WHOLE]


class DayFilter(Strict):
    """A local day at a centre, today unless given. ``everybody``: not only what a technician does themselves."""

    centre: Key
    date: LocalDate | None = None
    everybody: bool = False


class CheckIn(Strict):
    """When the work began; now unless given."""

    at: Moment | None = None


class CheckOut(Strict):
    """When the work ended (now unless given), and how many pieces were made."""

    at: Moment | None = None
    quantity: Pieces | None = None


class UseCorrection(Strict):
    """When the work was done in fact, how many pieces were made, and why it is said anew."""

    start: Moment
    end: Moment
    quantity: Pieces | None = None
    reason: Annotated[Text, Field(min_length=1)]
