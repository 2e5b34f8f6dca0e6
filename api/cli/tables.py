"""Plans, checks, summaries and outages as text and tables.

Knows nothing of where they come from.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime

from rich.table import Table

from api.cli.terminal import results, say
from scheduler.delays import tell_late
from scheduler.documents import Checked
from scheduler.level_words import PROVEN
from scheduler.local_time import zone_of
from scheduler.plan_views import ChangeView, EffectView, GivenView, LeftOutView, LevelView, PlanView, Published
from scheduler.time_words import tell_in_year, tell_span
from scheduler.views import BookingView, MaintenanceView, OutageView, UnsettledView
from scheduler.week_views import WeekSummary

MOST_SHOWN = 10
WORDS = {"displaced": "loses its place:", "moved": "moves", "unit": "changes the unit:", "new": "new:"}


def show_plan(view: PlanView) -> None:
    """State, counts and levels."""
    summary = view.summary
    say(f"Plan {summary.id} of {summary.week} for {', '.join(summary.centres)}: {summary.state} ({view.status}).")
    if view.tally is not None:
        say(f"{_counted(len(view.assignments), 'run')} of {view.tally.text}.")
    show_levels(view.levels)
    if view.status == "optimal":
        say(PROVEN)
    show_given(view.given)
    for told in (*view.broken_lags, *view.unsettled, *view.lifted_pins):
        say(told.text)


def show_levels(levels: Sequence[LevelView]) -> None:
    """A row per level: its value, bound and gap."""
    table = _table("Levels, in order", "level", "value", "bound", "gap")
    for level in levels:
        bound = "" if level.bound is None else f"{level.bound:,}"
        table.add_row(level.told or level.name, f"{level.value:,}", bound, level.gap_told)
    results.print(table)


def show_given(given: Sequence[GivenView]) -> None:
    """A row per cluster and centre, where the plan counts what clusters get."""
    if not given:
        return
    table = _table("What clusters get", "cluster", "centre", "should get h", "gets h", "lacks")
    for each in given:
        hours = f"{each.should_hours:,.1f}", f"{each.given_hours:,.1f}"
        table.add_row(each.name, each.centre, *hours, f"{each.lacking_percent:.1f} %")
    results.print(table)


def show_left_out(left_out: Sequence[LeftOutView], *, most: int = MOST_SHOWN) -> None:
    """The first of those left out with each reason, by the clocks of their centres; how many more there are."""
    if not left_out:
        return
    zones = {each.zone for each in left_out}
    say(f"Left out ({_tally(each.absence for each in left_out)}):")
    for each in left_out[:most]:
        last = "" if each.last_start is None else f", last start {_moment(each.last_start, each.zone)}"
        whose = f"{each.owner}{_of_zone(each.zone, zones)}".removeprefix("; ")
        say(f"  {each.request}{f' ({whose})' if whose else ''}: {each.absence}{last}")
        for reason in each.reasons:
            say(f"    - {reason.text}")
    if len(left_out) > most:
        say(f"  and {len(left_out) - most} more")


def show_check(checked: Checked) -> None:
    """What the rule book says of a plan, and whether its levels are worth what it says."""
    say(f"{violations(checked)}; {checked.tally.text}.")
    for violation in checked.violations:
        say(f"  - {violation}")
    for level, recomputed in zip(checked.stored, checked.recomputed, strict=False):
        same = "the same" if level.value == recomputed else f"but recomputed {recomputed:,}"
        say(f"  level {level.name}: {level.value:,}, {same}")


def violations(checked: Checked) -> str:
    """How many, in words."""
    return _counted(len(checked.violations), "violation")


def show_published(published: Published) -> None:
    """What publishing did."""
    say(
        f"Plan {published.plan_id} is published: {published.confirmed} bookings confirmed, {published.moved} moved, "
        f"{published.displaced} displaced, {published.unchanged} unchanged; {published.tentative} runs stay tentative."
    )


def show_changes(changes: Sequence[ChangeView], effect: EffectView | None) -> None:
    """Request by request who moves, from, to and why, when it is due, and how late it then is. Times as the clock of
    each centre shows."""
    if not changes:
        say("Publishing would change nothing.")
        return
    if effect is not None:
        say(effect.text)
    for each in dict.fromkeys(change.request for change in changes):
        _show_request([change for change in changes if change.request == each], {change.zone for change in changes})


def _show_request(changes: Sequence[ChangeView], zones: Set[str]) -> None:
    """The changes of one request; a reason that is the one before is not told again."""
    first, told, zone = changes[0], "", changes[0].zone
    due = "" if first.due is None else f", due {_moment(first.due, zone)}"
    late = tell_late(first.late_before, first.late_after) if due else ""
    say(f"{first.request} ({first.owner}{_of_zone(zone, zones)}){due}" + (f": {late}" if late else ""))
    for change in sorted(changes, key=lambda each: (each.from_start or each.to_start, each.run)):
        places = (_place(change.from_start, change.from_units, zone), _place(change.to_start, change.to_units, zone))
        say(f"  {WORDS[change.change]} {_run(change)}: {' -> '.join(filter(None, places))}")
        if change.why != told:
            say(f"    {change.why}")
        told = change.why


def _of_zone(zone: str, zones: Set[str]) -> str:
    """Whose clock it is, where there are several."""
    return f"; {zone}" if len(zones) > 1 else ""


def _run(change: ChangeView) -> str:
    """``print``, with the run's number where it is not the first."""
    number = change.run.split("/")[2]
    return change.operation + (f" (run {number})" if number != "1" else "")


