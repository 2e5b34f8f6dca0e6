"""Plans, with the problem that each one answers.

Knows nothing of how a plan is found or judged.
"""

from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from models.columns import Moment, OptionalMoment

PLAN_STATES = ("queued", "solving", "draft", "published", "discarded", "failed")
PLAN_KINDS = ("week", "nightly", "repair")


class Plan(SQLModel, table=True):
    """A draft asked for, being solved, found, and perhaps published.

    ``week`` is an ISO week ("2026-W49"). ``settings`` say how to solve (limit, work, workers, seed); ``progress`` is
    the last word of the solver while it runs. ``document`` is the plan document as text (``scheduler.documents``): the
    exact problem, its clock and the answer; it never changes once written.
    """

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("kind IN ('week', 'nightly', 'repair')", name="plan_kind"),
        CheckConstraint(
            "state IN ('queued', 'solving', 'draft', 'published', 'discarded', 'failed')", name="plan_state"
        ),
        CheckConstraint("state NOT IN ('draft', 'published') OR document IS NOT NULL", name="plan_document_given"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    week: str
    state: str = Field(default="queued", index=True)
    outage_id: int | None = Field(default=None, foreign_key="outage.id")
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    progress: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    document: str | None = None
    error: str | None = None
    asked_by: str
    asked_at: Moment
    found_at: OptionalMoment = None
    published_by: str | None = None
    published_at: OptionalMoment = None


class PlanCentre(SQLModel, table=True):
    """A centre that a plan covers, with the centre's revision when its problem was read."""

    __tablename__ = "plan_centre"

    plan_id: int = Field(primary_key=True, foreign_key="plan.id")
    centre_id: int = Field(primary_key=True, foreign_key="centre.id")
    revision: int
