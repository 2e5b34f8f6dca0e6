"""What is looked for in the record, and taken away from it, checked strictly.

Knows no use case.
"""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas import Key, Limit, Moment, Page, Text, TraceFilter


class RecordFilter(Page):
    """The newest first: ``after`` is the id of the last one seen. Without a field it is whatever it is.

    ``chain``: ``people`` or ``centre:1``; ``actor``: as an event has it (``account:17``), or an e-mail address;
    ``kind`` and ``object_id``: what was changed; ``start`` and ``end``: events in ``[start, end)``.
    """

    centre: Key | None = None
    chain: Annotated[str, Field(pattern=r"^(people|centre:[0-9]{1,9})$")] | None = None
    verb: Key | None = None
    actor: Text | None = None
    kind: Key | None = None
    object_id: Key | None = None
    start: Moment | None = None
    end: Moment | None = None
    limit: Limit = 100


class TraceFile(TraceFilter):
    """As a file; see ``ExportFilter``."""

    format: Literal["csv", "xlsx", "json"] = "csv"
