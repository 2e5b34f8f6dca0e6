"""Requests judged by their recipe: numbers in range, dates in order, lags that can hold, weights that can be counted.

Knows nothing of calendars: a request that cannot be planned is an answer, not a mistake.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from models.routing import Routing
from scheduler.cycles import contradiction
from scheduler.doability import check_windows
from scheduler.errors import BadValue
from scheduler.loading.cells import When
from scheduler.loading.files import Lists
from scheduler.loading.lines import DeliveryLine, LaboratoryLine, ProjectLine, RequestLine, RequestWindowLine, StockLine
from scheduler.loading.mistakes import Mistake
from scheduler.loading.planning_settings import SETTINGS
from scheduler.loading.recipe_lines import RecipeLine
from scheduler.local_time import week_start
from scheduler.operation_windows import OperationOfNoStep
from scheduler.portions import LeastOfConditional, LeastOutOfRange, check_least
from scheduler.routing import Expanded, ParameterOutOfRange, UnknownParameter, expand, most_pieces
from scheduler.scopes import FARTHEST
from scheduler.views import OperationWindow
from scheduler.weights import late_weight_of, weight_of

MOST_RUNS = 200
"""Runs of one operation that one request may become."""

WORTH_LIMIT = 2**62
_SLACK_WEEKS = 10
_WEEKS_PASSED_OVER = 104
"""As if each had waited for two years."""

_NUMBERS = ("quantity", "parameters", "least_quantity")
_COLUMN = {
    UnknownParameter.code: "parameters",
    ParameterOutOfRange.code: "parameters",
    LeastOutOfRange.code: "least_quantity",
    LeastOfConditional.code: "least_quantity",
}


class _Asked:
    """What the weight formula reads of a request that is new."""

    displaced_at: datetime | None = None

    def __init__(self, priority: str) -> None:
        self.priority = priority


class Requests:
    """Judges the requests of a directory, and the dates of its deliveries. Rows with mistakes (``wrong``) and recipes
    with any (no routing) are not judged."""

    def __init__(self, lists: Lists, routings: Mapping[str, Routing], week: str, wrong: Collection[Mistake]) -> None:
        self._lists = lists
        self._bad_files = {mistake.file for mistake in wrong}
        self._bad_rows = {mistake.row for mistake in wrong if mistake.file == RequestLine.file}
        self._routings = routings
        self._week = week
        centres = {line.laboratory: line.centre for line in lists.of(LaboratoryLine)}
        self._centre = {line.recipe: centres.get(line.laboratory) for line in lists.of(RecipeLine)}
        self._windows_by_request = _by_request(lists)
        self._stages = {line.project: line.stage for line in lists.of(ProjectLine)}

    def mistakes(self) -> Iterator[Mistake]:
        """Every mistake of every request, and weights that are too large together."""
        heaviest = dict.fromkeys(self._lists.settings, 0)
        for line in self._lists.of(RequestLine):
            if line.row in self._bad_rows:
                continue
            yield from self._dates(line)
            yield from self._place(line)
            routing, wrong = self._filled_in(line)
            yield from wrong
            if routing is not None:
                yield from self._windows(line, routing)
            if routing is not None and line.has("priority", "project"):
                heaviest[line.centre] += self._worst(line, routing)
        worst = sum(heaviest.values())
        if worst >= WORTH_LIMIT:
            yield _too_heavy(max(heaviest, key=heaviest.__getitem__), worst)
        yield from self._deliveries()

    def _dates(self, line: RequestLine) -> Iterator[Mistake]:
        planning = self._lists.settings.get(line.centre)
        if planning is None or not line.has("centre"):
            return
        release, due, deadline = (self._at(line, name, planning.zone) for name in ("release", "due", "deadline"))
        if due is not None and release is not None and due <= release:
            yield line.wrong("due", "due_before_release", f"a moment after the release, {line.release.written}")
        if deadline is not None and release is not None and deadline <= release:
            yield line.wrong(
                "deadline", "deadline_before_release", f"a moment after {line.release.written}, the release"
            )
        elif due is not None and deadline is not None and due > deadline and line.deadline is not None:
            yield line.wrong("due", "due_after_deadline", f"a moment until the deadline, {line.deadline.written}")

    def _at(self, line: RequestLine, column: str, zone: str) -> datetime | None:
        """The moment that stands there; ``None`` where there is none that is right."""
        written: When | None = getattr(line, column)
        return None if written is None or not line.has(column) else written.at(self._week, zone)

    def _place(self, line: RequestLine) -> Iterator[Mistake]:
        centre = self._centre.get(line.recipe)
        known = line.has("centre", "recipe") and LaboratoryLine.file not in self._bad_files
        if known and centre is not None and centre != line.centre:
            yield line.wrong("recipe", "other_centre", f"a recipe of {line.centre}; this one is of {centre}")

    def _filled_in(self, line: RequestLine) -> tuple[Expanded | None, tuple[Mistake, ...]]:
        """The request's runs; ``None`` with what is wrong, or if its recipe or centre could not be read."""
        routing, planning = self._routings.get(line.recipe), self._lists.settings.get(line.centre)
        if routing is None or planning is None or not line.has("centre", "recipe", *_NUMBERS):
            return None, ()
        for operation in routing.operations:
            count = -(-line.quantity // most_pieces(operation, line.quantity))
            if count > MOST_RUNS:
                expected = f"a quantity that makes at most {MOST_RUNS} runs of {operation.name}, not {count}"
                return None, (line.wrong("quantity", "too_many_runs", expected),)
        try:
            check_least(routing, quantity=line.quantity, least=line.least_quantity)
            runs = expand(routing, quantity=line.quantity, parameters=dict(line.parameters))
        except BadValue as refusal:
            return None, (line.wrong(_COLUMN.get(refusal.code, "quantity"), refusal.code, _told(refusal)),)
        names = contradiction(runs, tick_minutes=planning.settings.tick_minutes)
        if names:
            around = ", ".join(names)
            expected = f"numbers with which the lags of {around} can hold together; each work's length counts"
            return None, (line.wrong("quantity", "lags_contradict", expected),)
        return runs, ()

    def _windows(self, line: RequestLine, routing: Expanded) -> Iterator[Mistake]:
        planning, week = self._lists.settings[line.centre], self._week
        zone = planning.zone
        release, deadline = line.release.at(week, zone), None if line.deadline is None else line.deadline.at(week, zone)
        for window in self._windows_by_request[line.request]:
            asked = _window(window, week, zone)
            try:
                check_windows(
                    (asked,),
                    routing.runs,
                    release=release,
                    deadline=deadline,
                    latest=week_start(week, zone) + FARTHEST,
                    zone=zone,
                    tick_minutes=planning.settings.tick_minutes,
                )
            except BadValue as refusal:
                column = "operation" if refusal.code == OperationOfNoStep.code else "starts"
                expected = "a window that its operation can be done in: " + refusal.text.rstrip(".")
                yield window.wrong(column, refusal.code, expected)

    def _worst(self, line: RequestLine, routing: Expanded) -> int:
        """What the request can at most add to any level: its weights times the last tick that is planned."""
        settings = self._lists.settings[line.centre].settings
        stage = self._stages.get(line.project)
        if stage is None:
            return 0
        asked = _Asked(line.priority)
        weeks = _WEEKS_PASSED_OVER
        late = late_weight_of(stage, asked, routing, settings, settings.tick_minutes, weeks_passed_over=weeks)
        weight = weight_of(stage, asked, routing, settings, weeks_passed_over=weeks)
        weight = max(late, weight) * settings.weights.displaced_factor
        minutes = (settings.horizon_weeks + _SLACK_WEEKS) * 7 * 1440 + sum(run.total_minutes for run in routing.runs)
        factor = sum(sum(level.terms.values()) for level in settings.levels)
        return weight * factor * (minutes // settings.tick_minutes + 1)

    def _deliveries(self) -> Iterator[Mistake]:
        centres = {line.stock: line.centre for line in self._lists.of(StockLine)}
        seen: dict[tuple[str, datetime], int] = {}
        for line in self._lists.of(DeliveryLine):
            planning = self._lists.settings.get(centres.get(line.stock, ""))
            if planning is None:
                continue
            row = seen.setdefault((line.stock, line.at.at(self._week, planning.zone)), line.row)
            if row != line.row:
                yield line.wrong("at", "repeated_row", f"each moment once for a stock; row {row} is at the same one")


def listed_windows(lists: Lists, week: str) -> dict[str, tuple[OperationWindow, ...]]:
    """By request: when single operations of it may be done, as listed."""
    zones = {line.request: lists.settings[line.centre].zone for line in lists.of(RequestLine)}
    return {
        request: tuple(_window(line, week, zones[request]) for line in lines)
        for request, lines in _by_request(lists).items()
    }


def _by_request(lists: Lists) -> dict[str, list[RequestWindowLine]]:
    found: dict[str, list[RequestWindowLine]] = defaultdict(list)
    for line in lists.of(RequestWindowLine):
        found[line.request].append(line)
    return found


def _window(line: RequestWindowLine, week: str, zone: str) -> OperationWindow:
    start, end = (None if each is None else each.at(week, zone) for each in (line.starts, line.ends))
    return OperationWindow(operation=line.operation, start=start, end=end)


def _told(refusal: BadValue) -> str:
    return "numbers that the recipe allows: " + refusal.text.rstrip(".")


def _too_heavy(centre: str, worst: int) -> Mistake:
    return Mistake(
        code="weights_too_large",
        file=SETTINGS,
        row=None,
        column=f"centres.{centre}.weights",
        found=str(worst),
        expected=f"weights with which the worst plan stays below {WORTH_LIMIT}",
    )
