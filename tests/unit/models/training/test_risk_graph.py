"""The sentiment graph with a head written into it."""

import json
from pathlib import Path

import numpy as np
import pytest

from models.sentiment.onnx import OnnxClassifier
from models.training.risk_graph import CLASSES, Encoder, Head, choices, part, write
from tests.contracts.tiny_checkpoint import write_embedded

STATE = "logits.rows"
"""The tiny graph's only tensor with a row per token."""


@pytest.mark.parametrize("name", ["x2", "norm_narrow"])
def test_the_middle_layers_are_read(name: str) -> None:
    """Sets of neither the first two nor the last layer, whatever the tensors are called; of a small one what is."""

    def layers(*numbers: int) -> tuple[str, ...]:
        return tuple(f"l{number}.{name}" for number in numbers)

    others = {"logits", "l1.norm_joined", f"l1.{name}_quantized"}
    eight = choices({*layers(*range(8)), *others})
    assert eight == (layers(2, 3, 4, 5, 6), layers(2, 3, 4, 5), layers(3, 4, 5))
    assert choices({*layers(*range(12))})[0] == layers(*range(3, 10))
    assert choices({*layers(0)}) == (layers(0),)
    assert choices(others) == ()


def head() -> Head:
    """Tells `safety-recall` where the tokens' mean is neither good nor bad."""
    weight = np.zeros((3, len(CLASSES)), np.float32)
    weight[(0, 2), -1] = 4.0
    bias = np.full(len(CLASSES), -20.0, np.float32)
    bias[[CLASSES.index("safety-recall"), -1]] = (2.0, 0.0)
    return Head(weight, bias)


def test_the_graph_tells_what_the_head_tells(tmp_path: Path) -> None:
    """States are averaged over a text's tokens in the recipe and in the graph; the card keeps its other keys."""
    pytest.importorskip("onnx")
    write_embedded(tmp_path, graph=False, card=False)
    before = json.loads((tmp_path / "config.json").read_text())
    encoder = Encoder(tmp_path / "model.onnx", [STATE])
    write(part(encoder.model, [STATE], head()), tmp_path / "model.onnx", 0.55)
    told = json.loads((tmp_path / "config.json").read_text())
    assert told == {**before, "topics": list(CLASSES), "topics_from": 0.55}
    classifier = OnnxClassifier(tmp_path, threads=1)
    texts = ["recall", "love", "recall love shop", "recall never unknown recall recall"]
    shares = head().shares(encoder.of(encoder(texts), [STATE]))
    for answer, row in zip(classifier.answers(texts), shares, strict=True):
        sure = round(float(1.0 - row[-1]), 3)
        assert (answer.risk and (answer.risk.topic, answer.risk.score)) == (
            ("safety-recall", pytest.approx(sure, abs=1e-3)) if sure >= 0.55 else None
        )
    assert [each.label for each in classifier(["never", "love"])] == ["negative", "positive"]


def test_a_head_that_is_there_is_replaced(tmp_path: Path) -> None:
    """The recipe can be run again beside what it has written; the weights' own file is not touched."""
    pytest.importorskip("onnx")
    write_embedded(tmp_path, graph=False, card=False)
    before = (tmp_path / "model.onnx").read_bytes()
    for _ in range(2):
        write(part(Encoder(tmp_path / "model.onnx", [STATE]).model, [STATE], head()), tmp_path / "model.onnx", 0.5)
    assert (tmp_path / "model.onnx").read_bytes() == before
    assert OnnxClassifier(tmp_path, threads=1).tells_risk
    assert not OnnxClassifier(tmp_path, threads=1, risk=False).tells_risk


def test_a_graph_without_such_tensors_is_told(tmp_path: Path) -> None:
    """The message says how to name others."""
    pytest.importorskip("onnx")
    write_embedded(tmp_path)
    with pytest.raises(SystemExit, match="name others by --states"):
        Encoder(tmp_path / "model.onnx")
