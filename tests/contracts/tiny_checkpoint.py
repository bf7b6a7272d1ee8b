"""A sequence-classification checkpoint of a few words, with its ONNX export, and a folder of weights like our own."""

import json
from pathlib import Path
from typing import Final

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

WORDS = {
    **dict.fromkeys(("nul", "degoute", "never", "worst", "horrible"), (8.0, 0.0, 0.0)),
    **dict.fromkeys(("love", "thank", "bravo", "genial"), (0.0, 0.0, 8.0)),
    "shop": (0.0, 8.0, 0.0),
    "recall": (0.0, 0.2, 0.0),
}
UNKNOWN = (0.0, 0.2, 0.0)
LABELS = ("negative", "neutral", "positive")
TOPICS = ("safety-recall", "outage", "none")
TOPICS_FROM = 0.6


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def _field(number: int, value: int | str | bytes) -> bytes:
    """One protobuf field: a number, or something with a length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(raw)) + raw


def _tensor(name: str, array: "np.ndarray") -> bytes:
    dims = b"".join(_field(1, size) for size in array.shape)
    return dims + _field(2, 1) + _field(8, name) + _field(9, array.astype("<f4").tobytes())


def _value(name: str, kind: int, *dims: str) -> bytes:
    shape = b"".join(_field(1, _field(2, dim)) for dim in dims)
    return _field(1, name) + _field(2, _field(1, _field(1, kind) + _field(2, shape)))


def _node(operator: str, inputs: list[str], output: str, *attributes: bytes) -> bytes:
    fed = b"".join(_field(1, name) for name in inputs)
    return fed + _field(2, output) + _field(4, operator) + b"".join(_field(5, each) for each in attributes)


_FLOAT, _INT64 = 1, 7
_OVER_TOKENS: Final = (
    _field(1, "axes") + _field(8, 1) + _field(20, 7),
    _field(1, "keepdims") + _field(3, 0) + _field(20, 2),
)


def onnx_model(**tables: "np.ndarray") -> bytes:
    """Each output as the mean of a row per token: ModelProto of two nodes each (field numbers from onnx.proto3)."""
    parts = [_field(2, "tiny"), *_read(("input_ids", _INT64, ("batch", "tokens")))]
    for name, table in tables.items():
        parts += [
            _field(1, _node("Gather", [f"{name}.table", "input_ids"], f"{name}.rows")),
            _field(1, _node("ReduceMean", [f"{name}.rows"], name, *_OVER_TOKENS)),
            _field(5, _tensor(f"{name}.table", table)),
            _field(12, _value(name, _FLOAT, "batch", f"{name}.classes")),
        ]
    return _model(parts)


_PACK: Final = (("spots0", _INT64, ("texts", "width")), ("mean0", _FLOAT, ("texts", "one", "width")))
"""Of what is read of a pack of texts, what these graphs need: where the rows of each text are, and to average them."""


def onnx_packed(**tables: "np.ndarray") -> bytes:
    """Each output as the mean, text by text, of a row per token of a pack (see `models.sentiment.packs`)."""
    parts = [_field(2, "tiny"), *_read(("input_ids", _INT64, ("rows",)), *_PACK)]
    for name, table in tables.items():
        parts += [
            _field(1, _node("Gather", [f"{name}.table", "input_ids"], f"{name}.rows")),
            _field(5, _tensor(f"{name}.table", table)),
            *_averaged(f"{name}.rows", name),
            _field(12, _value(name, _FLOAT, "texts", f"{name}.classes")),
        ]
    return _model(parts)


def onnx_deep(words: "np.ndarray", **matrices: "np.ndarray") -> tuple[bytes, bytes]:
    """A graph that looks up an output `words` (a row per token), and one that tells of them: means times matrices."""
    looks_up = [
        _field(1, _node("Gather", ["words.table", "input_ids"], "words")),
        _field(5, _tensor("words.table", words)),
        _field(12, _value("words", _FLOAT, "rows", "width_of_words")),
    ]
    parts = [
        _field(2, "deep"),
        *_read(("words", _FLOAT, ("rows", "width_of_words")), *_PACK),
        *_averaged("words", "mean"),
    ]
    for name, matrix in matrices.items():
        parts += [
            _field(1, _node("MatMul", ["mean", f"{name}.matrix"], name)),
            _field(5, _tensor(f"{name}.matrix", matrix)),
            _field(12, _value(name, _FLOAT, "texts", f"{name}.classes")),
        ]
    return _field(7, b"".join(looks_up)), _model(parts)


def _read(*inputs: tuple[str, int, tuple[str, ...]]) -> list[bytes]:
    return [_field(11, _value(name, kind, *dims)) for name, kind, dims in inputs]


def _averaged(rows: str, name: str) -> list[bytes]:
    """Nodes from a row per token to their mean per text."""
    return [
        _field(1, _node("Gather", [rows, "spots0"], f"{name}.laid_out")),
        _field(1, _node("MatMul", ["mean0", f"{name}.laid_out"], f"{name}.mean")),
        _field(1, _node("ReduceMean", [f"{name}.mean"], name, *_OVER_TOKENS)),
    ]


def _model(graph: list[bytes]) -> bytes:
    return _field(1, 8) + _field(7, b"".join(graph)) + _field(8, _field(1, "") + _field(2, 13))


def write_checkpoint(folder: Path, labels: tuple[str, ...] = LABELS, *, export: bool = True) -> None:
    """`config.json`, `tokenizer.json`, and `model.onnx` unless it is not wanted."""
    vocabulary = _write_tokenizer(folder)
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]", "pad_token": "[PAD]"})
    )
    config = {
        "model_type": "bert",
        "vocab_size": len(vocabulary),
        "hidden_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "intermediate_size": 8,
        "max_position_embeddings": 64,
        "id2label": {str(index): label for index, label in enumerate(labels)},
        "label2id": {label: index for index, label in enumerate(labels)},
    }
    (folder / "config.json").write_text(json.dumps(config))
    if export:
        rows = [UNKNOWN, UNKNOWN, *WORDS.values()]
        (folder / "model.onnx").write_bytes(onnx_model(logits=np.array(rows, np.float32)))


def write_embedded(folder: Path, *, graph: bool = True, card: bool = True) -> None:
    """What `OnnxClassifier` reads, with an output `topics` in the `graph`, and its labels in the `card`."""
    _write_tokenizer(folder)
    told = {"topics": TOPICS, "topics_from": TOPICS_FROM} if card else {}
    config = {"name": "tiny", "version": "1", "max_length": 64, "labels": LABELS, **told}
    (folder / "config.json").write_text(json.dumps(config))
    rows = [UNKNOWN, UNKNOWN, *WORDS.values()]
    sure = [(8.0 * (word == "recall"), 0.0, 2.0) for word in ("", "", *WORDS)]
    tables = {"topics": np.array(sure, np.float32)} if graph else {}
    (folder / "model.onnx").write_bytes(onnx_packed(**tables, logits=np.array(rows, np.float32)))


def write_cascade(
    folder: Path,
    *,
    sure_from: float,
    hint_from: float = 1.0,
    negative_to: float = 1.0,
    share: float = 1.0,
    topics: bool = True,
) -> None:
    """Two networks: the quick one as `write_embedded` makes it, the deep one says the contrary, and topics by a head.

    The deep one takes *love* for negative and *never* for positive, and is sure of a recall only. Without
    `topics` the quick one tells none.
    """
    write_embedded(folder, graph=topics)
    config = json.loads((folder / "config.json").read_text())
    config["deep"] = {"sure_from": sure_from, "negative_to": negative_to, "hint_from": hint_from, "share": share}
    (folder / "config.json").write_text(json.dumps(config))
    rows = [UNKNOWN, UNKNOWN, *WORDS.values()]
    known = [(*row, 8.0 * (word == "recall"), 2.0) for row, word in zip(rows, ("", "", *WORDS), strict=True)]
    logits = np.zeros((5, 3), np.float32)
    logits[(0, 1, 2), (2, 1, 0)] = 1.0
    head = np.zeros((5, 3), np.float32)
    head[(3, 4), (1, 2)] = 1.0
    looks_up, deep = onnx_deep(np.array(known, np.float32), logits=logits, topics=head)
    (folder / "model.onnx").write_bytes((folder / "model.onnx").read_bytes() + looks_up)
    (folder / "deep.onnx").write_bytes(deep)


def _write_tokenizer(folder: Path) -> dict[str, int]:
    """A tokenizer of whole words; the vocabulary that it writes."""
    vocabulary = {"[PAD]": 0, "[UNK]": 1, **{word: index for index, word in enumerate(WORDS, start=2)}}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    return vocabulary
