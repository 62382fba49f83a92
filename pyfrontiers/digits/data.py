"""The digits of scikit-learn as tensors with a fixed training-test split."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

#: Every fifth digit of each class is a test digit.
_TEST_EVERY = 5


@dataclass(frozen=True, slots=True)
class Digits:
    """1,797 handwritten digits of 8 x 8 pixels, split into training and test.

    Attributes:
        train_images: (1442, 1, 8, 8) float32 in [0, 1].
        train_labels: (1442,) int64, 0 to 9.
        test_images: (355, 1, 8, 8) float32 in [0, 1].
        test_labels: (355,) int64, 0 to 9.
        test_indices: (355,) int64, the index of each test digit in `load_digits()`.
    """

    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    test_indices: Tensor


@cache
def load() -> Digits:
    """Load the digits and split them.

    Every fifth digit of each class, in the order of the data set, is for testing. The split uses no
    random generator, so it does not depend on library versions. Consecutive digits are often from
    one writer, so the test set has new digits by the writers of the training set.

    Returns:
        The training and test digits. All callers share the tensors; clone one before modifying it.

    Source:
        Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
        Repository 1998, as shipped with scikit-learn.
    """
    # Imported here because it takes a second, and using the trained network does not need it.
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = torch.from_numpy(np.asarray(bunch.images, np.float32) / 16.0).unsqueeze(1)
    labels = torch.from_numpy(np.asarray(bunch.target, np.int64))
    place_in_class = (torch.nn.functional.one_hot(labels).cumsum(0) - 1).gather(1, labels[:, None])
    test = place_in_class[:, 0] % _TEST_EVERY == _TEST_EVERY - 1
    return Digits(
        images[~test], labels[~test], images[test], labels[test], test.nonzero()[:, 0].contiguous()
    )
