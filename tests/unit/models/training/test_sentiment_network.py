"""The network of the embedded model: what is padded or joined, how it learns, and that the graph says the same."""

import random
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `training` is not installed")
pytest.importorskip("onnx", reason="the extra `training` is not installed")

import onnxruntime  # noqa: E402

from models.training.sentiment import checkpoint  # noqa: E402
from models.training.sentiment.encoder import WIDTH, Encoder, Shape, joined  # noqa: E402
from models.training.sentiment.export import built, built_deep, export, export_deep, loud_neurons  # noqa: E402
from models.training.sentiment.learning import Example, Plan, learn, padded, predict  # noqa: E402
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


@pytest.mark.parametrize("length", [2, 3, 4, 5, 6, 7, 28])
def test_the_graph_says_what_the_network_says(length: int) -> None:
    """Before its matrices are quantised, but for the rounding of its words, for every remainder of the length."""
    model = network()
    ids = np.array([range(4, 4 + length)])
    running = onnxruntime.InferenceSession(built(model).SerializeToString())
    with torch.no_grad():
        expected, _ = model(torch.tensor(ids))
    assert np.allclose(running.run(None, {"input_ids": ids})[0], expected.numpy(), atol=0.02)


@pytest.mark.parametrize("length", [2, 7, 28])
def test_a_deep_graph_reads_the_words_of_the_quick_one(tmp_path: Path, length: int) -> None:
    """It says what its network says of the ids, though it never sees them."""
    quick, deep = network(), network(Shape(layers=(0, 1, 2, 3, 4), joins=(3,)))
    deep.words.data = quick.words.data
    export(quick, tmp_path / "model.onnx")
    export_deep(deep, tmp_path / "deep.onnx")
    ids = np.array([range(4, 4 + length)])
    for graph, near in ((built_deep(deep).SerializeToString(), 0.02), (str(tmp_path / "deep.onnx"), 0.1)):
        words = onnxruntime.InferenceSession(str(tmp_path / "model.onnx")).run(["words"], {"input_ids": ids})[0]
        with torch.no_grad():
            expected, _ = deep(torch.tensor(ids))
        told = onnxruntime.InferenceSession(graph).run(None, {"words": words})[0]
        assert np.abs(told - expected.numpy()).max() < near


def test_the_quantised_graph_is_near(tmp_path: Path) -> None:
    """Rounding moves logits a little, not their order of size."""
    model = network()
    export(model, tmp_path / "model.onnx")
    running = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    ids = np.array([range(4, 20)])
    with torch.no_grad():
        expected, _ = model(torch.tensor(ids))
    assert np.abs(running.run(None, {"input_ids": ids})[0] - expected.numpy()).max() < 0.1
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


def with_a_loud_neuron() -> Encoder:
    """One inner neuron of the second layer is far louder than the rest, and says little of its own."""
    model = network()
    with torch.no_grad():
        model.layers[1].wide.bias[7] = 200.0
        model.layers[1].narrow.weight *= 10
        model.layers[1].narrow.weight[:, 7] *= 0.001
    return model


def test_loud_neurons_are_heard() -> None:
    """Neurons of like loudness are not."""
    model, texts = with_a_loud_neuron(), [range(4, 12), range(20, 40)]
    assert loud_neurons(model, texts)[1] == (7,)
    assert all(len(each) < 40 for each in loud_neurons(network(), texts))


def test_what_is_loud_is_kept_apart_exactly(tmp_path: Path) -> None:
    """Before quantising nothing changes; after it, the graph is nearer than one that rounds all alike."""
    model, ids = with_a_loud_neuron(), np.array([range(4, 30)])
    with torch.no_grad():
        expected = model(torch.tensor(ids))[0].numpy()

    def gap(graph: bytes | str) -> float:
        return float(np.abs(onnxruntime.InferenceSession(graph).run(None, {"input_ids": ids})[0] - expected).max())

    loud = ((), (7,), ())
    assert abs(gap(built(model, loud).SerializeToString()) - gap(built(model).SerializeToString())) < 1e-4
    export(model, tmp_path / "alike.onnx")
    export(model, tmp_path / "apart.onnx", loud)
    assert gap(str(tmp_path / "apart.onnx")) < 0.5 * gap(str(tmp_path / "alike.onnx"))


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