def show_outage(outage: OutageView, zone: str) -> None:
    """The outage, what lies under it, and the repair that was asked for."""
    until = "until further notice" if outage.end is None else f"to {_moment(outage.end, zone)}"
    say(f"Outage {outage.id}: {outage.unit} is out of order from {_moment(outage.start, zone)} {until} ({zone}).")
    _show_affected(outage.affected, zone)
    if outage.repair_plan_id is None:
        say("No booking lies under it, so nothing has to move.")
    else:
        say(f"Repair plan {outage.repair_plan_id} was asked for.")


def show_outages(centre: str, found: Sequence[OutageView], zone: str) -> None:
    """A row per outage of a centre, by start."""
    if not found:
        say(f"{centre}: every unit works.")
        return
    table = _table(f"{centre}: out of order ({zone})", "outage", "unit", "from", "until", "what is broken", "under it")
    for each in found:
        under = _counted(len(each.affected), "booking") if each.affected else ""
        start = _moment(each.start, zone)
        end = "further notice" if each.end is None else _moment(each.end, zone)
        table.add_row(str(each.id), each.unit, start, end, each.reason, under)
    results.print(table)


def show_unsettled(found: UnsettledView) -> None:
    """What cannot stay by a change of a centre's calendars, with the reasons, and the repair that was asked for."""
    say(f"{found.centre}: what is confirmed and cannot stay where it is ({found.zone}):")
    for each in found.affected:
        say(f"{_affected(each.booking, found.zone)}: {'; '.join(each.why)}")
    for upkeep in found.upkeep:
        say(f"  {upkeep}")
    if found.later:
        say(f"  {_counted(found.later, 'booking')} further ahead, for the repair after this one")
    say(f"Repair plan {found.repair_plan_id} was asked for; nothing moves until it is published.")


def show_waiting(centre: str, found: Sequence[BookingView], zone: str) -> None:
    """A row per booking that waits for approval, by start."""
    if not found:
        say(f"{centre}: no booking waits for an answer.")
        return
    table = _table(f"{centre}: waits for approval ({zone})", "booking", "units", "when", "organisation", "what for")
    for each in found:
        units = ", ".join(sorted({hold.key for hold in each.holds if hold.kind == "unit"}))
        table.add_row(str(each.id), units, tell_span(each.start, each.end, zone), each.organisation, each.purpose)
    results.print(table)


def _show_affected(bookings: Sequence[BookingView], zone: str) -> None:
    for booking in bookings:
        say(_affected(booking, zone))


def _affected(booking: BookingView, zone: str) -> str:
    return f"  booking {booking.id} of {booking.organisation}, {tell_span(booking.start, booking.end, zone)}"


def show_maintenance(found: Sequence[MaintenanceView], zones: Mapping[str, str]) -> None:
    """A row per service or calibration; ``zones`` by centre."""
    columns = ("unit", "maintenance", "state", "until", "used", "planned")
    table = _table("Maintenance, what is due first", *columns)
    for each in found:
        zone = zones[each.centre]
        until = "" if each.until is None else tell_in_year(each.until, zone)
        planned = each.hindrance if each.planned_start is None else tell_in_year(each.planned_start, zone)
        table.add_row(each.unit, f"{each.kind} {each.key}", each.state, until, _used(each), planned)
    results.print(table)


def _used(each: MaintenanceView) -> str:
    """``37.5 of 40 h, 12 of 30 cycles``."""
    told = []
    if each.run_minutes is not None and each.run_minutes_allowed is not None:
        told.append(f"{each.run_minutes / 60:g} of {each.run_minutes_allowed / 60:g} h")
    if each.cycles is not None:
        told.append(f"{each.cycles} of {each.cycles_allowed} cycles")
    return ", ".join(told)


def show_week(summary: WeekSummary) -> None:
    """Hours per cluster and laboratory of one centre's week."""
    clusters = _table(
        f"{summary.centre}, {summary.week}: clusters", "cluster", "booked h", "share", "entitled", "agreed h"
    )
    for share in summary.clusters:
        percents = f"{share.share_percent:.1f} %", f"{share.entitled_percent:.1f} %"
        clusters.add_row(share.name, f"{share.booked_hours:,.1f}", *percents, f"{share.agreed_hours:,.1f}")
    results.print(clusters)
    title = f"{summary.centre}, {summary.week}: laboratories"
    laboratories = _table(title, "laboratory", "open h", "booked h", "share", "after hours h", "refused", "refused h")
    for use in summary.laboratories:
        hours = f"{use.open_hours:,.1f}", f"{use.booked_hours:,.1f}"
        refused = f"{use.refused:,}", f"{use.refused_hours:,.1f}"
        laboratories.add_row(use.name, *hours, f"{use.use_percent:.1f} %", f"{use.after_hours:,.1f}", *refused)
    results.print(laboratories)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    texts = {"level", "cluster", "laboratory", "unit", "maintenance", "state"}
    for column in columns:
        table.add_column(column, justify="left" if column in texts else "right", overflow="fold")
    return table


def _counted(count: int, word: str) -> str:
    return f"1 {word}" if count == 1 else f"{count:,} {word}s"


def _tally(words: Iterable[str]) -> str:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))


def _place(start: datetime | None, units: tuple[str, ...], zone: str) -> str:
    return "" if start is None else f"{_moment(start, zone)} {', '.join(units)}"


def _moment(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(zone_of(zone)):%a %d %b %H:%M}" + (" UTC" if zone == "UTC" else "")
