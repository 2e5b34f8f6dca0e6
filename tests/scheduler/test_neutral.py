"""Text for spreadsheets: nothing is computed, nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.neutral import STARTS, neutral, restored

SIGNS = st.text(st.sampled_from(["'", " ", "\t", "\r", "\n", "\u00a0", "\ufeff", "a", "1", *STARTS]), max_size=6)


@given(st.one_of(SIGNS, st.text(max_size=20)))
def test_what_was_made_harmless_is_made_plain_again(text: str) -> None:
    assert restored(neutral(text)) == text


@given(st.one_of(SIGNS, st.text(max_size=20)))
def test_nothing_that_is_written_begins_like_a_formula(text: str) -> None:
    written = neutral(text).lstrip(" \u00a0\ufeff\u200b\u2060\x00\v\f\n\x1c\x1d\x1e\x1f\x85")
    assert written[:1] not in set(STARTS)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\rx", " =1", "\u00a0=1", "＝1", "＋1", "－1", "＠A1"]
)
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "soak", "a=b", "48 h", "'quoted'", "'", "it's"])
def test_other_text_stays(text: str) -> None:
    assert neutral(text) == text
    assert restored(text) == text
