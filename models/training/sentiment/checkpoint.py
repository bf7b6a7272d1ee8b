"""Weights on disk: safetensors under the names of `models.training.sentiment.encoder`, or under BERT's own."""

from pathlib import Path
from typing import Any, Final

from safetensors import safe_open
from safetensors.torch import load_file, save_file

from models.training.sentiment.encoder import POSITIONS, Encoder, Shape, picked

_BERT: Final = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
    "norm_joined": "attention.output.LayerNorm",
    "norm_narrow": "output.LayerNorm",
}


def save(model: Encoder, path: Path) -> None:
    """The weights in half precision, and where tokens are joined."""
    tensors = {name: value.detach().half().contiguous() for name, value in model.state_dict().items()}
    save_file(tensors, path, metadata={"joins": ",".join(map(str, model.shape.joins))})


def load(path: Path, shape: Shape | None = None) -> Encoder:
    """The encoder of a file; or one of another `shape`, made of those of its layers that the shape keeps."""
    tensors = {name: value.float() for name, value in load_file(path).items()}
    if not any(name.startswith("layers.") for name in tensors):
        tensors = _from_bert(tensors)
    return made(tensors, _own_shape(path, tensors) if shape is None else shape)


def _own_shape(path: Path, tensors: dict[str, Any]) -> Shape:
    with safe_open(path, "pt") as file:
        joins = (file.metadata() or {}).get("joins", "")
    depth = sum(name.endswith(".query.weight") for name in tensors)
    return Shape(tuple(range(depth)), tuple(int(each) for each in joins.split(",") if each))


def made(tensors: dict[str, Any], shape: Shape) -> Encoder:
    """An encoder with those of `tensors` that `shape` keeps; a head that they lack starts small and random."""
    model = Encoder(len(tensors["words"]), shape)
    missing, unknown = model.load_state_dict(picked(tensors, shape), strict=False)
    if unknown or any(not name.startswith("head.") for name in missing):
        raise ValueError(f"these weights do not fit: {missing=}, {unknown=}")
    return model


def _from_bert(tensors: dict[str, Any]) -> dict[str, Any]:
    """BERT's names, with or without `bert.` before them; token types are added to the positions."""
    bare = {name.removeprefix("bert."): value for name, value in tensors.items()}
    kinds = bare["embeddings.token_type_embeddings.weight"]
    found = {
        "words": bare["embeddings.word_embeddings.weight"],
        "positions": (bare["embeddings.position_embeddings.weight"] + kinds[:1])[:POSITIONS].clone(),
    }
    for kind in ("weight", "bias"):
        found[f"norm.{kind}"] = bare[f"embeddings.LayerNorm.{kind}"]
        if f"head.{kind}" in bare:
            found[f"head.{kind}"] = bare[f"head.{kind}"]
    depth = sum(name.endswith("attention.self.query.weight") for name in bare)
    for layer in range(depth):
        for ours, theirs in _BERT.items():
            for kind in ("weight", "bias"):
                found[f"layers.{layer}.{ours}.{kind}"] = bare[f"encoder.layer.{layer}.{theirs}.{kind}"]
    return found
