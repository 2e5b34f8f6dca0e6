"""The lists judged together: every mistake, of form and of meaning.

Knows nothing of what is stored already.
"""

from dataclasses import dataclass

from models.routing import Routing
from scheduler.loading.account_lines import AccountLine, account_mistakes
from scheduler.loading.asked import Requests
from scheduler.loading.calendars import calendar_mistakes
from scheduler.loading.doable import Doable
from scheduler.loading.files import Lists
from scheduler.loading.limit_lines import EVERY_LIST as LISTS
from scheduler.loading.limited import limit_mistakes
from scheduler.loading.mistakes import BadFiles, Mistake
from scheduler.loading.order import order_mistakes
from scheduler.loading.planning_settings import SETTINGS
from scheduler.loading.policy_lines import PolicyLine, policy_mistakes
from scheduler.loading.ranges import range_mistakes
from scheduler.loading.recipes import empty_recipes, routings
from scheduler.loading.references import reference_mistakes
from scheduler.loading.upkeep import upkeep_mistakes

_ORDER = {file: place for place, file in enumerate((SETTINGS, *(kind.file for kind in LISTS)))}


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """Lists without a mistake, and the routings that their recipes make."""

    lists: Lists
    routings: dict[str, Routing]


def check(lists: Lists, *, week: str) -> Checked:
    """The lists, fit to be stored; dates count from ``week``. Raises ``BadFiles`` with all mistakes."""
    mistakes = [*lists.mistakes, *reference_mistakes(lists), *range_mistakes(lists), *empty_recipes(lists)]
    mistakes += limit_mistakes(lists)
    mistakes += policy_mistakes(lists.of(PolicyLine))
    mistakes += account_mistakes(lists.of(AccountLine))
    mistakes += calendar_mistakes(lists, week=week)
    mistakes += order_mistakes(lists, {mistake.file for mistake in mistakes})
    sound = routings(lists, mistakes)
    mistakes += Doable(lists, sound, {mistake.file for mistake in mistakes}).mistakes()
    sound = routings(lists, mistakes)
    mistakes += Requests(lists, sound, week, mistakes).mistakes()
    mistakes += upkeep_mistakes(lists, {mistake.file for mistake in mistakes}, week=week)
    if mistakes:
        raise BadFiles(_in_order(mistakes))
    return Checked(lists=lists, routings=sound)


def _in_order(mistakes: list[Mistake]) -> tuple[Mistake, ...]:
    """Each once, by file and row."""
    once = dict.fromkeys(mistakes)
    return tuple(sorted(once, key=lambda each: (_ORDER.get(each.file, len(_ORDER)), each.file, each.row or 0)))
