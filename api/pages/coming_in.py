"""The way to the page of signing in, and from there to where somebody wanted to go: never to another site.

Knows no page.
"""

from urllib.parse import quote, urlsplit

from fastapi import Request

from api.peers import host_name

HOME = "/"
SIGN_IN = "/sign-in"


def sign_in_address(request: Request) -> str:
    """``/sign-in?next=…``: back to the page that was asked for, or that a command came from."""
    if request.method in ("GET", "HEAD"):
        # As it was asked for: a key may have slashes of its own.
        path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0]
        wanted = path + (f"?{request.url.query}" if request.url.query else "")
    else:
        wanted = _came_from(request)
    kept = local(wanted)
    return SIGN_IN if kept == HOME else f"{SIGN_IN}?next={quote(kept, safe='/')}"


def local(wanted: str) -> str:
    """The path, if that is what it is here; else the board. Browsers read ``/\\``, and tabs within, as they like."""
    is_path = wanted.startswith("/") and not wanted.startswith("//")
    is_plain = all("!" <= sign <= "~" and sign != "\\" for sign in wanted)
    known = is_path and is_plain and not wanted.startswith((SIGN_IN, "/sign-out", "/link/"))
    return wanted if known else HOME


def _came_from(request: Request) -> str:
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return HOME
    if host_name(parts.netloc) != host_name(request.headers.get("host", "")):
        return HOME
    return parts.path + (f"?{parts.query}" if parts.query else "")
