"""Text that a spreadsheet would take for a formula, made harmless by an apostrophe before it, and made plain again.

Knows nothing of files. ``restored(neutral(text)) == text`` for every text.
"""

STARTS = "=+-@\t\r\n＝＋－＠|%"
"""What a formula begins with, in one spreadsheet or another; the full-width signs are read as the plain ones."""

_NOTHING_TO_SEE = "\ufeff\u200b\u2060\x00"


def neutral(text: str) -> str:
    """With an apostrophe where the text would be computed, or would be taken for one to which that was done."""
    return f"'{text}" if _is_formula(text.lstrip("'")) else text


def restored(text: str) -> str:
    """The text from before ``neutral``; any other text as it is."""
    return text[1:] if text.startswith("'") and _is_formula(text.lstrip("'")) else text


def _is_formula(text: str) -> bool:
    """Blanks and signs without a width before it do not count, but some blanks begin a formula themselves."""
    place = 0
    while place < len(text) and text[place] not in STARTS:
        if not text[place].isspace() and text[place] not in _NOTHING_TO_SEE:
            return False
        place += 1
    return place < len(text)
