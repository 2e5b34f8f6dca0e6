"""What comes in with a change where a centre asks for it: a reason, and a password with what is meant by it.

Knows no use case and no status code.
"""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas import BookingIn, Moment, Plain, Strict, Text
from scheduler.door.passwords import LONGEST


class Signed(Strict):
    """``password`` with its ``meaning``: where the centre asks for a signature."""

    password: Annotated[Plain, Field(max_length=LONGEST, json_schema_extra={"format": "password"})] = ""
    meaning: Text = ""


class ReasonIn(Strict):
    """``reason``: where the centre asks for one."""

    reason: Text = ""


class SignedReasonIn(ReasonIn, Signed):
    """``reason``, and ``password`` with its ``meaning``: where the centre asks for them."""


class OutageEndIn(SignedReasonIn):
    """When the unit works again; now unless given."""

    at: Moment | None = None


class MaintenanceDoneIn(Signed):
    """When it was done; now unless given. One that ``failed`` renews nothing; ``readings``: what was read, and the
    reason where the centre asks for one."""

    at: Moment | None = None
    result: Literal["passed", "failed"] = "passed"
    readings: Text = ""


class SignedBookingIn(BookingIn, Signed):
    """As a booking, and with an ``override_reason`` a signature, where the centre asks for one."""


class FormalitiesIn(SignedReasonIn):
    """What a centre asks for from now on, ``None``: as until now; and what it asks for until now, to change that."""

    reasons: bool | None = None
    signatures: bool | None = None
