"""The bytes of a text file as text, in UTF-8 or UTF-16 by their mark, or in the encoding that is named.

Knows nothing of lists. What cannot be read is refused by name.
"""

import codecs

from scheduler.importing.mistaken import Unreadable

NAMED = ("utf-8", "utf-16", "cp1251", "cp1252", "latin-1", "koi8-r", "cp866")
"""What may be asked for; what is not marked and not named is UTF-8."""

SAVE_AS = "save it as CSV, UTF-8, or name its encoding (--encoding cp1251)"
_LOOKED_AT = 4_000
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_of(content: bytes, encoding: str | None) -> str:
    """Raises ``Unreadable``."""
    text = _decoded(content, encoding)
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise Unreadable("nul", f"text without the sign NUL; row {row} has one: {SAVE_AS}")
    return text


def _decoded(content: bytes, encoding: str | None) -> str:
    # The marks of UTF-32 begin with those of UTF-16.
    if content.startswith(_UTF32):
        raise Unreadable("not_utf8", f"text in UTF-8; this looks like UTF-32: {SAVE_AS}")
    if content.startswith(_UTF16):
        return _strict(content, "utf-16")
    if encoding is not None and encoding not in NAMED:
        raise Unreadable("unknown_encoding", f"one of the encodings {', '.join(NAMED)}, not {encoding!r}")
    if encoding is None and content[:_LOOKED_AT].count(0) > len(content[:_LOOKED_AT]) // 4:
        raise Unreadable("not_utf8", f"text in UTF-8; this looks like UTF-16 without its mark: {SAVE_AS}")
    return _strict(content, "utf-8-sig" if encoding in (None, "utf-8") else encoding)


def _strict(content: bytes, encoding: str | None) -> str:
    try:
        return content.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        if encoding != "utf-8-sig":
            raise Unreadable("bad_encoding", f"text in {encoding}; row {row} is not: {SAVE_AS}") from None
        looks = "looks like a Windows encoding (1251, 1252 or the like)"
        raise Unreadable("not_utf8", f"text in UTF-8; row {row} {looks}: {SAVE_AS}") from None
