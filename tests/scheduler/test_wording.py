"""What is wrong with a value is told as what would be right, in words of ours for every kind of error."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from api.formal_schemas import SignedReasonIn
from api.outage_schemas import OutageIn
from api.people_schemas import PasswordIn, PersonIn, RoleIn, TokenIn
from api.request_schemas import RequestIn
from api.schemas import BookingFilter, BookingIn, PlanIn
from models.routing import Routing
from scheduler.settings import CentreSettings
from scheduler.wording import wanted

LEAP = "a moment that the clock shows, with seconds from 00 to 59, such as 2026-12-03T16:00:00+03:00"


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")

    count: Annotated[int, Field(strict=True, ge=1, le=5000)] = 1
    share: Annotated[float, Field(gt=0, lt=0.5, allow_inf_nan=False)] = 0.1
    word: Annotated[str, Field(min_length=3, max_length=4)] = "abc"
    which: Literal["low", "high"] = "low"
    many: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]
    pairs: dict[str, int] = {}
    flag: Annotated[bool, Field(strict=True)] = True
    at: AwareDatetime | None = None


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"count": 0}, "a number of at least 1"),
        ({"count": 5001}, "a number of at most 5,000"),
        ({"count": 1.5}, "a whole number"),
        ({"count": "1"}, "a whole number"),
        ({"share": 0}, "a number above 0"),
        ({"share": 1}, "a number below 0.5"),
        ({"share": "x"}, "a number"),
        ({"share": float("nan")}, "a finite number"),
        ({"word": "ab"}, "a text of at least 3 characters"),
        ({"word": "abcde"}, "a text of at most 4 characters"),
        ({"word": 1}, "a text"),
        ({"which": "middle"}, "one of low, high"),
        ({"many": []}, "at least 1 entry"),
        ({"many": [1, 2, 3]}, "at most 2 entries"),
        ({"many": 1}, "a list"),
        ({"pairs": 1}, "names with their values"),
        ({"flag": 1}, "true or false"),
        ({"at": "2026-12-03T16:00:00"}, "a moment with its offset, such as 2026-12-03T16:00:00+03:00"),
        ({"word": "ab\ud800"}, "a text without lone surrogates"),
        ({"at": "2026-12-31T23:59:60Z"}, LEAP),
        ({"at": "2026-12-31T25:00:00Z"}, LEAP),
        ({"colour": 1}, "no field of this name"),
        (1, "names with their values"),
    ],
)
def test_each_kind_of_error_has_its_phrase(given: Any, text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate(given)
    assert [wanted(error) for error in caught.value.errors()] == [text]


class Given(BaseModel):
    """A body that is a role."""

    role: RoleIn


WRONG: list[Any] = [
    None,
    True,
    -1,
    0,
    1.5,
    10**12,
    "",
    " x",
    "x" * 600,
    "\0",
    [],
    [1],
    {},
    {"": 1},
    ["x"] * 300,
    {"role": 1},
    {"role": "king"},
    {"role": "manager"},
]


@pytest.mark.parametrize(
    "model",
    [
        BookingIn,
        OutageIn,
        RequestIn,
        PlanIn,
        BookingFilter,
        Routing,
        CentreSettings,
        PersonIn,
        PasswordIn,
        TokenIn,
        SignedReasonIn,
        Given,
    ],
    ids=lambda each: each.__name__,
)
def test_nothing_that_comes_in_is_told_in_words_of_a_library(model: type[BaseModel]) -> None:
    told = set()
    for wrong in WRONG:
        for given in (wrong, *({name: wrong} for name in model.model_fields)):
            try:
                model.model_validate(given)
            except ValidationError as error:
                told |= {wanted(each) for each in error.errors()}
    assert told
    assert not {each for each in told if "another value" in each or "Input" in each or "valid" in each}
