"""Asking for a job: a laboratory's recipe with its numbers, for a project; the next plan finds its times.

Knows no rules: the use case names what is not possible.
"""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.pages.drawing import draw
from api.pages.forms import BadForm, Filled, read_form, whole_number, with_offset
from api.pages.places import Names, chosen_centre, draw_empty, every_centre
from api.pages.shape import new_page_router
from api.permission import needs
from api.request_schemas import RequestIn
from api.schemas import Key, Mistake, Strict
from scheduler import catalogue, requesting
from scheduler.access import can_at
from scheduler.catalogue import RecipeView
from scheduler.centres import CentreView
from scheduler.errors import BadValue, Unknown

router = new_page_router()
NUMBER = "number."
"""Before the name of a recipe's own number, so that it is never taken for another field."""


class JobAsked(Strict):
    centre: Key | None = None
    recipe: Key | None = None


@router.get("/ask", dependencies=[needs("ask")])
def ask_form(request: Request, call: Calling, asked: Annotated[JobAsked, Query()]) -> Response:
    centres = every_centre(call)
    if not centres:
        return draw_empty(request, call)
    centre = chosen_centre(centres, asked.centre)
    if asked.recipe is None:
        recipes = _recipes(call, centre)
        return draw(request, "recipes.html", centre=centre, centres=centres, recipes=recipes)
    return _form(request, call, centre, _recipe(call, centre, asked.recipe), {})


@router.post("/ask", dependencies=[needs("ask")])
def ask(request: Request, call: Calling, filled: Filled) -> Response:
    centre = chosen_centre(every_centre(call), filled.get("centre") or None)
    recipe = _recipe(call, centre, filled.get("recipe", ""))
    try:
        told = read_form(RequestIn, _values(filled, centre, recipe))
        made = requesting.submit_request(call.database, actor=call.actor, now=call.now, **dict(told))
    except BadForm as error:
        # The form has one window, whose fields stand together.
        mistakes = tuple(
            Mistake(place="windows" if (each.place or "").startswith("windows") else each.place, text=each.text)
            for each in error.mistakes
        )
        return _form(request, call, centre, recipe, filled, mistakes=mistakes)
    except BadValue as error:
        mistakes = (Mistake(place=error.field, text=error.text),)
        return _form(request, call, centre, recipe, filled, mistakes=mistakes)
    return RedirectResponse(f"/requests/{quote(made.key, safe='')}", status_code=303)


def _values(filled: Mapping[str, str], centre: CentreView, recipe: RecipeView) -> dict[str, object]:
    """What was typed; what was left blank is not asked."""
    typed: dict[str, object] = {name: filled.get(name, "").strip() for name in ("key", "project", "priority")}
    typed |= {name: whole_number(filled, name) for name in ("quantity", "least_quantity")}
    typed |= {name: with_offset(filled.get(name, ""), centre.zone) for name in ("release", "due", "deadline")}
    numbers = {each.name: whole_number(filled, NUMBER + each.name) for each in recipe.routing.parameters}
    asked = {name: value for name, value in typed.items() if value not in ("", None)}
    window = {name: with_offset(filled.get("window_" + name, ""), centre.zone) for name in ("start", "end")}
    window |= {"operation": filled.get("window_operation", "")}
    return {
        **asked,
        "windows": ({name: text for name, text in window.items() if text},) if any(window.values()) else (),
        "project": filled.get("project", ""),
        "centre": centre.key,
        "recipe": recipe.key,
        "parameters": {name: value for name, value in numbers.items() if value is not None},
        "may_share": filled.get("may_share") == "yes",
    }


def _recipes(call: Call, centre: CentreView) -> list[RecipeView]:
    return catalogue.list_recipes(call.database, actor=call.actor, now=call.now, centre=centre.key)


def _recipe(call: Call, centre: CentreView, key: str) -> RecipeView:
    """Raises ``Unknown``."""
    found = next((each for each in _recipes(call, centre) if each.key == key), None)
    if found is None:
        raise Unknown("recipe", key)
    return found


def _form(
    request: Request,
    call: Call,
    centre: CentreView,
    recipe: RecipeView,
    filled: Mapping[str, str],
    *,
    mistakes: tuple[Mistake, ...] = (),
) -> Response:
    plans_it = can_at(call.actor, "plan", centre.id)
    return draw(
        request,
        "ask.html",
        status=422 if mistakes else 200,
        centre=centre,
        recipe=recipe,
        projects=catalogue.list_projects(call.database, actor=call.actor, now=call.now),
        owners=Names(call).organisations,
        priorities=requesting.PRIORITIES if plans_it else requesting.OF_OWNERS,
        number=NUMBER,
        filled=filled,
        mistakes=mistakes,
    )
