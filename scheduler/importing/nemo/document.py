"""A facility as NEMO writes it (``manage.py dumpdata`` or a fixture): a JSON list of records with their fields.

Knows nothing of what the records mean here.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from scheduler.importing.encodings import text_of
from scheduler.importing.mistaken import Unreadable
from scheduler.importing.tables import MOST_BYTES
from scheduler.importing.upload import Upload

_PREFIX = "NEMO."
_EXPECTED = "a JSON list of records of NEMO, each with its model and its fields"
_NAMES = ("name", "username")


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One record. ``number`` counts from 1 in the file; ``model`` is without ``NEMO.``."""

    number: int
    model: str
    pk: str | int | None
    fields: Mapping[str, Any]

    @property
    def name(self) -> str | None:
        """By which others refer to it."""
        found = next((self.fields[key] for key in _NAMES if isinstance(self.fields.get(key), str)), None)
        return None if found is None else found.strip()

    @property
    def place(self) -> str:
        """``tool Sinter``, ``reservation 2``: how it is told of."""
        return f"{self.model} {self.name or self.pk or f'in place {self.number}'}"

    def text(self, field: str) -> str:
        """A field as text; empty where it is not given."""
        value = self.fields.get(field)
        return "" if value is None else str(value).strip()

    def number_of(self, field: str) -> int | None:
        value = self.fields.get(field)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def reference(self, field: str) -> str | int | None:
        """What a field refers to: a name in a list of one, or a number."""
        value = self.fields.get(field)
        if isinstance(value, list):
            value = value[0] if len(value) == 1 else None
        return value if isinstance(value, str | int) and not isinstance(value, bool) else None

    def references(self, field: str) -> list[str | int]:
        """What a field refers to, one after the other."""
        values = self.fields.get(field)
        each = values if isinstance(values, list) else ()
        found = [value[0] if isinstance(value, list) and len(value) == 1 else value for value in each]
        return [value for value in found if isinstance(value, str | int)]


class Document:
    """The records in order, by model, and by how others refer to them."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.records = tuple(records)
        self._by_model: dict[str, list[Record]] = defaultdict(list)
        self._index: dict[tuple[str, str | int], Record] = {}
        for record in self.records:
            self._by_model[record.model].append(record)
            for reference in (record.name, record.pk):
                if reference is not None:
                    self._index.setdefault((record.model, reference), record)

    def of(self, model: str) -> tuple[Record, ...]:
        return tuple(self._by_model.get(model, ()))

    def find(self, model: str, reference: str | int | None) -> Record | None:
        """The record that a name or a number refers to; of several the first."""
        return None if reference is None else self._index.get((model, reference))


def document_of(upload: Upload) -> Document:
    """Raises ``Unreadable``."""
    if len(upload.content) > MOST_BYTES:
        raise Unreadable("file_too_large", f"at most {MOST_BYTES} bytes, not {len(upload.content)}")
    text = text_of(upload.content, None)
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not_json", f"{_EXPECTED}; it cannot be read as JSON ({_short(error)})") from None
    return Document(_records(found))


def _short(error: Exception) -> str:
    return str(error)[:120]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _records(found: Any) -> Iterator[Record]:
    if not isinstance(found, list) or not found:
        raise Unreadable("not_nemo", _EXPECTED)
    for number, each in enumerate(found, start=1):
        model = each.get("model") if isinstance(each, dict) else None
        fields = each.get("fields") if isinstance(each, dict) else None
        if not isinstance(model, str) or not isinstance(fields, dict):
            raise Unreadable("not_nemo", f"{_EXPECTED}; number {number} is none")
        pk = each.get("pk")
        known = pk if isinstance(pk, str | int) else None
        yield Record(number=number, model=model.removeprefix(_PREFIX).lower(), pk=known, fields=fields)
