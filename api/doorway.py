"""Who is let in at all: messages under a name of this machine, commands from our own pages, bodies of a decent size.

Knows nothing of what they ask, nor who does. These keep other web sites from acting as somebody who is signed in.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.calls import SAFE_METHODS
from api.errors import problem, respond
from api.peers import Proxies, host_name, is_encrypted
from api.schemas import Problem

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
LARGEST_BODY = 256 * 1024
LARGEST_UPLOAD = 16 * 1024 * 1024
UPLOADS = frozenset({"/import"})
"""Where files are brought."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ENCRYPTED_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
"""Said where it came encrypted: browsers do not come otherwise for a year."""
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Doorway:
    """The outermost middleware. ``names``: hosts under which the application is served, in lower case."""

    def __init__(self, app: ASGIApp, *, names: frozenset[str] = LOOPBACK_NAMES, proxies: Proxies = ()) -> None:
        self._app = app
        self._names = names
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        found = self._objection(request)
        sealed = _sealing(send, HEADERS | (ENCRYPTED_ONLY if is_encrypted(request, self._proxies) else {}))
        if found is None:
            await self._app(scope, receive, sealed)
        else:
            await respond(request, found)(scope, receive, sealed)

    def _objection(self, request: Request) -> Problem | None:
        headers = request.headers
        host = host_name(headers.get("host", ""))
        if host not in self._names or len(headers.getlist("host")) != 1:
            return problem(request.url.path, 400, code="unknown_host", detail=f"The host {host!r} is not served here.")
        encrypted = is_encrypted(request, self._proxies)
        if host not in LOOPBACK_NAMES and not encrypted:
            detail = f"{host} is served encrypted only: open https://{host}/."
            return problem(request.url.path, 400, code="not_encrypted", detail=detail)
        if request.method not in SAFE_METHODS and _from_elsewhere(headers, encrypted=encrypted):
            return problem(
                request.url.path, 403, code="cross_origin", detail="Commands are taken from our own pages only."
            )
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or len(length) > 18:
            return problem(request.url.path, 400, code="bad_length", detail="The content length is not a number.")
        if int(length) > largest_at(request.url.path):
            detail = f"The message has {length} bytes, {largest_at(request.url.path)} are allowed."
            return problem(request.url.path, 413, code="too_long", detail=detail)
        return None


def largest_at(path: str) -> int:
    """How long a body may be there."""
    return LARGEST_UPLOAD if path in UPLOADS else LARGEST_BODY


class BodyLimit:
    """Cuts off a body that turns out longer than its address allows, whatever its length was said to be."""

    def __init__(self, app: ASGIApp) -> None:
        self._small = RequestBodyLimitMiddleware(app, max_body_size=LARGEST_BODY)
        self._large = RequestBodyLimitMiddleware(app, max_body_size=LARGEST_UPLOAD)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        uploads = scope["type"] == "http" and scope["path"] in UPLOADS
        await (self._large if uploads else self._small)(scope, receive, send)


def _from_elsewhere(headers: Headers, *, encrypted: bool) -> bool:
    """Whether a browser says that another site sent this. Programs say neither and are let in."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return True
    # Whoever can write into an unencrypted page of the same name could send its forms here.
    return parts.netloc != headers.get("host", "").lower() or (encrypted and parts.scheme != "https")


def _sealing(send: Send, extra: Mapping[str, str]) -> Send:
    async def sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in extra.items():
                headers.setdefault(name, value)
        await send(message)

    return sealed
