"""What is asked for: recipes and requests.

Knows nothing of when it will be done.
"""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Moment, OptionalMoment

PRIORITIES = ("low", "normal", "high", "urgent")


class Recipe(SQLModel, table=True):
    """One version of a laboratory's approved routing. A version never changes: a change is a new version.

    ``routing`` is a ``models.routing.Routing`` as JSON.
    """

    __tablename__ = "recipe"
    __table_args__ = (
        UniqueConstraint("key", "version", name="recipe_version_once"),
        CheckConstraint("version >= 1", name="recipe_version"),
    )

    id: int | None = Field(default=None, primary_key=True)
    laboratory_id: int = Field(foreign_key="laboratory.id", index=True)
    key: str = Field(index=True)
    version: int = 1
    name: str
    routing: dict[str, Any] = Field(sa_type=JSON)


class Request(SQLModel, table=True):
    """A recipe with its numbers, or a routing drawn by hand, for a project at a centre.

    Exactly one of ``recipe_id`` and ``routing`` is given. ``priority`` is the class that a manager set.
    ``asked_by`` is the key of whoever asked, ``None`` where a list did.
    ``displaced_at``: when a confirmed booking of it was last displaced; it then stands at the head of the queue.
    ``least_quantity``: with how many of its pieces the lot is worth planning (``None``: with all).
    ``may_share``: its owner gives leave that work of others runs together with it. ``counts``: by name of a conditional
    operation, how many pieces were found to go through it. ``windows``: when single operations may be done, as
    ``scheduler.operation_windows`` writes it.
    """

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="request_quantity"),
        CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name="request_priority"),
        CheckConstraint("(recipe_id IS NULL) <> (routing IS NULL)", name="request_routing_once"),
        CheckConstraint("deadline_at IS NULL OR release_at < deadline_at", name="request_window"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    centre_id: int = Field(foreign_key="centre.id", index=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    recipe_id: int | None = Field(default=None, foreign_key="recipe.id")
    routing: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    quantity: int = 1
    parameters: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    priority: str = "normal"
    submitted_at: Moment
    release_at: Moment
    due_at: OptionalMoment = None
    deadline_at: OptionalMoment = None
    withdrawn_at: OptionalMoment = None
    displaced_at: OptionalMoment = None
    asked_by: str | None = None
    least_quantity: int | None = None
    may_share: bool = False
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    windows: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"})


class PassedOver(SQLModel, table=True):
    """A request that the last published plan of an ISO week knew, and that could have begun by the week's end but did
    not begin in it."""

    __tablename__ = "passed_over"

    request_id: int = Field(primary_key=True, foreign_key="request.id")
    week: str = Field(primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
