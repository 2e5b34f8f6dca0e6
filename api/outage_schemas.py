"""What comes in about outages, and the reason of what is ended or missed.

Knows no use case and no status code.
"""

from api.schemas import Key, Moment, Strict, Text


class OutageIn(Strict):
    """A unit that is out of order for ``[start, end)``, or until further notice."""

    unit: Key
    start: Moment
    end: Moment | None = None
    reason: Text = ""


class ReasonIn(Strict):
    """``reason``: where the centre asks for one."""

    reason: Text = ""


class OutageEndIn(ReasonIn):
    """When the unit works again; now unless given."""

    at: Moment | None = None
