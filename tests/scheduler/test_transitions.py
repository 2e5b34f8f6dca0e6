"""The ways between a booking's states: whatever is not in the table is refused, in a sentence."""

from datetime import UTC, datetime

import pytest

from models.tables import Booking
from scheduler.errors import NotPossibleNow
from scheduler.transitions import TOLD, TRANSITIONS, step

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def booking(state: str) -> Booking:
    return Booking(
        id=3,
        run_id=1,
        project_id=1,
        organisation_id=1,
        cluster_id=1,
        stage="idea",
        state=state,
        booked_start=NOW,
        booked_end=NOW,
        made_at=NOW,
        made_by="x",
    )


def test_every_verb_can_be_told() -> None:
    assert set(TOLD) == {verb for _, verb in TRANSITIONS}


@pytest.mark.parametrize(
    ("state", "verb", "text"),
    [
        ("cancelled", "cancel", "Booking 3 is cancelled already."),
        ("lapsed", "cancel", "Booking 3 is past: it cannot be cancelled."),
        ("no_show", "check in", "Booking 3 is missed: it cannot be checked in."),
        ("done", "displace", "Booking 3 is done: it cannot be displaced."),
    ],
)
def test_a_way_that_there_is_not_is_refused_in_a_sentence(state: str, verb: str, text: str) -> None:
    with pytest.raises(NotPossibleNow) as caught:
        step(booking(state), verb)
    assert caught.value.text == text
