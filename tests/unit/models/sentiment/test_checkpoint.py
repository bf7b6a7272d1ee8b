"""Foreign checkpoints: what loads, and one clear line for what does not."""

import importlib.util
import json
from pathlib import Path

import pytest

from models.sentiment.checkpoint import CheckpointClassifier
from models.sentiment.classifier import ClassifierUnavailable
from models.sentiment.labels import UnknownLabels, meanings
from models.sentiment.onnx import OnnxClassifier
from tests.contracts.tiny_checkpoint import write_checkpoint

HAS_TORCH = importlib.util.find_spec("torch") is not None


def test_an_export_runs_without_torch(tmp_path: Path) -> None:
    """A folder with an ONNX export classifies, in the order of its own labels."""
    write_checkpoint(tmp_path, ("POS", "NEU", "NEG"))
    answers = CheckpointClassifier(str(tmp_path))(["worst", "love"])
    assert [answer.label for answer in answers] == ["positive", "negative"]


def test_an_export_in_the_onnx_folder_is_found(tmp_path: Path) -> None:
    """The hub keeps exports in a folder `onnx`."""
    write_checkpoint(tmp_path)
    (tmp_path / "onnx").mkdir()
    (tmp_path / "model.onnx").rename(tmp_path / "onnx/model.onnx")
    assert CheckpointClassifier(str(tmp_path))(["worst"])[0].label == "negative"


@pytest.mark.skipif(HAS_TORCH, reason="torch is installed")
def test_without_export_and_torch_the_remedy_is_told(tmp_path: Path) -> None:
    """Weights for torch only need torch: the error names both ways out."""
    write_checkpoint(tmp_path, export=False)
    with pytest.raises(ClassifierUnavailable, match=r"add model\.onnx .* or install tocsin with the extra `torch`"):
        CheckpointClassifier(str(tmp_path))


@pytest.mark.skipif(not HAS_TORCH, reason="torch is not installed: install the extra `torch` to run this")
def test_weights_run_on_torch(tmp_path: Path) -> None:
    """A checkpoint without an export runs on torch, and a text's answer does not depend on its neighbours."""
    import torch
    import transformers

    write_checkpoint(tmp_path, export=False)
    torch.manual_seed(1)
    config = transformers.AutoConfig.from_pretrained(str(tmp_path))
    transformers.AutoModelForSequenceClassification.from_config(config).save_pretrained(str(tmp_path))
    classifier = CheckpointClassifier(str(tmp_path))
    texts = ["worst", "love this shop very much indeed", "shop"]
    together = classifier(texts)
    alone = [classifier([text])[0] for text in texts]
    assert [a.negative for a in alone] == pytest.approx([t.negative for t in together], abs=1e-3)


def test_mistakes_are_one_clear_line(tmp_path: Path) -> None:
    """A missing folder, a missing tokenizer, broken weights and strange labels each say what to do."""
    with pytest.raises(ClassifierUnavailable, match=r"does not exist: check the path"):
        CheckpointClassifier(str(tmp_path / "nowhere"))
    with pytest.raises(ClassifierUnavailable, match="no checkpoint is named"):
        CheckpointClassifier("")
    write_checkpoint(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"not onnx")
    with pytest.raises(ClassifierUnavailable, match=r"model\.onnx cannot be read"):
        CheckpointClassifier(str(tmp_path))
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(ClassifierUnavailable, match="lacks its tokenizer"):
        CheckpointClassifier(str(tmp_path))
    write_checkpoint(tmp_path, ("joy", "anger", "fear"))
    with pytest.raises(ClassifierUnavailable, match=r"\(joy, anger, fear\).*rename them in `id2label`") as caught:
        CheckpointClassifier(str(tmp_path))
    assert "\n" not in str(caught.value)
    (tmp_path / "config.json").unlink()
    with pytest.raises(ClassifierUnavailable, match=r"lacks its config\.json"):
        CheckpointClassifier(str(tmp_path))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("negative", "neutral", "positive"), (0, 1, 2)),
        (("Negative", "Positive"), (0, 2)),
        (("POS", "NEG", "NEU"), (2, 0, 1)),
        (("LABEL_0", "LABEL_1", "LABEL_2"), (0, 1, 2)),
        (("LABEL_0", "LABEL_1"), (0, 2)),
        (("1 star", "2 stars", "3 stars", "4 stars", "5 stars"), (0, 0, 1, 2, 2)),
        (("Very Negative", "Negative", "Neutral", "Positive", "Very Positive"), (0, 0, 1, 2, 2)),
        (("Négatif", "Neutre", "Positif"), (0, 1, 2)),
    ],
)
def test_labels_are_read(labels: tuple[str, ...], expected: tuple[int, ...]) -> None:
    """Names, stars and customary numbers are understood."""
    assert meanings(dict(enumerate(labels))) == expected


@pytest.mark.parametrize(
    "labels",
    [
        ("joy", "anger"),
        ("positive",),
        ("LABEL_0",) * 4,
        ("LABEL_1", "LABEL_2"),
        ("neutral", "positive"),
        ("1 star", "2 stars"),
    ],
)
def test_other_labels_are_refused(labels: tuple[str, ...]) -> None:
    """Guessing what a class means would be worse than saying so."""
    with pytest.raises(UnknownLabels):
        meanings(dict(enumerate(labels)))


def test_missing_weights_are_told(tmp_path: Path) -> None:
    """A broken installation of the embedded classifier names the file and the remedy."""
    (tmp_path / "config.json").write_text(json.dumps({}))
    with pytest.raises(ClassifierUnavailable, match=r"tokenizer\.json is missing: install the package again"):
        OnnxClassifier(tmp_path)
