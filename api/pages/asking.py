"""Asking for a job: a laboratory's recipe with its numbers, for a project; the next plan finds its times.

Knows no rules: the use case names what is not possible.
"""

from collections.abc import Mapping
from dataclasses import asdict
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
from scheduler.errors import BadValue, KeyTaken, Unknown
from scheduler.views import RequestView

router = new_page_router()
NUMBER = "number."
"""Before the name of a recipe's own number, so that it is never taken for another field."""
NO_STEP = "Choose the step that is only possible then."
ONCE = "once"
"""The field with the key that the request of a form gets where nobody types one."""


class JobAsked(Strict):
    centre: Key | None = None
    recipe: Key | None = None
    once: Key | None = None


@router.get("/ask", dependencies=[needs("ask")])
def ask_form(request: Request, call: Calling, asked: Annotated[JobAsked, Query()]) -> Response:
    centres = every_centre(call)
    if not centres:
        return draw_empty(request, call)
    centre = chosen_centre(centres, asked.centre)
    if asked.recipe is None:
        recipes = _recipes(call, centre)
        return draw(
            request, "recipes.html", centre=centre, centres=centres, recipes=recipes, new_key=requesting.new_key
        )
    return _form(request, call, centre, _recipe(call, centre, asked.recipe), {ONCE: asked.once or ""})


@router.post("/ask", dependencies=[needs("ask")])
def ask(request: Request, call: Calling, filled: Filled) -> Response:
    centre = chosen_centre(every_centre(call), filled.get("centre") or None)
    recipe = _recipe(call, centre, filled.get("recipe", ""))
    once = _key_of_form(filled)
    try:
        told = read_form(RequestIn, _values(filled, centre, recipe))
        before = _asked_before(call, once)
        if before is not None and _says(before, told):
            return _shown(once, "again")
        key = _asked(call, told, once if before is None else "")
    except BadForm as error:
        # The form has one window, whose fields stand together.
        mistakes = tuple(
            Mistake(place="windows", text=NO_STEP if each.text == "Expected a value here." else each.text)
            if (each.place or "").startswith("windows")
            else each
            for each in error.mistakes
        )
        return _form(request, call, centre, recipe, filled, mistakes=mistakes)
    except BadValue as error:
        mistakes = (Mistake(place=error.field, text=error.text),)
        return _form(request, call, centre, recipe, filled, mistakes=mistakes)
    return _shown(key, "asked") if key else _shown(once, "again")


def _asked(call: Call, told: RequestIn, once: str) -> str:
    """The key of the new request; empty where a second click asked for it just now. What others have of the key of the
    form, which anybody may change, is not told: then it is as if the form had none."""

    def submit(key: str | None) -> str:
        wish = {**dict(told), "key": key}
        return requesting.submit_request(call.database, actor=call.actor, now=call.now, **wish).key

    try:
        return submit(told.key or once or None)
    except KeyTaken:
        if not once:
            raise
        return "" if _asked_before(call, once) else submit(None)


def _shown(key: str, said: str) -> Response:
    return RedirectResponse(f"/requests/{quote(key, safe='')}?said={said}", status_code=303)


def _key_of_form(filled: Mapping[str, str]) -> str:
    """What the request of this very form is called, unless somebody types a name; empty where the form does not say.

    So that a second click, or going back in the browser and sending it again, asks for nothing twice."""
    once = filled.get(ONCE, "")
    return once if requesting.is_new_key(once) and not filled.get("key", "").strip() else ""


def _asked_before(call: Call, key: str) -> RequestView | None:
    try:
        return requesting.show_request(call.database, actor=call.actor, now=call.now, key=key) if key else None
    except Unknown:
        return None


def _says(before: RequestView, told: RequestIn) -> bool:
    """Whether it asks for the same. What is asked for with other numbers is another job."""
    same = ("project", "recipe", "quantity", "least_quantity", "due", "deadline", "priority", "may_share")
    return (
        all(getattr(before, name) == getattr(told, name) for name in same)
        and before.state != "withdrawn"
        and before.parameters.items() >= told.parameters.items()
        and told.release in (None, before.release)
        and [dict(each) for each in told.windows] == [asdict(each) for each in before.windows]
    )


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
        once=filled.get(ONCE) or requesting.new_key(),
        filled=filled,
        mistakes=mistakes,
    )
