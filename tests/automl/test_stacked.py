"""Children trained side by side are the children that `ChildTrainer` trains."""

import numpy as np
import pytest
import torch

from pyfrontiers.automl import ChildTrainer, ImageSpace
from pyfrontiers.automl.benchmark import building
from pyfrontiers.automl.benchmark.stacked import Stack, groups, train_stack
from pyfrontiers.automl.data import digit_data

SPACE = ImageSpace(
    (1, 8, 8), 10, layers=2, heights=(1, 3), widths=(1, 3), filters=(2, 3), strides=(1, 2)
)
SEEDS = (0, 5)


def test_groups_have_every_architecture_once():
    found = groups(SPACE)
    assert sorted(child for group in found for child in group) == [
        SPACE.architecture(k) for k in range(SPACE.size)
    ]
    for group in found:
        shapes = {tuple(layer[2:] for layer in SPACE.decode(child)) for child in group}
        assert len(shapes) == 1
        assert len(group) == 16


@pytest.mark.parametrize("number", [1, 6, 13, 28])
def test_stacked_training_equals_single_training(number):
    data = digit_data()
    children = groups(SPACE)[number][5::6]
    stack = Stack(SPACE, children, SEEDS)
    trainer = ChildTrainer(SPACE, epochs=2, batch=128, rate=0.02, metrics=("log-loss",))
    epochs = []
    for epoch in train_stack(stack, data, SEEDS, budgets=(1, 2), batch=128, rate=0.02):
        epochs.append(epoch)
        with torch.no_grad():
            logits = stack.logits(data.validation_inputs.expand(2, -1, -1, -1, -1))
        for place, (seed, child) in enumerate((s, c) for s in SEEDS for c in children):
            wanted = trainer(child, budget=epoch, seed=seed, data=data).metrics["log-loss"]
            loss = torch.nn.functional.cross_entropy(logits[place], data.validation_labels)
            assert float(loss) == pytest.approx(wanted, rel=2e-4)
    assert epochs == [1, 2]


def test_interrupted_building_continues_with_the_next_group(tmp_path, monkeypatch):
    monkeypatch.setattr(building, "SPACE", SPACE)
    first = building.train_group(group=3, folder=str(tmp_path), budgets=(1,))
    monkeypatch.setattr(building, "train_stack", None)  # must not be called
    again = building.train_group(group=3, folder=str(tmp_path), budgets=(1,))
    for name in ("indices", "validation", "test", "log_loss"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert first.seconds == again.seconds
    assert [file.name for file in tmp_path.iterdir()] == ["group-003.npz"]
    assert first.validation.shape == (16, 3, 1)
