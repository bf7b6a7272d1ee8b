"""The network of the embedded model: what is padded or joined, how it learns, and that the graph says the same."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `training` is not installed")
pytest.importorskip("onnx", reason="the extra `training` is not installed")

from models.sentiment.network import Network, Told, over  # noqa: E402
from models.training.sentiment import checkpoint  # noqa: E402
from models.training.sentiment.encoder import WIDTH, Encoder, Shape, joined  # noqa: E402
from models.training.sentiment.export import export, export_deep, listened  # noqa: E402
from models.training.sentiment.learning import Example, Plan, learn, padded, predict  # noqa: E402
from models.training.sentiment.shipped import read_back  # noqa: E402
from models.training.sentiment.words import quantised, restored  # noqa: E402

SHAPE = Shape(layers=(0, 2, 3), joins=(1, 2))


def network(shape: Shape = SHAPE, vocabulary: int = 50) -> Encoder:
    torch.manual_seed(0)
    made = Encoder(vocabulary, shape)
    torch.nn.init.normal_(made.words)
    made.words.data = torch.tensor(restored(*quantised(made.words.detach().numpy())))
    torch.nn.init.normal_(made.positions, std=0.1)
    return made.eval()


def test_pairs_are_joined_to_their_mean() -> None:
    """A last token without a neighbour stays; padding counts for nothing."""
    x = torch.tensor([[[1.0], [3.0], [5.0]], [[2.0], [9.0], [9.0]]])
    pairs, mask = joined(x, torch.tensor([[True, True, True], [True, False, False]]))
    assert pairs.squeeze(-1).tolist() == [[2.0, 5.0], [2.0, 0.0]]
    assert mask.tolist() == [[True, True], [True, False]]


@pytest.mark.parametrize("length", range(3, 12))
def test_padding_changes_nothing(length: int) -> None:
    """A text says the same alone and beside a longer one."""
    model = network()
    text = tuple(range(4, 4 + length))
    with torch.no_grad():
        alone, _ = model(torch.tensor([text]))
        beside, _ = model(padded([text, tuple(range(4, 30))]))
    assert torch.allclose(alone[0], beside[0], atol=1e-4)


TEXTS = [tuple(range(4, 4 + length)) for length in (2, 3, 4, 5, 6, 7, 28, 40)]


def exported(folder: Path, quick: Encoder, deep: Encoder | None = None) -> tuple[Network, Network | None]:
    export(quick, folder / "model.onnx", listened(quick, TEXTS))
    if deep is not None:
        export_deep(deep, folder / "deep.onnx", listened(deep, TEXTS))
    return Network(folder / "model.onnx"), Network(folder / "deep.onnx") if deep is not None else None


def by_the_graph(network: Network, rows: Sequence[Any]) -> tuple["np.ndarray[Any, Any]", list[Told]]:
    """Probabilities (texts × 3)."""
    told = over(network, [np.asarray(each) for each in rows])
    return np.array([each.labels for each in told]), told


def by_the_network(model: Encoder) -> "np.ndarray[Any, Any]":
    with torch.no_grad():
        return np.concatenate([torch.softmax(model.eval()(torch.tensor([ids]))[0], -1).numpy() for ids in TEXTS])


def test_the_graph_says_what_the_network_says(tmp_path: Path) -> None:
    """But for the rounding, for texts of every remainder of the length, many at a time."""
    model = network()
    quick, _ = exported(tmp_path, model)
    assert np.abs(by_the_graph(quick, TEXTS)[0] - by_the_network(model)).max() < 0.02
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


def test_a_deep_graph_reads_the_words_of_the_quick_one(tmp_path: Path) -> None:
    """It says what its network says of the ids, though it never sees them."""
    quick, deep = network(), network(Shape(layers=(0, 1, 2, 3, 4), joins=(3,)))
    deep.words.data = quick.words.data
    first, second = exported(tmp_path, quick, deep)
    assert second is not None
    words = [each.words for each in by_the_graph(first, TEXTS)[1]]
    assert np.abs(by_the_graph(second, words)[0] - by_the_network(deep)).max() < 0.02


def test_neighbours_change_nothing(tmp_path: Path) -> None:
    """To the last bit: alone, and in packs of any order."""
    quick, _ = exported(tmp_path, network())
    chance = random.Random(4)
    texts = [tuple(chance.randrange(4, 50) for _ in range(chance.randrange(1, 50))) for _ in range(60)]
    alone = [quick([np.asarray(each)])[0].labels for each in texts]
    assert [each.labels for each in by_the_graph(quick, texts)[1]] == alone


def test_a_loud_neuron_does_not_drown_the_others(tmp_path: Path) -> None:
    """One is a hundred times as loud as the rest, and says little of its own: the graph is as near as without it."""
    model = network()
    with torch.no_grad():
        model.layers[1].wide.bias[7] = 200.0
        model.layers[1].narrow.weight *= 10
        model.layers[1].narrow.weight[:, 7] *= 0.001
    quick, _ = exported(tmp_path, model)
    assert np.abs(by_the_graph(quick, TEXTS)[0] - by_the_network(model)).max() < 0.02


def test_what_shipped_can_be_read_back(tmp_path: Path) -> None:
    """Both networks, with their shapes; they say what the graphs say, and written again they stay as they are."""
    quick, deep = network(), network(Shape(layers=(0, 1, 2, 3), joins=(3,)))
    deep.words.data = quick.words.data
    first, second = exported(tmp_path, quick, deep)
    assert second is not None
    again, deeper = read_back(tmp_path)
    assert deeper is not None
    assert (again.shape, deeper.shape) == (Shape((0, 1, 2), SHAPE.joins), deep.shape)
    told, rows = by_the_graph(first, TEXTS)
    assert np.abs(told - by_the_network(again)).max() < 0.01
    assert np.abs(by_the_graph(second, [each.words for each in rows])[0] - by_the_network(deeper)).max() < 0.01
    (tmp_path / "again").mkdir()
    exported(tmp_path / "again", again)
    once_more, nobody = read_back(tmp_path / "again")
    assert nobody is None
    assert np.abs(by_the_network(once_more) - by_the_network(again)).max() < 0.01


def test_it_learns_from_labels_and_from_what_is_taught() -> None:
    """Two kinds of text, one taught by a teacher's word alone: both are told apart afterwards."""
    model = network(Shape(layers=(0,)))
    taught = torch.tensor([4.0, 0.0, 0.0])
    state = torch.ones(WIDTH)
    examples = [Example((0, 5, 6, 2), 2), Example((0, 7, 8, 2), None, taught, state)] * 16
    plan = Plan(epochs=6, rate=1e-3, seed=1, batch=8, trust=0.5, likeness=0.1, averaged=0.0)
    seen: list[int] = []
    learnt = learn(model, lambda _: examples, plan, lambda epoch, _: seen.append(epoch))
    logits, pooled = predict(learnt, [(0, 5, 6, 2), (0, 7, 8, 2)])
    assert logits.argmax(-1).tolist() == [2, 0]
    assert pooled.shape == (2, WIDTH)
    assert seen == list(range(6))


