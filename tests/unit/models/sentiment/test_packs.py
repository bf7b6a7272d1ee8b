"""Which texts are read together, and which row is whose."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.sentiment.packs import ROWS, layout, packs, width_of

LENGTHS = st.lists(st.integers(1, 64), max_size=60)


@given(LENGTHS)
def test_every_text_is_in_one_pack(lengths: list[int]) -> None:
    """Packs hold texts of one width, are no longer than they may be, and lose nobody."""
    found = list(packs(lengths))
    assert sorted(place for pack in found for place in pack) == list(range(len(lengths)))
    for pack in found:
        assert len({width_of(lengths[place]) for place in pack}) == 1
        assert sum(lengths[place] for place in pack) <= max(ROWS, lengths[pack[0]])


@given(st.integers(1, 8), st.lists(st.integers(0, 7), min_size=1, max_size=9), st.integers(0, 2))
def test_each_text_finds_its_own_rows(eighths: int, less: list[int], joins: int) -> None:
    """Laid out, gathered again, joined and averaged, the rows of a pack are those of its texts one by one."""
    lengths = [8 * eighths - each for each in less]
    chance = np.random.default_rng(sum(lengths))
    texts = [chance.normal(size=(length, 2)) for length in lengths]
    read, rows = layout(lengths, joins), np.concatenate(texts)
    assert read["place"].tolist() == [place for length in lengths for place in range(length)]
    for level in range(joins + 1):
        if level:
            rows = (rows[read[f"left{level}"]] + rows[read[f"right{level}"]]) / 2
            texts = [(text[::2] + np.concatenate([text, text[-1:]])[1::2]) / 2 for text in texts]
        assert np.allclose(rows, np.concatenate(texts))
        laid_out = rows[read[f"spots{level}"]]
        assert laid_out.shape[1] == width_of(lengths[0]) >> level
        assert (laid_out.reshape(-1, 2)[read[f"back{level}"]] == rows).all()
        assert read[f"lengths{level}"].tolist() == [len(text) for text in texts]
        means = (read[f"mean{level}"] @ laid_out)[:, 0]
        assert np.allclose(means, [text.mean(axis=0) for text in texts], atol=1e-6)
        for spots, text in zip(laid_out, texts, strict=True):
            assert (spots[: len(text)] == text).all()
