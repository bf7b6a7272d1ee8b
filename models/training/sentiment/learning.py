"""How an encoder learns: from labels, from what teachers say, and from what a teacher's top layer looks like.

Distillation: Hinton et al. 2015; matching of representations: Jiao et al. 2020, TinyBERT; a moving average of weights:
Polyak and Juditsky 1992; label smoothing: Szegedy et al. 2016. On the CPU, in bfloat16 where torch can.
"""

import math
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from models.training.sentiment.encoder import PAD, Encoder


@dataclass(frozen=True, slots=True)
class Example:
    """`ids` of a text; its `label` if a human gave one; if a teacher was asked, its `logits` (3), its `pooled` state
    (384), and what it has `between` (layers × 384: of each layer that was asked for, the mean over the tokens)."""

    ids: tuple[int, ...]
    label: int | None = None
    logits: Any = None
    pooled: Any = None
    between: Any = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How to learn. `trust` in the teacher's word against the labels', `likeness` and `memory` weigh the losses."""

    epochs: int
    rate: float
    seed: int
    batch: int = 64
    decay: float = 0.01
    warm_up: float = 0.06
    smoothing: float = 0.05
    trust: float = 0.0
    temperature: float = 2.0
    likeness: float = 0.0
    memory: float = 0.0
    """Of what stands in a teacher's layers `after`, and may say other things than the tone: topics, for one."""
    after: tuple[int, ...] = ()
    rate_below: float = 1.0
    """Each layer below the top learns at this multiple of the next one's rate (Howard and Ruder 2018)."""
    averaged: float = 0.96
    """How much of the moving average stays at each of its updates, one in `EVERY` steps."""
    freeze_words: bool = False


EVERY = 8

Draw = Callable[[random.Random], Sequence[Example]]
"""The examples of one epoch."""


def learn(model: Encoder, draw: Draw, plan: Plan, watch: Callable[[int, Encoder], None]) -> Encoder:
    """Trains `model`; gives back the moving average of its weights, of which `watch` is told after each epoch."""
    torch.manual_seed(plan.seed)
    chance = random.Random(plan.seed)
    model.words.requires_grad_(not plan.freeze_words)
    epochs = [bucketed(draw(chance), plan.batch, chance) for _ in range(plan.epochs)]
    total = sum(map(len, epochs))
    optimiser = torch.optim.AdamW(_groups(model, plan), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _share(step, total, plan.warm_up))
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(plan.averaged)
    )
    spread = _spread(batch for batches in epochs for batch in batches) if plan.memory else None
    step, running = 0, 0.0
    for epoch, batches in enumerate(epochs):
        model.train()
        for batch in batches:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits, pooled, between = model.told(padded([each.ids for each in batch]), plan.after)
            loss = _loss(logits.float(), pooled.float(), batch, plan)
            if spread is not None:
                loss = loss + plan.memory * _forgotten(between, batch, spread)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad(set_to_none=True)
            step, running = step + 1, 0.98 * running + 0.02 * loss.item()
            if step % EVERY == 0:
                average.update_parameters(model)
            if step % 100 == 0:
                _say(f"step {step}/{total} loss {running / (1 - 0.98**step):.4f}")
        watch(epoch, average.module)
    learnt: Encoder = average.module.eval()
    return learnt


def predict(model: Encoder, texts: Sequence[tuple[int, ...]], batch: int = 64) -> tuple[Any, Any]:
    """Logits (texts × 3) and pooled states (texts × 384), in the order of `texts`."""
    logits, pooled, _ = told(model, texts, (), batch)
    return logits, pooled


