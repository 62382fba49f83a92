"""The training loop: batches, seeds, weight averaging, progress, early stopping, checkpoints.

    batches = Shuffled(len(images), 64, seed=fold_in(seed, 1))
    optimiser = torch.optim.Adam(model.parameters())

    def loss(step):
        chosen = batches.at(step)
        return F.cross_entropy(model(images[chosen]), labels[chosen])

    train(model, loss, optimiser, steps=10 * batches.per_epoch, seed=seed)

All randomness in a step is a function of the seed and the step's number. An interrupted and resumed
run therefore gives the same bits as an uninterrupted one.
"""

from pyfrontiers.training.average import Average
from pyfrontiers.training.batches import Drawn, Shuffled
from pyfrontiers.training.checkpoint import Checkpoint, Stateful
from pyfrontiers.training.loop import Stretch, train

__all__ = ["Average", "Checkpoint", "Drawn", "Shuffled", "Stateful", "Stretch", "train"]
