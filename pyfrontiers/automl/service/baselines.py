"""What a child has to beat: logistic regression, and always the most frequent class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.automl.service.dataset import Dataset
    from pyfrontiers.automl.service.splits import Split

__all__ = ["COMMON", "LOGISTIC", "baselines"]

LOGISTIC, COMMON = "logistic regression", "most frequent class"
#: Steps of logistic regression, and fewer of them beyond so many numbers.
_STEPS, _FEW_STEPS, _MANY = 2000, 200, 2_000_000


def baselines(data: Dataset, split: Split) -> dict[str, Tensor]:
    """Fit the baselines on the examples that a child is trained on.

    Args:
        data: the data set.
        split: its parts.

    Returns:
        For each baseline, log-probabilities (N, K) of the test part.

    """
    from sklearn.linear_model import LogisticRegression

    known = torch.cat((split.train, split.validation))
    rows = split.prepared(data.inputs).flatten(1).numpy()
    steps = _STEPS if rows.size <= _MANY else _FEW_STEPS
    fitted = LogisticRegression(max_iter=steps).fit(rows[known], data.labels[known].numpy())
    found = torch.from_numpy(fitted.predict_proba(rows[split.test])).clamp_min(1e-300).log()
    counts = data.labels[known].bincount(minlength=len(data.classes)).double()
    common = (counts / counts.sum()).log().expand(len(split.test), -1)
    return {LOGISTIC: found, COMMON: common}
