"""Many texts as the rows of one graph: which go together, and which row is whose.

The embedded graphs multiply the tokens of a pack of texts at once (rows × width), without padding: a matrix that was
fetched for one text's thirty rows serves two hundred. Only where the tokens of a text look at one another, or are
averaged, is each text laid out on `width` places of its own. That width depends on the text's own length, never on its
neighbours', and no scale is taken over the pack: so each number of a text comes from the same operations, in the same
order, whatever it is packed with.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

STEP: Final = 8
"""Texts are laid out on the next multiple of so many places, and packed with those of the same width."""
ROWS: Final = 256
"""A pack is closed when another text would give it more rows: more gain nothing, and keep a core busy for longer."""

Array = npt.NDArray[Any]


def packs(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of texts (tokens each) that go together; each text is in one pack.

    The longest come first: threads that share packs then end at about the same time.

    >>> list(packs([3, 40, 16, 17, 5]))
    [[1], [3], [2], [4, 0]]
    """
    pack: list[int] = []
    rows = 0
    for place in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        length = lengths[place]
        if pack and (rows + length > ROWS or width_of(length) != width_of(lengths[pack[0]])):
            yield pack
            pack, rows = [], 0
        pack.append(place)
        rows += length
    if pack:
        yield pack


def width_of(length: int) -> int:
    """On how many places a text of so many tokens is laid out.

    >>> [width_of(length) for length in (1, 8, 9, 64)]
    [8, 8, 16, 64]
    """
    return -(-length // STEP) * STEP


def joins(inputs: Iterable[str]) -> int:
    """How many times a graph joins tokens, by the names of what it reads.

    >>> joins(["input_ids", "place", "spots0", "left1", "right1", "spots1"])
    1
    """
    return sum(name.startswith("left") for name in inputs)


def layout(lengths: Sequence[int], times: int) -> dict[str, Array]:
    """What a graph that joins neighbouring tokens so many `times` reads of a pack, beside its tokens.

    `place` (rows): of each token in its text. Then, as `…0` for the tokens and as `…1`, `…2` after each join:

    * `spots` (texts × width): the row on each place of a text; past its end its last row stands again,
    * `back` (rows): the place of each row, counted over all texts,
    * `lengths` (texts): how many places count,
    * `mean` (texts × 1 × width): what each place counts in the mean of its text.

    And for each join `left` and `right` (rows after it): the two rows that become one. A last token without a neighbour
    is joined with itself.
    """
    counts: Array = np.asarray(lengths, np.int64)
    starts: Array = np.cumsum(counts) - counts
    width = width_of(int(max(lengths)))
    owner, place = _rows(counts)
    read: dict[str, Array] = {"place": place}
    for level in range(times + 1):
        if level:
            halves = (counts + 1) // 2
            after, place = _rows(halves)
            left = starts[after] + 2 * place
            read[f"left{level}"] = left
            read[f"right{level}"] = np.minimum(left + 1, (starts + counts - 1)[after])
            counts, starts, owner, width = halves, np.cumsum(halves) - halves, after, width // 2
        places = np.arange(width)
        read[f"spots{level}"] = starts[:, None] + np.minimum(places, counts[:, None] - 1)
        read[f"back{level}"] = owner * width + place
        read[f"lengths{level}"] = counts.astype(np.int32)
        counted = places < counts[:, None]
        read[f"mean{level}"] = (counted / counts[:, None])[:, None, :].astype(np.float32)
    return read


def _rows(counts: Array) -> tuple[Array, Array]:
    """Of rows that stand text after text, whose each is and which of that text's."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
