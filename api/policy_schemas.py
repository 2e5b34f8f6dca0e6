"""What comes in about policies and approval.

Knows no use case and no status code.
"""

from typing import Annotated

from pydantic import Field

from api.schemas import WHOLE, Strict, Text

_Minutes = Annotated[int, Field(strict=True, ge=0, le=1_000_000), WHOLE]
_Length = Annotated[int, Field(strict=True, ge=1, le=1_000_000), WHOLE]
_Most = Annotated[int, Field(strict=True, ge=0, le=1_000_000), WHOLE]
_Answer = Annotated[bool, Field(strict=True)]


class PolicyIn(Strict):
    """All that may be asked of a unit by hand, or of a centre's units: what is not given is not limited, or, of a unit,
    as its centre says. Times of day are minutes after local midnight. ``reason``: where the centre asks for one."""

    notice_minutes: _Minutes | None = None
    cancel_minutes: _Minutes | None = None
    horizon_days: Annotated[int, Field(strict=True, ge=1, le=366), WHOLE] | None = None
    person_most: _Most | None = None
    organisation_most: _Most | None = None
    person_minutes: _Minutes | None = None
    apart_minutes: _Minutes | None = None
    shortest_minutes: _Length | None = None
    longest_minutes: _Length | None = None
    whole_gaps: _Answer | None = None
    approval: _Answer | None = None
    missed_minutes: _Minutes | None = None
    free_from: Annotated[int, Field(strict=True, ge=0, le=1439), WHOLE] | None = None
    free_until: Annotated[int, Field(strict=True, ge=0, le=1440), WHOLE] | None = None
    free_weekend: _Answer | None = None
    reason: Text = ""
