"""The data sets of scikit-learn, as the service takes them."""

from __future__ import annotations

import torch

from pyfrontiers.automl.service.dataset import Dataset

__all__ = ["SHIPPED", "shipped_dataset"]

#: Names of the data sets, and what scikit-learn calls them.
SHIPPED = {"digits": "digits", "breast cancer": "breast_cancer", "iris": "iris", "wine": "wine"}


def shipped_dataset(name: str) -> Dataset:
    """Return a data set of `SHIPPED`: small images of digits, or a table.

    Raises:
        KeyError: there is none of this name.

    """
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{SHIPPED[name]}")()
    labels = torch.from_numpy(bunch.target).long()
    classes = tuple(map(str, bunch.target_names))
    if name == "digits":
        images = torch.from_numpy(bunch.images).float()
        return Dataset(images[:, None], labels, classes, (), name)
    columns = tuple(map(str, bunch.feature_names))
    return Dataset(torch.from_numpy(bunch.data).float(), labels, classes, columns, name)
