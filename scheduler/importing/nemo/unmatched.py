"""Records of NEMO that nothing here stands for, and why.

Knows nothing of those that are taken over.
"""

from collections.abc import Collection, Iterator

from scheduler.importing.nemo.document import Document
from scheduler.importing.outcome import Remark

_SHOWN = "what NEMO's own pages show; nothing here shows it"
_DOOR = "doors and interlocks are not switched from here"
_STOCK = "consumables are sold there; stocks here are what recipes take, with dated deliveries"
_SAFETY = "safety documents and trainings are not kept here"
_SIGN = "of an account at NEMO's door; accounts here are invited"
_TALK = "a conversation of people; nothing here keeps it"

REASONS = {
    "userpreferences": _SIGN,
    "usertype": "kinds of users: roles here are granted to accounts",
    "onboardingphase": _SAFETY,
    "safetytraining": _SAFETY,
    "safetycategory": _SAFETY,
    "safetyitem": _SAFETY,
    "safetyitemdocuments": _SAFETY,
    "chemicalhazard": _SAFETY,
    "chemical": _SAFETY,
    "projectdiscipline": "disciplines of projects: a project here has a stage and a cluster",
    "projecttype": "types of projects: a project here has a stage and a cluster",
    "physicalaccesslevel": "when a person may enter: hours here are those of places",
    "closure": "a closure without times",
    "consumable": _STOCK,
    "consumablecategory": _STOCK,
    "consumablewithdraw": _STOCK,
    "recurringconsumablecharge": _STOCK,
    "interlockcard": _DOOR,
    "interlock": _DOOR,
    "interlockcardcategory": _DOOR,
    "door": _DOOR,
    "task": "a problem that keeps no tool out of order; an outage here says why a unit is shut",
    "taskcategory": "kinds of problems; an outage here has a reason in words",
    "resource": "what tools depend on: here operations need capacities, and units have outages of their own",
    "resourcecategory": "kinds of what tools depend on",
    "contactinformationcategory": _SHOWN,
    "contactinformation": _SHOWN,
    "landingpagechoice": _SHOWN,
    "customization": "a setting of NEMO's pages",
    "news": _SHOWN,
    "alert": _SHOWN,
    "notification": _SHOWN,
    "emaillog": "a message that was sent",
    "staffabsencetype": "why somebody is away is nobody's business here",
    "staffavailabilitycategory": "a name for shifts; shifts here are a person's",
    "temporaryphysicalaccessrequest": _DOOR,
    "requestmessage": _TALK,
    "buddyrequest": _TALK,
    "staffassistancerequest": _TALK,
    "adjustmentrequest": "somebody's wish to correct a time; a used time here is corrected by a technician",
    "toolusagecounter": "a count of what a tool used; maintenance here counts hours and runs of bookings",
    "toolqualificationgroup": "a name for several tools; qualifications are taken over tool by tool",
    "toolusagequestions": "questions asked at log-off",
    "reservationquestions": "questions asked at booking",
    "configuration": "what is set up on a tool beforehand; setups here follow families of products",
    "areaaccessrecord": "who was in an area; nothing here keeps that",
    "trainingsession": "a lesson; what came of it is a qualification",
    "toolcredentials": "a password of a tool's computer; nothing here keeps it",
    "staffknowledgebasecategory": _SHOWN,
    "userknowledgebasecategory": _SHOWN,
    "staffknowledgebaseitem": _SHOWN,
    "userknowledgebaseitem": _SHOWN,
}


KEPT: dict[str, frozenset[str]] = {
    "accounttype": frozenset({"name"}),
    "account": frozenset({"name", "type"}),
    "project": frozenset({"name", "account", "only_allow_tools"}),
    "user": frozenset({"username", "first_name", "last_name", "projects"}),
    "qualification": frozenset({"user", "tool"}),
    "area": frozenset({"name", "maximum_capacity", "requires_reservation", "reservation_horizon"}),
    "closure": frozenset({"name"}),
    "closuretime": frozenset({"closure", "start_time", "end_time"}),
    "staffabsence": frozenset({"staff_member", "start_date", "end_date", "full_day"}),
    "staffavailability": frozenset(
        {"staff_member", "start_time", "end_time"}
        | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
    ),
    "scheduledoutage": frozenset({"tool", "start", "end", "title", "details"}),
    "task": frozenset({"tool", "force_shutdown", "resolved", "cancelled", "creation_time", "problem_description"}),
    "reservation": frozenset({"tool", "project", "start", "end", "title", "cancelled", "missed", "user", "creator"}),
    "usageevent": frozenset({"tool", "project", "start", "end", "user"}),
    "tool": frozenset(
        {"name", "_location", "_category", "_operational", "_maximum_reservations_per_day"}
        | {"_policy_off_between_times", "_policy_off_start_time", "_policy_off_end_time", "_policy_off_weekend"}
        | {"_reservation_horizon", "_minimum_usage_block_time", "_maximum_usage_block_time"}
        | {"_minimum_time_between_reservations", "_maximum_future_reservation_time", "_missed_reservation_threshold"}
        | {"_max_delayed_logoff", "_requires_area_access"}
    ),
}
"""Of the records that are taken over, the fields that are, or of which it is told one by one why not."""


def fields_left(document: Document) -> Iterator[Remark]:
    """The other fields of those records, where any of a kind has something in them."""
    for model, kept in KEPT.items():
        left = {
            name.lstrip("_")
            for record in document.of(model)
            for name, value in record.fields.items()
            if name not in kept and value not in (None, "", False) and value != []
        }
        if left:
            yield Remark(place=f"every {model}", text=f"nothing here keeps its {', '.join(sorted(left))}")


def unmatched(document: Document, taken: Collection[int], told: Collection[str]) -> Iterator[Remark]:
    """A remark for every record that is neither ``taken`` (by number) nor ``told`` of already (by place)."""
    for record in document.records:
        if record.number not in taken and record.place not in told:
            why = REASONS.get(record.model, "a kind of record that this import does not know")
            yield Remark(place=record.place, text=why)