def told(
    model: Encoder, texts: Sequence[tuple[int, ...]], after: Sequence[int], batch: int = 64
) -> tuple[Any, Any, Any]:
    """As `predict`; and what stands after these layers (texts × layers × 384), in half precision."""
    model.eval()
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    width = model.words.shape[1]
    logits, pooled = torch.zeros(len(texts), 3), torch.zeros(len(texts), width)
    between = torch.zeros(len(texts), len(after), width, dtype=torch.half)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            said, state, states = model.told(padded([texts[at] for at in chosen]), after)
            logits[chosen], pooled[chosen] = said.float(), state.float()
            if after:
                between[chosen] = torch.stack(states, 1).half()
    return logits, pooled, between


def padded(texts: Sequence[tuple[int, ...]]) -> Any:
    width = max(map(len, texts))
    return torch.tensor([[*ids, *[PAD] * (width - len(ids))] for ids in texts])


def bucketed(examples: Sequence[Example], size: int, chance: random.Random) -> list[list[Example]]:
    """Batches of similar length in random order."""
    shuffled = chance.sample(list(examples), len(examples))
    batches = [batch for block in _blocks(shuffled, 50 * size) for batch in _blocks(sorted(block, key=_length), size)]
    chance.shuffle(batches)
    return batches


def _length(example: Example) -> int:
    return len(example.ids)


def _blocks(rows: list[Example], size: int) -> Iterator[list[Example]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _loss(logits: Any, pooled: Any, batch: Sequence[Example], plan: Plan) -> Any:
    labels = torch.tensor([-100 if each.label is None else each.label for each in batch])
    total = logits.sum() * 0.0
    if (labels >= 0).any():
        told = functional.cross_entropy(logits, labels, label_smoothing=plan.smoothing, reduction="sum")
        total = total + (1 - plan.trust) * told / len(batch)
    taught = [at for at, each in enumerate(batch) if each.logits is not None]
    if plan.trust and taught:
        heat = plan.temperature
        aim = functional.softmax(torch.stack([batch[at].logits for at in taught]) / heat, -1)
        gap = functional.kl_div(functional.log_softmax(logits[taught] / heat, -1), aim, reduction="sum") / len(batch)
        total = total + plan.trust * heat**2 * gap
    if plan.likeness and taught:
        states = torch.stack([batch[at].pooled for at in taught]).float()
        gap = (1 - functional.cosine_similarity(pooled[taught], states, dim=-1)).sum() / len(batch)
        total = total + plan.likeness * gap
    return total


def _spread(batches: Iterable[Sequence[Example]]) -> Any:
    """How much each number between a teacher's layers varies over the texts (layers × 384): some are far louder than
    others, and say no more."""
    rows = [each.between for batch in batches for each in batch if each.between is not None]
    return torch.stack(rows[:: 1 + len(rows) // 10_000]).float().std(0) + 1e-3


def _forgotten(between: Sequence[Any], batch: Sequence[Example], spread: Any) -> Any:
    """The mean squared gap to what stands between the teacher's layers, in units of its spread."""
    taught = [at for at, each in enumerate(batch) if each.between is not None]
    if not taught:
        return 0.0
    aim = torch.stack([batch[at].between for at in taught]).float()
    told = torch.stack([states.float()[taught] for states in between], 1)
    return (((told - aim) / spread) ** 2).mean()


def _groups(model: Encoder, plan: Plan) -> list[dict[str, Any]]:
    """Parameters with their rate: biases and norms do not decay, lower layers learn more slowly."""
    depth = len(model.layers)
    groups: dict[tuple[float, float], list[Any]] = {}
    for name, value in model.named_parameters():
        if not value.requires_grad:
            continue
        below = 0 if name.startswith("head") else depth
        if name.startswith("layers."):
            below = depth - 1 - int(name.split(".")[1])
        key = (plan.rate * plan.rate_below**below, plan.decay if value.ndim > 1 else 0.0)
        groups.setdefault(key, []).append(value)
    return [{"params": values, "lr": rate, "weight_decay": decay} for (rate, decay), values in groups.items()]


def _share(step: int, total: int, warm_up: float) -> float:
    """Of the full rate: up in a line, down in a cosine."""
    rising = max(1, round(warm_up * total))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - rising) / max(1, total - rising))))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