def test_the_same_seed_learns_the_same() -> None:
    """Weights are equal to the last bit."""
    examples = [Example((0, word, 2), word % 3) for word in range(4, 40)]
    plan = Plan(epochs=1, rate=1e-3, seed=5, batch=4)
    first, second = (learn(network(), lambda _: examples, plan, lambda *_: None).state_dict() for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_checkpoint_keeps_the_layers_that_are_asked_for(tmp_path: Path) -> None:
    """A shallower network takes its layers from a deeper one's file, under new numbers."""
    deep = network(Shape(layers=(0, 1, 2, 3)))
    checkpoint.save(deep, tmp_path / "deep.safetensors")
    shallow = checkpoint.load(tmp_path / "deep.safetensors", Shape(layers=(1, 3)))
    for new, old in enumerate((1, 3)):
        kept = shallow.state_dict()[f"layers.{new}.wide.weight"]
        assert torch.allclose(kept, deep.state_dict()[f"layers.{old}.wide.weight"], atol=1e-3)


def test_a_checkpoint_knows_its_shape(tmp_path: Path) -> None:
    """Read without being told of one, a network says what it said when it was saved."""
    model = network()
    checkpoint.save(model, tmp_path / "model.safetensors")
    again = checkpoint.load(tmp_path / "model.safetensors")
    assert again.shape == Shape(layers=(0, 1, 2), joins=SHAPE.joins)
    texts = [tuple(range(4, 20)), (5, 6, 7)]
    assert torch.allclose(predict(model, texts)[0], predict(again, texts)[0], atol=0.05)


def test_bucketed_batches_lose_nothing() -> None:
    """Every example stands in one batch, and no batch is longer than asked."""
    from models.training.sentiment.learning import bucketed

    examples = [Example(tuple(range(2 + at % 9)), at % 3) for at in range(1000)]
    batches = bucketed(examples, 32, random.Random(1))
    assert sorted(len(each.ids) for batch in batches for each in batch) == sorted(len(each.ids) for each in examples)
    assert max(map(len, batches)) == 32


def test_a_teacher_that_is_named_twice_counts_twice() -> None:
    """Logits are the mean by how often each is asked, states are the first one's, labels stay."""
    from models.training.sentiment.__main__ import encoded, taught, tokenizer
    from models.training.sentiment.corpus import NEGATIVE, Labelled

    first, second = (network(SHAPE, tokenizer().get_vocab_size()) for _ in range(2))
    with torch.no_grad():
        second.head.bias += torch.tensor([1.0, -2.0, 0.5])
    rows = [Labelled("merci pour le retard", NEGATIVE), Labelled("what a lovely day, and nobody said it", None)]
    told, _ = predict(first, encoded(rows))
    other, _ = predict(second, encoded(rows))
    learnt = taught([(first, 2), (second, 1)], rows)
    assert torch.allclose(torch.stack([each.logits for each in learnt]), (2 * told + other) / 3, atol=0.02)
    assert [each.label for each in learnt] == [NEGATIVE, None]
    states = torch.stack([each.pooled for each in learnt]).float()
    assert torch.allclose(states, predict(first, encoded(rows))[1], atol=0.02)


def test_what_stands_between_the_layers_is_kept() -> None:
    """With `memory`, a student whose labels pull it elsewhere stays nearer to its teacher's layers than without."""
    from models.training.sentiment.learning import told

    texts = [tuple(range(4 + at, 9 + 2 * at)) for at in range(16)]
    teacher = network(Shape(layers=(0, 1)))
    _, _, between = told(teacher, texts, (0, 1))
    examples = [Example(ids, at % 3, between=between[at]) for at, ids in enumerate(texts)] * 4
    gaps = []
    for memory in (0.0, 1.0):
        plan = Plan(epochs=4, rate=1e-3, seed=2, batch=8, memory=memory, after=(0, 1), averaged=0.0)
        student = learn(network(Shape(layers=(0, 1), joins=(1,))), lambda _: examples, plan, lambda *_: None)
        gaps.append(float((told(student, texts, (0, 1))[2].float() - between.float()).pow(2).mean()))
    assert gaps[1] < 0.5 * gaps[0]
