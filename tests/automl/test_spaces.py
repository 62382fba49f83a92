"""Search spaces: counting agrees with torch, and every architecture is a network."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from pyfrontiers.automl import ImageSpace, TableSpace
from pyfrontiers.automl.networks import ConvChild, ConvLayer
from pyfrontiers.kernels import normal

SMALL = ImageSpace(
    (2, 5, 7), 3, layers=3, heights=(3,), widths=(1,), filters=(2,), strides=(1, 2), pools=(1, 3)
)
WIDE = ImageSpace((1, 8, 8), 10, layers=4, pools=(1, 2))
TABLE = TableSpace(5, 3, layers=3, units=(2, 3), activations=("relu",))
SPACES = {"images": WIDE, "chain": ImageSpace((3, 9, 6), 4, skips=False), "table": TABLE}


@pytest.mark.parametrize("name", SPACES)
def test_cost_equals_torchs_own_counts(name):
    space = SPACES[name]
    for seed in range(6):
        child = space.sample(seed)
        model = space.build(child)
        with FlopCounterMode(display=False) as counter:
            model(torch.zeros(1, *space.shape))
        cost = space.cost(child)
        assert cost.flops == counter.get_total_flops()
        assert cost.parameters == sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize("space", [SMALL, TABLE], ids=["images", "table"])
def test_every_architecture_maps_a_batch_to_logits(space):
    inputs = normal((2, *space.shape), seed=0)
    seen = set()
    with torch.no_grad():
        for child in itertools.product(*map(range, space.sizes)):
            layers = space.decode(child)
            seen.add(layers)
            model = space.build(child)
            assert model(inputs).shape == (2, space.classes)
            read = {j for layer in layers for j in layer.inputs}
            assert set(model.last) == set(range(3)) - read
    assert len(seen) == space.size


def test_joined_layers_are_padded_and_stacked_as_channels():
    layers = [ConvLayer(3, 1, 2, stride=2), ConvLayer(1, 3, 3), ConvLayer(3, 3, 4, 1, 2, (0, 1))]
    model = ConvChild((1, 5, 7), 6, layers)
    image = normal((2, 1, 5, 7), seed=1)
    first, second, third = model.convolutions
    low = F.pad(F.relu(first(image)), (0, 3, 0, 2))
    joined = torch.cat((low, F.relu(second(image))), 1)
    top = F.max_pool2d(F.relu(third(joined)), 2, ceil_mode=True)
    # A map of 3 x 4 is averaged over 2 x 2 cells, which overlap in the middle row.
    cells = [top[:, :, :2, :2], top[:, :, :2, 2:], top[:, :, 1:, :2], top[:, :, 1:, 2:]]
    mean = torch.stack([cell.mean((2, 3)) for cell in cells], 2)
    wanted = model.linear(mean.flatten(1))
    torch.testing.assert_close(model(image), wanted)
    assert model.last == (2,)


def test_numbers_and_architectures_are_inverse():
    children = [SMALL.architecture(number) for number in range(SMALL.size)]
    assert children == list(itertools.product(*map(range, SMALL.sizes)))
    assert [SMALL.index(child) for child in children] == list(range(SMALL.size))


def test_samples_are_uniform():
    space = TableSpace(2, 2, layers=2, units=(1, 2, 3), activations=("relu",))
    counts = torch.zeros(space.size)
    for seed in range(3600):
        counts[space.index(space.sample(seed))] += 1
    # Chi-square with 17 degrees of freedom; 44.4 is exceeded with probability 3e-4.
    expected = 3600 / space.size
    assert float(((counts - expected) ** 2 / expected).sum()) < 44.4


def test_mutation_changes_one_token_to_each_other_value():
    child = WIDE.sample(3)
    reached = set()
    for seed in range(2000):
        mutated = WIDE.mutate(child, seed=seed)
        changed = [k for k in range(len(child)) if mutated[k] != child[k]]
        assert len(changed) == 1
        reached.add((changed[0], mutated[changed[0]]))
    assert len(reached) == sum(WIDE.sizes) - len(WIDE.sizes)


def test_weights_depend_on_the_seed_alone():
    child = WIDE.sample(0)
    torch.manual_seed(1)
    one = WIDE.build(child, seed=5)
    torch.manual_seed(2)
    state = torch.get_rng_state()
    other = WIDE.build(child, seed=5)
    assert torch.equal(torch.get_rng_state(), state)
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert not torch.equal(one.linear.weight, WIDE.build(child, seed=6).linear.weight)
    for layer in one.modules():
        if isinstance(layer, nn.Conv2d):
            bound = math.sqrt(6 / layer.weight[0].numel())
            assert 0.5 * bound < float(layer.weight.detach().abs().max()) <= bound


def test_describe_names_values_and_sources():
    space = ImageSpace((1, 8, 8), 10, layers=2, strides=(1,), pools=(1,))
    rows = space.describe((1, 0, 3, 2, 3, 0, 1))
    assert rows == [
        {"layer": 0, "height": 3, "width": 1, "filters": 64, "inputs": []},
        {"layer": 1, "height": 5, "width": 7, "filters": 24, "inputs": [0]},
    ]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"classes": 1}, "classes must be an integer of at least 2, got 1"),
        ({"heights": (2, 3)}, r"heights must be odd, so that a filter has a centre, got \[2\]"),
        ({"filters": ()}, r"filters must be one or more different values, got \(\)"),
        ({"strides": (1, 1)}, r"strides must be one or more different values, got \(1, 1\)"),
        ({"layers": 0}, "layers must be an integer of at least 1, got 0"),
    ],
)
def test_impossible_image_spaces_are_rejected(change, text):
    with pytest.raises(ValueError, match=text):
        ImageSpace(**{"shape": (1, 8, 8), "classes": 10, **change})


def test_impossible_table_spaces_are_rejected():
    with pytest.raises(ValueError, match="activations must be among relu, tanh, gelu, got 'elu'"):
        TableSpace(3, 2, activations=("relu", "elu"))
    with pytest.raises(ValueError, match="units, activations must leave a choice, got one value"):
        TableSpace(3, 2, layers=1, units=(4,), activations=("relu",))


@pytest.mark.parametrize(
    ("child", "text"),
    [
        ((0,) * 5, "architecture must have 6 tokens, one for each choice of the space, got 5"),
        ((0,) * 5 + (2,), r"architecture\[5\] must be between 0 and 1, the values of reads 1, got"),
    ],
)
def test_foreign_architectures_are_rejected(child, text):
    for use in (TABLE.check, TABLE.cost, TABLE.build, TABLE.index, TABLE.describe):
        with pytest.raises(ValueError, match=text):
            use(child)
    with pytest.raises(ValueError, match=r"index must be between 0 and \d+, the last .*, got -1"):
        TABLE.architecture(-1)
