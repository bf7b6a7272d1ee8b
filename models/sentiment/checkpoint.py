"""Any `transformers` sequence-classification checkpoint as a classifier, by hub name or local folder.

`transformers` reads the configuration and the tokenizer. The model runs on ONNX Runtime when the folder holds an export
(`model.onnx` or `onnx/model.onnx`), and on torch otherwise, which is then needed. Import this module only when asked
for: `transformers` takes seconds to load.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from models.records import Sentiment
from models.sentiment.classifier import NEUTRAL, ClassifierUnavailable, clean, says_something
from models.sentiment.labels import UnknownLabels, gathered, meanings
from models.sentiment.network import probabilities, session
from models.sentiment.onnx import available_cores

_EXPORTS: Final = ("model.onnx", "onnx/model.onnx")
_MAX_TOKENS: Final = 128
_BATCH: Final = 32

Run = Callable[[Sequence[list[int]]], list[Any]]
"""Token ids of several texts in, one row of logits for each out."""


class CheckpointClassifier:
    """`checkpoint` names a model on the hub or a folder; `threads` 0 takes all cores.

    Raises `ClassifierUnavailable`, saying what is missing: the folder, its tokenizer, torch, or labels that tell
    negative from positive (see `models.sentiment.labels`).
    """

    def __init__(self, checkpoint: str, *, threads: int = 0) -> None:
        folder = Path(checkpoint).expanduser()
        _check_place(checkpoint, folder)
        where = str(folder) if folder.is_dir() else checkpoint
        config = _loaded("AutoConfig", where, "its config.json")
        self._classes: Final = _classes(checkpoint, config)
        self._tokenizer: Final = _loaded("AutoTokenizer", where, "its tokenizer")
        self._max_tokens: Final = _max_tokens(config, self._tokenizer)
        self._name: Final = f"{folder.name if folder.is_dir() else checkpoint}/1"
        export = next((folder / name for name in _EXPORTS if (folder / name).is_file()), None)
        workers = threads or available_cores()
        self._run: Final[Run] = (
            _torch_runner(where, self._pad, workers) if export is None else _onnx_runner(export, workers)
        )

    @property
    def name(self) -> str:
        return self._name

    @property
    def _pad(self) -> int:
        return int(self._tokenizer.pad_token_id or 0)

    def __call__(self, texts: Sequence[str]) -> list[Sentiment]:
        cleaned = [clean(text) for text in texts]
        live = [text for text in cleaned if says_something(text)]
        rows = iter(self._run([self._ids(text) for text in live]))
        return [
            gathered(probabilities(next(rows).tolist()), self._classes) if says_something(text) else NEUTRAL
            for text in cleaned
        ]

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, truncation=True, max_length=self._max_tokens)["input_ids"]
        return ids


def _check_place(checkpoint: str, folder: Path) -> None:
    """Tells a missing folder from a hub name, before a library goes to look for it on the network."""
    if not checkpoint.strip():
        raise ClassifierUnavailable("no checkpoint is named: set `checkpoint` to a hub name or a folder.")
    looks_local = checkpoint.startswith((".", "/", "~")) or checkpoint.count("/") > 1
    if looks_local and not folder.is_dir():
        raise ClassifierUnavailable(f"the checkpoint folder {folder} does not exist: check the path.")


def _loaded(auto: str, where: str, what: str) -> Any:
    """A part of the checkpoint by `transformers`' Auto classes, or one clear line."""
    try:
        import transformers
    except ImportError as error:
        raise ClassifierUnavailable("transformers is not installed: install tocsin with the extra `torch`.") from error
    transformers.logging.set_verbosity_error()
    try:
        return getattr(transformers, auto).from_pretrained(where)
    # The libraries below raise what they like (OSError, ValueError, KeyError, Rust panics as Exception).
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise ClassifierUnavailable(f"the checkpoint {where} lacks {what}, or it cannot be read: {reason}") from error


def _classes(checkpoint: str, config: Any) -> tuple[int, ...]:
    try:
        return meanings({int(index): str(label) for index, label in config.id2label.items()})
    except UnknownLabels as error:
        raise ClassifierUnavailable(
            f"the labels of {checkpoint} ({error}) do not tell negative from positive: rename them in `id2label` of "
            "its config.json to negative, neutral, positive."
        ) from error


def _max_tokens(config: Any, tokenizer: Any) -> int:
    """What fits: RoBERTa's kind keeps two positions to itself."""
    positions = int(getattr(config, "max_position_embeddings", None) or _MAX_TOKENS + 2) - 2
    return max(4, min(_MAX_TOKENS, positions, int(min(tokenizer.model_max_length, _MAX_TOKENS))))


def _onnx_runner(path: Path, workers: int) -> Run:
    """One text at a time, several in parallel.

    A quantised export may scale its activations over all that it is given: in a batch, a text's neighbours would change
    its answer.
    """
    import numpy as np

    try:
        loaded = session(path)
    except Exception as error:  # ONNX Runtime's own exception types share no public base
        raise ClassifierUnavailable(f"{path} cannot be read: {str(error).splitlines()[0][:200]}") from error
    wanted = {each.name for each in loaded.get_inputs()}
    pool = ThreadPoolExecutor(workers, "checkpoint")

    def one(ids: list[int]) -> Any:
        row = np.array([ids], np.int64)
        given = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        return loaded.run(None, {name: value for name, value in given.items() if name in wanted})[0][0]

    return lambda texts: list(pool.map(one, texts))


def _torch_runner(where: str, pad: int, workers: int) -> Run:
    """Batches of similar length, padded and masked."""
    try:
        import torch
    except ImportError as error:
        raise ClassifierUnavailable(
            f"{where} has no ONNX export, and torch is not installed: add model.onnx to the folder, or install tocsin "
            "with the extra `torch`."
        ) from error
    torch.set_num_threads(workers)
    model = _loaded("AutoModelForSequenceClassification", where, "its weights")
    model.eval()

    def batch(texts: Sequence[list[int]]) -> Any:
        width = max(len(ids) for ids in texts)
        rows = torch.tensor([ids + [pad] * (width - len(ids)) for ids in texts])
        mask = torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids in texts])
        with torch.inference_mode():
            return model(input_ids=rows, attention_mask=mask).logits.float().numpy()

    def run(texts: Sequence[list[int]]) -> list[Any]:
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        found: dict[int, Any] = {}
        for start in range(0, math.ceil(len(order) / _BATCH) * _BATCH, _BATCH):
            chosen = order[start : start + _BATCH]
            found.update(zip(chosen, batch([texts[index] for index in chosen]), strict=True))
        return [found[index] for index in range(len(texts))]

    return run
