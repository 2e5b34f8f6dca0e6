"""Bringing a list from a file: shown row by row first, then confirmed.

Knows nothing of formats. Between the two the file waits in the page, not here.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Protocol

from fastapi import Depends, HTTPException, Request, Response

from api.bodies import Part, form_parts
from api.calls import Calling
from api.doorway import LARGEST_UPLOAD
from api.pages.drawing import draw
from api.pages.shape import new_page_router
from api.permission import needs
from api.sheets import MEDIA, template
from scheduler.errors import BadValue, Unknown
from scheduler.importing import Outcome, Upload, import_file
from scheduler.importing.encodings import NAMED
from scheduler.importing.kinds import kinds_for
from scheduler.importing.nemo import SOURCE, import_nemo, may_bring
from scheduler.importing.templates import template_of
from scheduler.loading import BadFiles
from scheduler.local_time import known_zones

router = new_page_router()


class HasText(Protocol):
    """What can be told in a sentence."""

    @property
    def text(self) -> str: ...


MOST_SHOWN = 500
MOST_KEPT = LARGEST_UPLOAD // 4 * 3 - 10_000
"""What still comes back, written in base 64, with the other fields of the form."""
FIELDS = ("kind", "encoding", "centre", "zone")
"""What is told of a file beside it; ``centre`` and ``zone`` of a facility."""
BLANK = MappingProxyType(dict.fromkeys(FIELDS, ""))
Parts = Annotated[dict[str, Part], Depends(form_parts)]


@router.get("/import", dependencies=[needs("change settings", "plan", "override")])
def ask(request: Request, call: Calling) -> Response:
    return _draw(request, call)


@router.get("/import/template/{kind}.{form}", dependencies=[needs("change settings", "plan", "override")])
def empty_list(call: Calling, kind: str, form: str) -> Response:
    if kind not in kinds_for(call.actor) or form not in ("csv", "xlsx"):
        raise Unknown("template", f"{kind}.{form}")
    headers = {"Content-Disposition": f'attachment; filename="{kind}.{form}"'}
    return Response(template(template_of(kind), form), media_type=MEDIA[form], headers=headers)


@router.post("/import", dependencies=[needs("change settings", "plan", "override")])
def bring(request: Request, call: Calling, parts: Parts) -> Response:
    """Without a word only a rehearsal; with ``confirmed`` it is stored."""
    upload, told = _upload(parts), {name: _word(parts, name) for name in FIELDS}
    rehearse = _word(parts, "confirmed") != "yes"
    try:
        outcome = _brought(call, upload, told, rehearse=rehearse)
    except BadFiles as refusal:
        return _draw(request, call, told=told, wrong=refusal.reasons, status=422)
    except BadValue as refusal:
        return _draw(request, call, told=told, wrong=(refusal,), status=422)
    waits = rehearse and not outcome.counts["refused"] and len(upload.content) <= MOST_KEPT
    kept = base64.b64encode(upload.content).decode() if waits else ""
    return _draw(request, call, told=told, outcome=outcome, kept=kept)


def _brought(call: Calling, upload: Upload, told: Mapping[str, str], *, rehearse: bool) -> Outcome:
    who: dict[str, Any] = {"actor": call.actor, "now": call.now, "upload": upload, "rehearse": rehearse}
    if told["kind"] == SOURCE:
        return import_nemo(call.database, centre=told["centre"], zone=told["zone"], **who)
    return import_file(call.database, kind=told["kind"], encoding=told["encoding"] or None, **who)


def _draw(
    request: Request,
    call: Calling,
    *,
    told: Mapping[str, str] = BLANK,
    outcome: Outcome | None = None,
    wrong: Sequence[HasText] = (),
    kept: str = "",
    status: int = 200,
) -> Response:
    """``told``: what stood in the form. ``wrong``: why nothing could be read."""
    kinds = kinds_for(call.actor)
    if not kinds:
        raise Unknown("page", "/import")
    rows = () if outcome is None else outcome.differing
    response = draw(
        request,
        "import.html",
        kinds=kinds,
        facility=may_bring(call.actor),
        zones=sorted(known_zones()) if may_bring(call.actor) else (),
        encodings=NAMED,
        fields=FIELDS,
        told=told,
        outcome=outcome,
        wrong=wrong[:MOST_SHOWN],
        kept=kept,
        rows=rows[:MOST_SHOWN],
        more=max(0, len(rows) - MOST_SHOWN),
        most=MOST_SHOWN,
    )
    response.status_code = status
    return response


def _word(parts: dict[str, Part], name: str) -> str:
    return parts[name].text.strip() if name in parts else ""


def _upload(parts: dict[str, Part]) -> Upload:
    """The file that was chosen, or the one that waited in the page."""
    try:
        if "kept" in parts:
            return Upload(name=_word(parts, "name"), content=base64.b64decode(parts["kept"].content, validate=True))
        return Upload(name=parts["file"].file or "file", content=parts["file"].content)
    except (KeyError, binascii.Error):
        raise HTTPException(400, "The form cannot be read.") from None
