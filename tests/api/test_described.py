"""What a text may be is described as it is checked, whatever the reader's language takes for a space."""

import pytest

from api.described import not_blank

NEXT_LINE, MARK = "\u0085", "\ufeff"


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\u00a0", "\u2003", NEXT_LINE, MARK])
def test_a_text_has_no_space_of_any_kind_at_its_ends(blank: str) -> None:
    for text in ("", blank, f"{blank}a", f"a{blank}", f"a{blank}b{blank}"):
        with pytest.raises(ValueError, match="not blank"):
            not_blank(text)
    assert not_blank(f"a{blank}b") == f"a{blank}b"
    assert not_blank("a") == "a"
