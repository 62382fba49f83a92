"""Which devices are rejected, with the CUDA module and without it."""

import pytest
import torch
from torch._subclasses import FakeTensorMode

from pyfrontiers import kernels
from pyfrontiers.kernels import devices

MISSING = "this pyfrontiers was built without its CUDA module; with nvcc on the PATH"


@pytest.fixture
def images():
    """A function that makes fake images on any device, whether it exists or not."""

    def make(device):
        number = torch.device(device).index or 0
        if torch.cuda.is_available() and number >= torch.cuda.device_count():
            pytest.skip("with a real GPU, torch does not fake additional ones")
        return torch.empty(2, 3, 4, device=device)

    with FakeTensorMode():
        yield make


@pytest.fixture
def without_module(monkeypatch):
    monkeypatch.setattr("pyfrontiers.kernels.arguments.cuda_module", lambda: None)


@pytest.fixture
def with_module(monkeypatch):
    monkeypatch.setattr("pyfrontiers.kernels.arguments.cuda_module", lambda: devices)


def take_step(x, grad, origin, **others):
    return kernels.linf_step(x, grad, origin, step=0.1, epsilon=0.2, **others)


class TestWithoutCudaModule:
    @pytest.mark.parametrize("draw", [kernels.bits, kernels.uniform, kernels.normal])
    @pytest.mark.parametrize("device", ["cuda", "cuda:1", torch.device("cuda", 2)])
    def test_draw_error_explains_how_to_build_it(self, without_module, draw, device):
        with pytest.raises(ValueError, match=f"^device must be cpu, got {device}: {MISSING}"):
            draw(4, seed=0, device=device)

    def test_tensor_error_explains_how_to_build_it(self, without_module, images):
        x = images("cuda:1")
        with pytest.raises(ValueError, match=f"^x must be a tensor on cpu, got cuda:1: {MISSING}"):
            take_step(x, x, x)
        with pytest.raises(ValueError, match=f"^x must be a tensor on cpu, got cuda:1: {MISSING}"):
            kernels.dropout(x, 0.5, seed=0)


class TestMixedDevices:
    @pytest.mark.parametrize("name", ["grad", "origin", "out"])
    def test_tensors_must_share_a_device(self, with_module, images, name):
        tensors = dict.fromkeys(("x", "grad", "origin"), images("cuda:0"))
        first = "the input" if name == "out" else "x"
        with pytest.raises(
            ValueError, match=f"^{name} must .*on cuda:0 like {first}, got a tensor on cpu"
        ):
            take_step(**{**tensors, name: images("cpu")})

    @pytest.mark.parametrize(
        ("x", "parameter", "wanted"),
        [("cpu", "cuda:0", "cpu"), ("cuda:0", "cuda:1", "cpu or cuda:0")],
    )
    def test_parameter_is_on_the_cpu_or_with_x(self, with_module, images, x, parameter, wanted):
        with pytest.raises(
            ValueError, match=f"^step must be on {wanted}, got a tensor on {parameter}"
        ):
            kernels.linf_step(images(x), images(x), images(x), step=images(parameter), epsilon=0.1)


def test_unsupported_device_type(images):
    with pytest.raises(ValueError, match=r"^x must be a tensor on cpu or cuda, got meta$"):
        kernels.dropout(images("meta"), 0.5, seed=0)
