"""What a plan says of pins that could not hold.

Knows nothing of how it is found out.
"""

from collections.abc import Iterator, Mapping

from scheduler.naming import Naming
from scheduler.translate.names import request_id, row_id
from scheduler.translate.pins import WhyLifted
from scheduler.views import Sentence

_WHY: dict[WhyLifted | None, str] = {
    "out_of_order": "but its unit is out of order: the pin was lifted.",
    "closed": "but where it is done is closed then: the pin was lifted.",
    "torn": "but another run of {request} cannot stay where it is: the pin was lifted.",
    "unable": "but its units cannot do it any more: the pin to them was lifted.",
    "no_place": "but its windows, lags and dates, the hours and what stands leave {request} no place with it: the pin "
    "was lifted.",
    "displaced": "but {request} loses its place.",
    None: "but could not stay: the pin was lifted.",
}
"""``None``: older documents do not say why."""


def lifted_pins(lifted: Mapping[str, WhyLifted | None], naming: Naming) -> Iterator[Sentence]:
    """What was pinned and could not stay, in words; what whoever reads may not see is left out."""
    for task, why in lifted.items():
        if naming.sees(task):
            told = _WHY[why].format(request=naming.name(request_id(row_id(task))))
            text = f"{naming.name(task)} is pinned, {told}"
            yield Sentence(code="pin_lifted", text=text, facts=(("task", task), ("why", why)))
