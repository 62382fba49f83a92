"""The searches and the trainer of the package in a study."""

import pytest
import torch
from scripted import Scripted

from pyfrontiers.automl import SEARCHES, ChildTrainer, Data, ImageSpace
from pyfrontiers.compute import ProcessExecutor

SPACE = ImageSpace(
    shape=(1, 8, 8),
    classes=10,
    layers=2,
    heights=(1, 3),
    widths=(3,),
    filters=(4, 8),
    strides=(1, 2),
)


def make(name):
    search = SEARCHES[name]
    if name == "asha":
        return search(SPACE, budgets=(1, 2, 4), seed=3)
    return search(SPACE, budget=4, seed=3)


@pytest.mark.parametrize("name", SEARCHES)
def test_order_of_completion_and_interruptions_do_not_matter(begin, seen, name):
    alone = begin("alone", search=make(name), space=SPACE)
    alone.run(Scripted(1), children=20)
    study = begin(search=make(name), space=SPACE)
    for after in (3, 15):
        with pytest.raises(KeyboardInterrupt):
            study.run(Scripted(4, seed=after, interrupt=after, lose={2}), children=20)
        study.close()
        study = begin(search=make(name), space=SPACE)
    study.run(Scripted(3, seed=9), children=20)
    assert seen(study) == seen(alone)


def test_networks_trained_in_another_process_have_the_same_bits(begin, seen):
    images = torch.rand(96, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    labels = (images.mean((1, 2, 3)) > 0.5).long()
    data = Data(images[:64], labels[:64], images[64:], labels[64:])
    trainable = ChildTrainer(SPACE, epochs=3, batch=16, metrics=("log-loss",))
    settings = {"trainable": trainable, "data": data, "space": SPACE, "rungs": (1,)}
    found = []
    for name, executor in (("here", Scripted(1)), ("there", ProcessExecutor(1))):
        study = begin(name, search=SEARCHES["random"](SPACE, budget=3, seed=1), **settings)
        best = study.run(executor, children=2).best
        executor.close()
        found.append(seen(study))
    assert found[0] == found[1]
    assert study.checkpoint(best.architecture) is not None
