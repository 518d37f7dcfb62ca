"""The latest texts are searched as a plain search through all of them would."""

from __future__ import annotations

from collections import OrderedDict

from hypothesis import given
from hypothesis import strategies as st

from voxcx.language.fuzzy import Recent, nearest

TEXTS = st.lists(
    st.builds(
        "".join, st.lists(st.sampled_from(["добрый день", " ", "чем помочь", "а", "?", "ё", "\ud800"]), max_size=9)
    ),
    max_size=40,
)


@given(TEXTS, st.integers(1, 12))
def test_nearest_is_that_of_a_plain_search(texts: list[str], most: int) -> None:
    recent, plainly = Recent(most), OrderedDict[str, None]()
    for text in texts:
        expected = text if text in plainly else nearest(text, list(reversed(plainly)))
        assert recent.nearest(text) == expected
        recent.add(text)
        plainly[text] = None
        plainly.move_to_end(text)
        while len(plainly) > most:
            plainly.popitem(last=False)
        assert len(recent) == len(plainly)


def test_of_equally_like_ones_the_latest_is_told() -> None:
    recent = Recent(5)
    for text in ("до свидания, всего хорошего 1", "до свидания, всего хорошего 2", "другое"):
        recent.add(text)
    assert recent.nearest("до свидания, всего хорошего 3") == "до свидания, всего хорошего 2"
    recent.add("до свидания, всего хорошего 1")
    assert recent.nearest("до свидания, всего хорошего 3") == "до свидания, всего хорошего 1"
