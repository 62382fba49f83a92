"""Meshes, poses, transforms and running states: no argument of a wrong type reaches torch."""

import dataclasses

import pytest
import torch
from valid_calls import DRAWN, IMAGES, MESH, POSES, X
from wrong_kinds import faults_of

from pyfrontiers import kernels


def fields_of(value):
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def rendered(**arguments):
    return kernels.rasterize(MESH, POSES, size=(6, 5)).render(**arguments)


def adjoint(**arguments):
    return kernels.rasterize(MESH, POSES, size=(6, 5)).adjoint(**arguments)


CALLS = {
    "Mesh": (
        kernels.Mesh,
        {
            "vertices": torch.rand(4, 3),
            "faces": torch.tensor([[0, 1, 2], [0, 2, 3]]),
            "uv": torch.rand(4, 2),
        },
    ),
    "Mesh.sphere": (kernels.Mesh.sphere, {"rings": 4, "segments": 5}),
    "Mesh.to": (MESH.to, {"device": "cpu"}),
    "Poses": (
        kernels.Poses,
        {name: v for name, v in fields_of(POSES).items() if name != "packed"},
    ),
    "Poses.to": (POSES.to, {"device": "cpu"}),
    "TransformDistribution": (
        kernels.TransformDistribution,
        fields_of(kernels.TransformDistribution()),
    ),
    "Transforms": (kernels.Transforms, fields_of(DRAWN)),
    "Transforms.identity": (kernels.Transforms.identity, {"count": 2, "channels": 3}),
    "Transforms.theta": (DRAWN.theta, {"height": 3, "width": 4}),
    "Transforms.to": (DRAWN.to, {"device": "cpu"}),
    "Moments.update": (kernels.Moments().update, {"samples": X}),
    "Moments.merge": (kernels.Moments().update(X).merge, {"other": kernels.Moments()}),
    "Moments.variance": (kernels.Moments().update(X).variance, {"correction": 0}),
    "Predictive.update": (kernels.Predictive().update, {"logits": X}),
    "Predictive.merge": (kernels.Predictive().update(X).merge, {"other": kernels.Predictive()}),
    "Fragments.render": (rendered, {"texture": IMAGES[0], "background": 0.0}),
    "Fragments.adjoint": (adjoint, {"gradient": IMAGES, "texture_size": (3, 3)}),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("call", "name"), [(call, name) for call, (_, given) in CALLS.items() for name in given]
)
def test_wrong_types_raise_an_error_that_names_the_argument(call, name):
    function, arguments = CALLS[call]
    function(**arguments)
    assert faults_of(function, arguments, name) == []
