"""A file of a directory as text, or what is wrong with it: absent, too large, or not saved as UTF-8.

Knows nothing of lists and settings.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path

from scheduler.loading.mistakes import Mistake

SAVE_AS = "save it as comma separated, UTF-8"
_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
"""The longer first: that of UTF-32 begins with that of UTF-16."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BadText:
    """Why a file is no text: the mistake's name, and what was expected."""

    code: str
    expected: str

    def mistake(self, file: str) -> Mistake:
        """The same of the whole file."""
        return Mistake(code=self.code, file=file, row=None, column="", found="", expected=self.expected)


def read_text(path: Path, *, most_bytes: int, absent: str, hint: str = SAVE_AS) -> str | BadText:
    """The file's text without a byte order mark. ``absent`` is what is expected where there is no file; ``hint`` says
    how to save it right."""
    try:
        if path.stat().st_size > most_bytes:
            return BadText(code="file_too_large", expected=f"at most {most_bytes} bytes")
        content = path.read_bytes()
    except FileNotFoundError:
        return BadText(code="missing_file", expected=absent)
    except OSError as error:
        return BadText(code="unreadable_file", expected=f"a file that can be read ({error.strerror})")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return BadText(code="not_utf8", expected=_encoded(content, error, hint))
    if "\0" in text:
        return BadText(code="not_utf8", expected=f"text in UTF-8; this looks like UTF-16: {hint}")
    return text


def _encoded(content: bytes, error: UnicodeDecodeError, hint: str) -> str:
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            return f"text in UTF-8; this looks like {name}: {hint}"
    row = content.count(b"\n", 0, error.start) + 1
    return f"text in UTF-8; row {row} looks like a Windows encoding (1251, 1252 or the like): {hint}"
