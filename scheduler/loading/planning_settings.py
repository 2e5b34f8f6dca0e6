"""The one YAML file: each centre's time zone and planning settings.

Knows nothing of the lists.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from scheduler.loading.mistakes import Mistake
from scheduler.loading.texts import BadText, read_text
from scheduler.local_time import known_zones
from scheduler.settings import CentreSettings
from scheduler.wording import wanted

SETTINGS = "settings.yaml"
MOST_BYTES = 200_000


@dataclass(frozen=True, kw_only=True, slots=True)
class CentrePlanning:
    """Where a centre's clocks stand, and how it plans."""

    zone: str
    settings: CentreSettings


class _Loader(yaml.SafeLoader):
    """Plain YAML without repeated keys and without references, which could grow without bound."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="references (*) are not read")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                mark = node.value[place][0].start_mark
                raise yaml.MarkedYAMLError(problem=f"{key!r} stands there twice", problem_mark=mark)
        return super().construct_mapping(node, deep=deep)


def read_settings(path: Path) -> tuple[dict[str, CentrePlanning], tuple[Mistake, ...]]:
    """The settings by centre, and every mistake; a centre with a mistake is left out."""
    text = read_text(path, most_bytes=MOST_BYTES, absent="this file in the directory", hint="save it as UTF-8")
    if isinstance(text, BadText):
        return {}, (text.mistake(SETTINGS),)
    try:
        stored = yaml.load(text, _Loader)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        return {}, (_bad_yaml(error),)
    if not isinstance(stored, dict) or set(stored) != {"centres"} or not isinstance(stored["centres"], dict):
        return {}, (_mistake("bad_settings", "", "the one word 'centres' with the centres below it"),)
    return _centres(stored["centres"])


def _bad_yaml(error: Exception) -> Mistake:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    row = None if mark is None else mark.line + 1
    problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error)
    return _mistake("bad_yaml", "", f"YAML that can be read ({problem})", row=row)


def _mistake(code: str, column: str, expected: str, *, found: str = "", row: int | None = None) -> Mistake:
    return Mistake(code=code, file=SETTINGS, row=row, column=column, found=found, expected=expected)


def _centres(stored: dict[Any, Any]) -> tuple[dict[str, CentrePlanning], tuple[Mistake, ...]]:
    centres: dict[str, CentrePlanning] = {}
    mistakes: list[Mistake] = []
    for name, value in stored.items():
        wrong = list(_wrong(str(name), value))
        mistakes += wrong
        if not wrong:
            rest = {field: given for field, given in value.items() if field != "zone"}
            centres[str(name)] = CentrePlanning(zone=value["zone"], settings=CentreSettings.read(rest))
    return centres, tuple(mistakes)


def _wrong(centre: str, value: Any) -> Iterator[Mistake]:
    if not isinstance(value, dict):
        yield _mistake("bad_settings", f"centres.{centre}", "settings with their names", found=str(value))
        return
    zone = value.get("zone")
    if not isinstance(zone, str) or zone not in known_zones():
        expected = "an IANA time zone such as Europe/Moscow"
        yield _mistake("unknown_zone", f"centres.{centre}.zone", expected, found="" if zone is None else str(zone))
    try:
        CentreSettings.read({field: _plain(given) for field, given in value.items() if field != "zone"})
    except ValidationError as error:
        for problem in error.errors():
            place = ".".join(("centres", centre, *(str(part) for part in problem["loc"])))
            yield _mistake("bad_settings", place, wanted(problem), found=_shown(problem["input"]))
    except (TypeError, ValueError) as error:
        yield _mistake("bad_settings", f"centres.{centre}", f"plain words and numbers ({error})")


def _shown(value: Any) -> str:
    """A value of one word; what is longer stands in the file, where the place says."""
    return "" if isinstance(value, Mapping | list | tuple) else str(value)[:80]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
