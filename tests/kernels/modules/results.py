"""Results of kernels as lists of tensors and numbers, and their comparison."""

import dataclasses

import torch


def results(result):
    """The tensors and numbers of a result, in order."""
    if isinstance(result, (tuple, list)):
        return [each for item in result for each in results(item)]
    if dataclasses.is_dataclass(result):
        return results([getattr(result, field.name) for field in dataclasses.fields(result)])
    return [result]


def same(got, wanted):
    for ours, theirs in zip(results(got), results(wanted), strict=True):
        if not isinstance(theirs, torch.Tensor):
            assert ours == theirs
        else:
            assert (ours.dtype, ours.device) == (theirs.dtype, theirs.device)
            assert ours.equal(theirs)
