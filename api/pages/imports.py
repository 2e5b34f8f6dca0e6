"""Bringing a list from a file: shown row by row first, then confirmed.

Knows nothing of formats. Between the two the file waits in the page, not here.
"""

import base64
import binascii
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response

from api.bodies import Part, form_parts
from api.calls import Calling
from api.doorway import LARGEST_UPLOAD
from api.pages.drawing import draw
from api.pages.shape import new_page_router
from api.permission import needs
from api.sheets import MEDIA, template
from scheduler.errors import Unknown
from scheduler.importing import Outcome, Upload, import_file
from scheduler.importing.encodings import NAMED
from scheduler.importing.kinds import kinds_for
from scheduler.importing.templates import template_of
from scheduler.loading import BadFiles

router = new_page_router()

MOST_SHOWN = 500
MOST_KEPT = LARGEST_UPLOAD // 4 * 3 - 10_000
"""What still comes back, written in base 64, with the other fields of the form."""
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
    upload, kind = _upload(parts), _word(parts, "kind")
    rehearse = _word(parts, "confirmed") != "yes"
    try:
        outcome = import_file(
            call.database,
            actor=call.actor,
            now=call.now,
            kind=kind,
            upload=upload,
            rehearse=rehearse,
            encoding=_word(parts, "encoding") or None,
        )
    except BadFiles as refusal:
        return _draw(request, call, kind=kind, refusal=refusal, status=422)
    waits = rehearse and not outcome.counts["refused"] and len(upload.content) <= MOST_KEPT
    kept = base64.b64encode(upload.content).decode() if waits else ""
    return _draw(request, call, kind=kind, outcome=outcome, kept=kept, encoding=_word(parts, "encoding"))


def _draw(
    request: Request,
    call: Calling,
    *,
    kind: str = "",
    outcome: Outcome | None = None,
    refusal: BadFiles | None = None,
    kept: str = "",
    encoding: str = "",
    status: int = 200,
) -> Response:
    kinds = kinds_for(call.actor)
    if not kinds:
        raise Unknown("page", "/import")
    rows = () if outcome is None else tuple(row for row in outcome.rows if row.what != "unchanged")
    response = draw(
        request,
        "import.html",
        kinds=kinds,
        kind=kind,
        encodings=NAMED,
        encoding=encoding,
        outcome=outcome,
        refusal=refusal,
        kept=kept,
        rows=rows[:MOST_SHOWN],
        more=max(0, len(rows) - MOST_SHOWN),
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
