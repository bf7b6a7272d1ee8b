"""A sequence-classification checkpoint of a few words, written from scratch, with its ONNX export."""

import json
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

WORDS = {
    **dict.fromkeys(("nul", "degoute", "never", "worst", "horrible"), (8.0, 0.0, 0.0)),
    **dict.fromkeys(("love", "thank", "bravo", "genial"), (0.0, 0.0, 8.0)),
    "shop": (0.0, 8.0, 0.0),
}
UNKNOWN = (0.0, 0.2, 0.0)
LABELS = ("negative", "neutral", "positive")


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


def onnx_model(table: "np.ndarray") -> bytes:
    """Logits as the mean of a row per token: ModelProto of two nodes (field numbers from onnx.proto3)."""
    axes = _field(1, "axes") + _field(8, 1) + _field(20, 7)
    keepdims = _field(1, "keepdims") + _field(3, 0) + _field(20, 2)
    graph = b"".join(
        [
            _field(1, _node("Gather", ["table", "input_ids"], "rows")),
            _field(1, _node("ReduceMean", ["rows"], "logits", axes, keepdims)),
            _field(2, "tiny"),
            _field(5, _tensor("table", table)),
            _field(11, _value("input_ids", 7, "batch", "tokens")),
            _field(12, _value("logits", 1, "batch", "classes")),
        ]
    )
    return _field(1, 8) + _field(7, graph) + _field(8, _field(1, "") + _field(2, 13))


def write_checkpoint(folder: Path, labels: tuple[str, ...] = LABELS, *, export: bool = True) -> None:
    """`config.json`, `tokenizer.json`, and `model.onnx` unless it is not wanted."""
    vocabulary = {"[PAD]": 0, "[UNK]": 1, **{word: index for index, word in enumerate(WORDS, start=2)}}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
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
        (folder / "model.onnx").write_bytes(onnx_model(np.array(rows, np.float32)))
