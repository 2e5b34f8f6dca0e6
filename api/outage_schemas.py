"""What comes in about outages.

Knows no use case and no status code.
"""

from api.schemas import Key, Moment, Strict, Text


class OutageIn(Strict):
    """A unit that is out of order for ``[start, end)``, or until further notice."""

    unit: Key
    start: Moment
    end: Moment | None = None
    reason: Text = ""
