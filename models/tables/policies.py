"""What people may ask of units by hand: one row for each unit, or for every unit of a centre.

Knows nothing of plans, which are not asked.
"""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class Policy(SQLModel, table=True):
    """What holds for bookings by hand of one unit, or of each unit of a centre that does not say otherwise: field by
    field, ``None`` leaves it to the centre's row, and there it means no limit.

    ``notice_minutes`` lie between asking and the start, ``cancel_minutes`` between cancelling and it; it starts at most
    ``horizon_days`` from now. ``person_most`` and ``organisation_most`` bookings, and ``person_minutes``, are ahead at
    a time; ``apart_minutes`` lie between two of one person. A booking is missed ``missed_minutes`` after its start: the
    clock marks it then, unless that is 0, and nobody does before. ``approval``: a lab manager confirms it.
    ``whole_gaps``: no free time shorter than the unit's ``usable_minutes`` is left beside it. In the free time (from
    ``free_from`` to ``free_until``, minutes after local midnight, past it where until is the smaller;
    ``free_weekend``: Saturday and Sunday) lengths, what is ahead and what lies apart are not limited.
    """

    __tablename__ = "policy"
    __table_args__ = (
        CheckConstraint("(centre_id IS NULL) <> (unit_id IS NULL)", name="policy_of_one"),
        CheckConstraint("notice_minutes >= 0 AND cancel_minutes >= 0 AND missed_minutes >= 0", name="policy_notice"),
        CheckConstraint("horizon_days >= 1", name="policy_horizon"),
        CheckConstraint(
            "person_most >= 0 AND organisation_most >= 0 AND person_minutes >= 0 AND apart_minutes >= 0",
            name="policy_most",
        ),
        CheckConstraint(
            "shortest_minutes >= 1 AND longest_minutes >= 1 AND shortest_minutes <= longest_minutes",
            name="policy_lengths",
        ),
        CheckConstraint(
            "(free_from IS NULL) = (free_until IS NULL) AND free_from BETWEEN 0 AND 1439 "
            "AND free_until BETWEEN 0 AND 1440 AND free_from <> free_until",
            name="policy_free_time",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    centre_id: int | None = Field(default=None, foreign_key="centre.id", unique=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id", unique=True)
    notice_minutes: int | None = None
    cancel_minutes: int | None = None
    horizon_days: int | None = None
    person_most: int | None = None
    organisation_most: int | None = None
    person_minutes: int | None = None
    apart_minutes: int | None = None
    shortest_minutes: int | None = None
    longest_minutes: int | None = None
    whole_gaps: bool | None = None
    approval: bool | None = None
    missed_minutes: int | None = None
    free_from: int | None = None
    free_until: int | None = None
    free_weekend: bool | None = None
