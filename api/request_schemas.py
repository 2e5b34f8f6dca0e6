"""A job as it is asked for over REST, checked strictly.

Knows no use case and no status code.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from api.described import only
from api.schemas import LARGEST_NUMBER, WHOLE, Key, Moment, Quantity, Strict, bounded
from models.routing import Routing

DrawnRouting = Annotated[Routing, BeforeValidator(bounded)]


class WindowIn(Strict):
    """When an operation may be done from start to end (one of several times), as a visitor or a witness is there then,
    or its parts arrive. An end that is not given is free."""

    operation: Key
    start: Moment | None = None
    end: Moment | None = None


class RequestIn(Strict):
    """A job: a recipe with its numbers, or a routing drawn by hand. ``release``: now unless given."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [only("recipe", "routing"), only("routing", "recipe")]})

    key: Key | None = None
    centre: Key
    project: Key
    recipe: Key | None = None
    routing: DrawnRouting | None = None
    quantity: Quantity = 1
    parameters: Annotated[
        dict[Key, Annotated[int, Field(strict=True, ge=0, le=LARGEST_NUMBER), WHOLE]],
        Field(max_length=50, json_schema_extra={"additionalProperties": False}),
    ] = Field(default_factory=dict)
    release: Moment | None = None
    due: Moment | None = None
    deadline: Moment | None = None
    priority: Literal["low", "normal", "high", "urgent"] = "normal"
    least_quantity: Quantity | None = None
    windows: Annotated[tuple[WindowIn, ...], Field(max_length=100)] = ()
    may_share: bool = Field(default=False, strict=True, description="Leave that work of others runs together with it.")

    @model_validator(mode="after")
    def _one_source(self) -> "RequestIn":
        if (self.recipe is None) == (self.routing is None):
            raise ValueError("either a recipe or a routing")
        return self
