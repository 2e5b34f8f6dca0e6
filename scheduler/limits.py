"""Quotas and budgets in words: whose they are, on which units, and what a use would make of them.

Knows nothing of how they are counted.
"""

from collections.abc import Callable
from dataclasses import dataclass

from models.queries.sight import EVERYTHING, Sight
from models.queries.world import World
from models.tables import Budget, Quota
from scheduler.translate.names import row_id
from scheduler.views import Sentence
from solver.rules.violation import Violation


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitWords:
    """Words for the limits of one world; ``moment`` and ``length`` tell ticks. Other organisations, and other people,
    have no name for whoever may not see them (``sight``)."""

    world: World
    moment: Callable[[int], str]
    length: Callable[[int], str]
    sight: Sight = EVERYTHING

    def quota(self, text_id: str) -> Quota:
        """The row behind a quota's id. Raises ``StopIteration``."""
        row = row_id(text_id)
        return next(quota for quota in self.world.limits.quotas if quota.id == row)

    def budget(self, text_id: str) -> Budget:
        """The row behind a budget's id. Raises ``StopIteration``."""
        row = row_id(text_id)
        return next(budget for budget in self.world.limits.budgets if budget.id == row)

    def quota_name(self, text_id: str) -> str:
        """``Orbita Kub's quota on SEM units``."""
        return f"{self.holder(text_id)}'s quota on {self.units(self.quota(text_id))}"

    def holder(self, text_id: str) -> str:
        """Whose uses count, by name."""
        holder = text_id.partition("/")[2]
        per = self.quota(text_id).per
        if per == "person":
            return holder if self.sees_owner(None) else "one person"
        if per == "organisation" and not self.sees_owner(row_id(holder)):
            return "another organisation"
        return (self.world.organisations if per == "organisation" else self.world.clusters)[row_id(holder)].name

    def sees_owner(self, organisation_id: int | None) -> bool:
        """Whether whoever reads may see the organisation (``None``: any), be it for all that is done at the centres."""
        here = {centre.id for centre in self.world.centres}
        return self.sight.covers(organisation_id=organisation_id) or here <= self.sight.centre_ids

    def units(self, limit: Quota | Budget) -> str:
        """``SEM units of Electron microscopy``, ``SEM-2``, ``all units of the centre``."""
        unit = None if isinstance(limit, Budget) else limit.unit_id
        if unit is not None:
            return self.world.units[unit].key if unit in self.world.units else "one unit"
        kind = f"{limit.unit_type} units" if limit.unit_type else "all units"
        laboratory = self.world.laboratories.get(limit.laboratory_id or 0)
        if laboratory is not None:
            return f"{kind} of {laboratory.name}"
        centre = next((each.name for each in self.world.centres if each.id == limit.centre_id), None)
        return kind if limit.unit_type or centre is None else f"{kind} of {centre}"

    def rule(self, quota: Quota, most: str) -> str:
        """``at most 4 h in 7 days on SEM units``."""
        return f"at most {most} {period(quota)} on {self.units(quota)}"

    def refusal(self, violation: Violation, own: int) -> Sentence:
        """What somebody has of a quota, and what it would become; ``own`` is what a new booking has of the window."""
        numbers, id_ = dict(violation.numbers), violation.ids[0]
        quota = self.quota(id_)
        has, start = numbers["used"] - own, self.moment(numbers["start"])
        tell = self.length if quota.measure == "minutes" else _runs
        text = (
            f"{self.holder(id_)} has {tell(has)} of {tell(numbers['most'])} {period(quota)} on {self.units(quota)}; "
            f"{'these' if quota.measure == 'minutes' else 'with'} {tell(own)} "
            f"{'would make' if quota.measure == 'minutes' else 'more it would be'} {tell(has + own)}, from {start}."
        )
        facts = (("quota", quota.key), ("has", has), ("most", numbers["most"]), ("would_make", has + own))
        return Sentence(code=f"quota.{violation.code}", text=text, facts=facts)

    def overspent(self, violation: Violation) -> Sentence:
        """What is left of a budget, and what was asked for."""
        numbers, budget = dict(violation.numbers), self.budget(violation.ids[0])
        left, spent = self.length(max(0, numbers["left"])), self.length(numbers["spent"])
        text = f"{budget.name}: {left} are left by {self.moment(numbers['tick'])}, and this takes {spent}."
        return Sentence(code="budget.overspent", text=text, facts=(("budget", budget.key), *numbers.items()))


def period(quota: Quota) -> str:
    """``in 7 days``, ``in a day``, ``in a week``."""
    if quota.days is None:
        return f"in a {quota.period}"
    return f"in {quota.days} day{'' if quota.days == 1 else 's'}"


def _runs(count: int) -> str:
    return f"{count} run{'' if count == 1 else 's'}"
