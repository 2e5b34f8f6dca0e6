"""What is odd in a facility of NEMO: told by name, hidden nowhere, and stopping nothing.

Knows nothing of what is taken over.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import combinations

from scheduler.importing.nemo.broken import open_problems
from scheduler.importing.nemo.document import Document, Record
from scheduler.importing.nemo.facility import STAGE, moment_of
from scheduler.importing.outcome import Remark
from scheduler.loading.references import same_name

_DAY = 1440
_REFERENCES: dict[str, dict[str, str]] = {
    "account": {"type": "accounttype"},
    "project": {"account": "account"},
    "tool": {"_primary_owner": "user", "parent_tool": "tool", "_requires_area_access": "area"},
    "qualification": {"user": "user", "tool": "tool"},
    "reservation": {"user": "user", "tool": "tool", "project": "project", "area": "area"},
    "usageevent": {"user": "user", "operator": "user", "tool": "tool", "project": "project"},
    "closuretime": {"closure": "closure"},
    "scheduledoutage": {"tool": "tool", "area": "area"},
    "staffabsence": {"staff_member": "user"},
    "staffavailability": {"staff_member": "user", "category": "staffavailabilitycategory"},
    "task": {"tool": "tool", "creator": "user"},
    "areaaccessrecord": {"area": "area", "customer": "user", "project": "project"},
}
_NAMED = ("tool", "account", "project", "area", "user", "accounttype")


def odd(document: Document, *, zone: str) -> tuple[Remark, ...]:
    """Every remark, by what it is about. ``zone``: in which the facility is taken to be."""
    finders: tuple[Callable[[Document], Iterator[Remark]], ...] = (
        _repeated,
        _nameless,
        _dangling,
        _alike,
        _tools,
        _out_of_order,
        _areas,
        _reservations,
        _usage,
        _overlaps,
        _closures,
        _people,
        _open_ends,
        _adjustments,
        _secrets,
    )
    found = [*_missing(document, zone), *(remark for finder in finders for remark in finder(document))]
    return tuple(dict.fromkeys(found))


def _missing(document: Document, zone: str) -> Iterator[Remark]:
    yield Remark(place="file", text=f"names no time zone; it is read as of {zone}")
    if document.of("project"):
        yield Remark(place="file", text=f"knows no stages; every project comes in as {STAGE!r}")


def _repeated(document: Document) -> Iterator[Remark]:
    for key, times in Counter((each.model, each.pk) for each in document.records if each.pk is not None).items():
        if times > 1:
            yield Remark(place=f"{key[0]} {key[1]}", text=f"stands there {times} times")
    for (model, name), times in Counter((each.model, each.name) for each in document.records).items():
        if times > 1 and model in _NAMED and name:
            yield Remark(place=f"{model} {name}", text=f"{times} have this name; the first is meant where it is named")


def _nameless(document: Document) -> Iterator[Remark]:
    for model in _NAMED:
        for record in document.of(model):
            if not record.name:
                yield Remark(place=record.place, text="has no name")


def _dangling(document: Document) -> Iterator[Remark]:
    for model, columns in _REFERENCES.items():
        for record in document.of(model):
            for column, target in columns.items():
                reference = record.reference(column)
                if reference is not None and document.find(target, reference) is None:
                    text = f"its {column.lstrip('_')} {reference!r} is no {target} of the file"
                    yield Remark(place=record.place, text=text)


def _alike(document: Document) -> Iterator[Remark]:
    for model in _NAMED:
        names: dict[str, list[str]] = defaultdict(list)
        for record in document.of(model):
            names[same_name(record.name or "")].append(record.name or "")
        for some in names.values():
            if len({*some}) > 1:
                yield Remark(place=f"{model} {some[0]}", text=f"is called nearly as {', '.join(some[1:])}")
    rooms = {record.text("_location") for record in document.of("tool")}
    for room in sorted(rooms):
        longer = sorted(other for other in rooms if room and other.endswith(f"/{room}"))
        if longer:
            yield Remark(place=f"location {room}", text=f"may be {', '.join(longer)}; it is taken for another room")
    resources = {record.name for record in document.of("resource")}
    for room in sorted(rooms & resources):
        yield Remark(place=f"location {room}", text="is a resource's name and no room's; it is taken for a room")


def _tools(document: Document) -> Iterator[Remark]:
    fields = Counter(name for record in document.of("tool") for name in record.fields)
    common = {name for name, times in fields.items() if times >= 0.95 * len(document.of("tool"))}
    horizons = [record.number_of("_reservation_horizon") for record in document.of("tool")]
    for record in document.of("tool"):
        for name in sorted(common - set(record.fields)):
            yield Remark(place=record.place, text=f"says nothing of {name.lstrip('_')}; it is taken for not set")
        if record.number_of("_reservation_horizon") is None and horizons.count(None) <= 0.05 * len(horizons):
            yield Remark(place=record.place, text="has no reservation horizon, as nearly all others have")
        yield from _limits(record)
        yield from _off(record)


def _limits(record: Record) -> Iterator[Remark]:
    least, longest = record.number_of("_minimum_usage_block_time"), record.number_of("_maximum_usage_block_time")
    most = record.number_of("_maximum_reservations_per_day")
    fits = _DAY // max(least or 1, 1)
    if most is not None and most * 30 > _DAY and (least is None or most > fits):
        text = f"at most {most} reservations a day can never be reached"
        text += f": of {least} min each, {fits} fit" if least else ""
        yield Remark(place=record.place, text=f"{text}; {most} min may be meant. It is taken over as it stands")
    if longest is not None and longest % 30:
        yield Remark(place=record.place, text=f"the longest reservation, {longest} min, is no number of half hours")
    if least is not None and longest is not None and least > longest:
        yield Remark(place=record.place, text=f"reservations of at least {least} and at most {longest} min: none")
    for name, value in (("shortest", least), ("longest", longest), ("greatest number a day", most)):
        if value is not None and value <= 0:
            yield Remark(place=record.place, text=f"the {name} is {value}; it is taken for no limit")


def _off(record: Record) -> Iterator[Remark]:
    """Limits that are off for a part of the day."""
    if not record.fields.get("_policy_off_between_times"):
        return
    start, end = record.text("_policy_off_start_time"), record.text("_policy_off_end_time")
    if not start or not end:
        yield Remark(place=record.place, text="limits are off between times that are not given: that never applies")
    elif start[:5] == end[:5]:
        yield Remark(place=record.place, text=f"limits are off from {start} to {end}, which is no time at all")


def _out_of_order(document: Document) -> Iterator[Remark]:
    shut = open_problems(document)
    for record in document.of("tool"):
        task, works = shut.get(record.name or ""), record.fields.get("_operational")
        if task is not None and works:
            yield Remark(place=record.place, text=f"is operational, though {task.place} shuts it down and is open")
        if task is None and works is False:
            yield Remark(place=record.place, text="is not operational, and nothing in the file says why")


def _areas(document: Document) -> Iterator[Remark]:
    for record in document.of("area"):
        most = record.number_of("maximum_capacity")
        if most is not None and most <= 0:
            yield Remark(place=record.place, text=f"has a capacity of {most}; it is taken for no limit")


def _reservations(document: Document) -> Iterator[Remark]:
    for record in document.of("reservation"):
        start, made = moment_of(record, "start"), moment_of(record, "creation_time")
        if start is not None and made is not None and made > start:
            text = f"was made on {made:%Y-%m-%d}, after it had begun on {start:%Y-%m-%d}"
            yield Remark(place=record.place, text=text)
        if record.fields.get("missed") and record.fields.get("cancelled"):
            yield Remark(place=record.place, text="is both missed and cancelled; it is taken for cancelled")
        yield from _span(document, record)
        for outage in document.of("scheduledoutage"):
            if outage.reference("tool") == record.reference("tool") and _meet(outage, record):
                yield Remark(place=record.place, text=f"lies under {outage.place} of the same tool")


def _usage(document: Document) -> Iterator[Remark]:
    for record in document.of("usageevent"):
        yield from _span(document, record)
        ended = record.number_of("has_ended")
        if ended is not None and ended > 1:
            yield Remark(place=record.place, text=f"says has_ended {ended}, where 0 or 1 would be yes or no")


def _span(document: Document, record: Record) -> Iterator[Remark]:
    """Order and length of one time on a tool, and who was there."""
    tool = document.find("tool", record.reference("tool"))
    start, end = moment_of(record, "start"), moment_of(record, "end")
    if start is not None and end is not None and start >= end:
        yield Remark(place=record.place, text="its end is not after its start")
    elif start is not None and end is not None and tool is not None:
        minutes, longest = int((end - start).total_seconds() // 60), tool.number_of("_maximum_usage_block_time")
        if longest is not None and minutes > longest:
            yield Remark(place=record.place, text=f"lasts {minutes} min; {tool.name} allows {longest} at a time")
    if any(each is not None and (each.second or each.microsecond) for each in (start, end)):
        yield Remark(
            place=record.place, text="its times are no whole minutes, as those of bookings are: rounded outwards"
        )
    user = document.find("user", record.reference("user"))
    known = {(each.reference("user"), each.reference("tool")) for each in document.of("qualification")}
    if user is not None and tool is not None and (user.name, tool.name) not in known:
        yield Remark(place=record.place, text=f"{user.name} is not qualified on {tool.name} by the file")
    if user is not None and record.reference("project") not in user.references("projects"):
        yield Remark(place=record.place, text=f"its project is none of those of {user.name}")


def _overlaps(document: Document) -> Iterator[Remark]:
    for model in ("reservation", "usageevent"):
        standing = [each for each in document.of(model) if not each.fields.get("cancelled")]
        for first, second in combinations(standing, 2):
            tool = first.reference("tool")
            if tool is not None and tool == second.reference("tool") and _meet(first, second):
                yield Remark(place=second.place, text=f"overlaps {first.place} on {tool}")


def _meet(first: Record, second: Record) -> bool:
    spans = [(moment_of(each, "start"), moment_of(each, "end")) for each in (first, second)]
    (a, b), (c, d) = spans
    return a is not None and b is not None and c is not None and d is not None and a < d and c < b


def _closures(document: Document) -> Iterator[Remark]:
    for record in document.of("closuretime"):
        closure = document.find("closure", record.reference("closure"))
        end = moment_of(record, "end_time")
        name = "" if closure is None else f" ({closure.name})"
        if end is not None and end.minute == 59:
            text = f"ends at {end:%Y-%m-%d %H:%M} UTC{name}: its last minute is open"
            yield Remark(place=record.place, text=text)


def _people(document: Document) -> Iterator[Remark]:
    for record in document.of("user"):
        projects = [document.find("project", each) for each in record.references("projects")]
        accounts = list(dict.fromkeys(str(each.reference("account")) for each in projects if each is not None))
        if len(accounts) > 1:
            text = f"works for {', '.join(accounts)}; a person here is of one organisation: {accounts[0]}"
            yield Remark(place=record.place, text=text)
        if record.fields.get("is_active") is False:
            yield Remark(place=record.place, text="is not active, and comes in like the others")
    for absence in document.of("staffabsence"):
        user = document.find("user", absence.reference("staff_member"))
        shifts = [
            each for each in document.of("staffavailability") if user and each.reference("staff_member") == user.name
        ]
        days = _days(absence)
        if days is not None and days > 366:
            name = "somebody" if user is None else user.name
            more = ", and has shifts meanwhile" if shifts else ""
            yield Remark(place=absence.place, text=f"{name} is away for {days} days{more}")
    for record in (*document.of("project"), *document.of("account")):
        if record.fields.get("active") is False:
            yield Remark(place=record.place, text="is not active, and comes in like the others")


def _days(absence: Record) -> int | None:
    try:
        first, last = (datetime.fromisoformat(absence.text(name)).date() for name in ("start_date", "end_date"))
    except ValueError:
        return None
    return (last - first).days + 1


def _open_ends(document: Document) -> Iterator[Remark]:
    for model in ("usageevent", "areaaccessrecord"):
        for record in document.of(model):
            start = moment_of(record, "start")
            if start is not None and not record.text("end"):
                where = record.reference("tool") or record.reference("area")
                text = f"has been open since {start:%Y-%m-%d}, {where}: it has no end"
                yield Remark(place=record.place, text=text)
    for task in document.of("task"):
        made = moment_of(task, "creation_time")
        if made is not None and not task.fields.get("resolved") and not task.fields.get("cancelled"):
            text = f"has been open since {made:%Y-%m-%d}, {task.reference('tool')}"
            yield Remark(place=task.place, text=text)


def _adjustments(document: Document) -> Iterator[Remark]:
    """What NEMO agreed to and did not do: its status 1 is approved."""
    for record in document.of("adjustmentrequest"):
        kind, wanted = record.fields.get("item_type"), moment_of(record, "new_end")
        use = document.find("usageevent", record.number_of("item_id"))
        if kind != ["NEMO", "usageevent"] or use is None or record.number_of("status") != 1 or wanted is None:
            continue
        if wanted != moment_of(use, "end"):
            text = f"was approved, but {use.place} still ends at {use.text('end')}, not at {record.text('new_end')}"
            yield Remark(place=record.place, text=text)


def _secrets(document: Document) -> Iterator[Remark]:
    for record in (*document.of("toolcredentials"), *document.of("interlockcard")):
        if record.text("password"):
            yield Remark(place=record.place, text="holds a password in plain text: whoever has the file has it")
