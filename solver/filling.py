"""What stays out although there is room for it, put in where that harms no level that counts more than work itself.

Does not know how the plan was found. Within an earlier level's tolerance a later one may leave work out only to gain
by it, and what is counted of planned work alone (``WORKED``) is gained by leaving out whatever there is.
"""

from collections.abc import Iterator
from time import monotonic

from solver.construct import bases_first, place_request
from solver.costs import level_values
from solver.plan import Plan
from solver.problem import Level, Problem, Request
from solver.rules import judge
from solver.site import Site

WORKED = frozenset(("completion", "setup", "running", "gaps"))
"""Costs that any work has."""


def fill(problem: Problem, plan: Plan, *, until: float | None = None) -> Plan:
    """The plan with each request, the heaviest first, that has room beside it and makes it better as a whole without
    making any level worse but those of ``WORKED``. ``until`` on the monotonic clock ends the search."""
    if not plan.left_out:
        return plan
    site = Site(problem)
    site.load(plan.assignments)
    values, firm = level_values(problem, plan), [at for at, level in enumerate(problem.levels) if _is_firm(level)]
    for request in _left_out(problem, site):
        if until is not None and monotonic() >= until:
            break
        state = site.state()
        if place_request(site, request) and site.upkept and site.is_sound():
            filled = site.plan()
            found = level_values(problem, filled)
            harmless = found < values and all(found[at] <= values[at] for at in firm)
            if harmless and not judge(problem, filled):
                plan, values = filled, found
                continue
        site.restore(state)
    return plan


def _is_firm(level: Level) -> bool:
    return not WORKED.issuperset(cost for cost, _ in level.terms)


def _left_out(problem: Problem, site: Site) -> Iterator[Request]:
    out = [request for request in problem.requests if any(task.id not in site.placed for task in request.tasks)]
    for request in bases_first(sorted(out, key=lambda one: (-one.weight, one.id))):
        if any(task.id not in site.placed for task in request.tasks):
            yield request
