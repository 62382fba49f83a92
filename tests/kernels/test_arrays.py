"""Arrays of other libraries: same kind returned, same bits, no copy, and their conventions kept."""

import sys
import types
import warnings

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
import torch
from valid_calls import OF_A_TENSOR, valid

from pyfrontiers import kernels

SEED = 2**64 - 1
X = torch.rand((2, 3, 4, 5), generator=torch.Generator().manual_seed(0))
DTYPES = {
    torch.float32: np.dtype(np.float32),
    torch.float64: np.dtype(np.float64),
    torch.float16: np.dtype(np.float16),
    torch.bfloat16: np.dtype(ml_dtypes.bfloat16),
}


class CupyLike:
    """Mimics a CuPy array in CPU memory: DLPack with versions and streams."""

    __module__ = "stand_in.core"

    def __init__(self, tensor, *, read_only=False):
        self.tensor, self.read_only, self.asked = tensor, read_only, []

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        self.asked.append(max_version)
        if self.read_only:
            array = self.tensor.numpy()
            array.flags.writeable = False
            return array.__dlpack__(max_version=max_version)
        return self.tensor.__dlpack__(max_version=max_version)

    def __dlpack_device__(self):
        return self.tensor.__dlpack_device__()


stand_in = types.ModuleType("stand_in")
stand_in.from_dlpack = lambda other: CupyLike(torch.from_dlpack(other))
sys.modules["stand_in"] = stand_in


def to_numpy(tensor):
    if tensor.dtype == torch.bfloat16:
        return tensor.view(torch.uint16).numpy().view(ml_dtypes.bfloat16)
    return tensor.numpy()


def from_any(array):
    if isinstance(array, CupyLike):
        return array.tensor
    if isinstance(array, np.ndarray) and array.dtype == ml_dtypes.bfloat16:
        return torch.from_numpy(array.view(np.uint16)).view(torch.bfloat16)
    return torch.from_dlpack(array) if not isinstance(array, torch.Tensor) else array


LIBRARIES = {
    "numpy": (to_numpy, np.ndarray),
    "jax": (jnp.from_dlpack, jax.Array),
    "cupy's protocol": (CupyLike, CupyLike),
}
each_library = pytest.mark.parametrize(("send", "kind"), LIBRARIES.values(), ids=LIBRARIES)

# Changes of a valid call of each function, in addition to its tensors.
CHANGED = {
    "mc_dropout": {"granularity": "channel"},
    "linf_step": {
        "epsilon": torch.tensor([0.1, 0.2]),
        "bounds": (0.0, torch.tensor([0.8, 0.9])),
    },
    "random_start": {"norm": "l1", "epsilon": torch.tensor([0.1, 0.9])},
}


def sent(value, send):
    """A tensor, or the tensors in a tuple, as arrays of a library."""
    if isinstance(value, tuple):
        return tuple(sent(each, send) for each in value)
    return send(value) if isinstance(value, torch.Tensor) else value


@each_library
@pytest.mark.parametrize("function", OF_A_TENSOR)
def test_returns_the_same_kind_of_array_with_the_same_bits(send, kind, function):
    call = {**valid(function, X), **CHANGED.get(function, {})}
    arrays = {name: sent(value, send) for name, value in call.items()}
    wanted, results = (getattr(kernels, function)(**given) for given in (call, arrays))
    assert isinstance(results, tuple) == isinstance(wanted, tuple)
    if not isinstance(wanted, tuple):
        results, wanted = (results,), (wanted,)
    for result, expected in zip(results, wanted, strict=True):
        assert isinstance(result, kind)
        assert from_any(result).equal(expected)


@each_library
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_floating_dtypes(send, kind, dtype):
    if kind is jax.Array and dtype == torch.float64:
        pytest.skip("JAX has float64 only if enabled for the whole process")
    result = kernels.dropout(send(X.to(dtype)), 0.3, seed=SEED)
    assert isinstance(result, kind)
    assert from_any(result).equal(kernels.dropout(X.to(dtype), 0.3, seed=SEED))


@each_library
def test_label_dtypes(send, kind, integer):
    if kind is jax.Array and integer in (torch.int64, torch.uint64):
        pytest.skip("JAX has 64-bit integers only if enabled for the whole process")
    labels = (torch.arange(300) % 10).to(integer)
    corrupted, redrawn = kernels.corrupt_labels(send(labels), 0.5, 10, seed=1)
    wanted = kernels.corrupt_labels(labels, 0.5, 10, seed=1)
    assert isinstance(corrupted, kind)
    assert isinstance(redrawn, kind)
    assert from_any(corrupted).tolist() == wanted[0].tolist()
    assert from_any(redrawn).tolist() == wanted[1].tolist()


def test_numpy_memory_is_not_copied(monkeypatch):
    seen = []
    original = kernels.arrays._same_memory
    monkeypatch.setattr(
        kernels.arrays,
        "_same_memory",
        lambda name, array: seen.append(original(name, array)) or seen[-1],
    )
    for x in (to_numpy(X), to_numpy(X.bfloat16()), to_numpy(X)[:, ::2]):
        kernels.dropout(x, 0.3, seed=1)
        assert seen[-1].data_ptr() == x.ctypes.data


def test_requests_a_versioned_dlpack_capsule():
    x = CupyLike(X)
    kernels.dropout(x, 0.3, seed=1)
    assert x.asked == [(1, 0)]


def test_numpy_layouts():
    for x in (X.permute(3, 1, 0, 2), X[:, ::2], X.expand(3, 2, 3, 4, 5), X[:0]):
        result = kernels.dropout(x.numpy(), 0.3, seed=1)
        assert torch.from_numpy(result).equal(kernels.dropout(x, 0.3, seed=1))


def test_read_only_input_does_not_warn():
    x = X.numpy().copy()
    x.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = kernels.dropout(x, 0.3, seed=1)
    assert result.flags.writeable
    assert torch.from_numpy(result).equal(kernels.dropout(X, 0.3, seed=1))


def test_misaligned_memory_is_copied():
    memory = np.zeros(X.numel() * 4 + 1, dtype=np.uint8)
    x = memory[1:].view(np.float32).reshape(X.shape)
    x[...] = X.numpy()
    result = kernels.dropout(x, 0.3, seed=1)
    assert torch.from_numpy(result).equal(kernels.dropout(X, 0.3, seed=1))
    with pytest.raises(ValueError, match=r"^out must .*, got misaligned memory"):
        kernels.dropout(X.numpy(), 0.3, seed=1, out=x)


@pytest.mark.parametrize("send", [to_numpy, CupyLike], ids=["numpy", "cupy's protocol"])
def test_out_is_written_and_returned(send):
    memory = torch.zeros(X.shape)
    out = send(memory)
    assert kernels.dropout(send(X), 0.3, seed=1, out=out) is out
    assert memory.equal(kernels.dropout(X, 0.3, seed=1))


def test_in_place():
    x = X.numpy().copy()
    assert kernels.linf_step(x, 0.5 - x, x * 0.9, step=0.1, epsilon=0.2, out=x) is x
    assert torch.from_numpy(x).equal(kernels.linf_step(X, 0.5 - X, X * 0.9, step=0.1, epsilon=0.2))


class TestRejected:
    @pytest.mark.parametrize(
        "out",
        [jnp.zeros(X.shape), CupyLike(torch.zeros(X.shape), read_only=True)],
        ids=["jax", "read-only"],
    )
    def test_read_only_output(self, out):
        x = jnp.from_dlpack(X) if isinstance(out, jax.Array) else CupyLike(X)
        library = "jax" if isinstance(out, jax.Array) else "stand_in"
        with pytest.raises(ValueError, match=rf"^out must .*, got a read-only array of {library}"):
            kernels.dropout(x, 0.3, seed=1, out=out)

    def test_read_only_numpy_output(self):
        out = np.zeros(X.shape, dtype=np.float32)
        out.flags.writeable = False
        for x in (X, X.numpy()):
            with pytest.raises(ValueError, match=r"^out must be writable, got a read-only "):
                kernels.dropout(x, 0.3, seed=1, out=out)
        assert not out.any()

    @pytest.mark.parametrize("name", ["grad", "origin", "step", "out"])
    def test_mixed_libraries(self, name):
        x = X.numpy()
        good = {"grad": x, "origin": x, "step": 0.1, "epsilon": 0.1}
        with pytest.raises(TypeError, match=rf"^{name} must .*numpy like x, got one of torch"):
            kernels.linf_step(x, **{**good, name: X})
        with pytest.raises(TypeError, match=r"^grad must .*a torch tensor.*, got ndarray"):
            kernels.linf_step(X, x, X, step=0.1, epsilon=0.1)

    def test_negative_strides(self):
        with pytest.raises(ValueError, match=r"^x must have no negative strides, got .*"):
            kernels.dropout(X.numpy()[:, ::-1], 0.3, seed=1)

    def test_foreign_byte_order(self):
        with pytest.raises(TypeError, match=r"^x must .*this machine's byte order, got dtype >f4"):
            kernels.dropout(X.numpy().astype(">f4"), 0.3, seed=1)

    def test_masked_arrays(self):
        with pytest.raises(TypeError, match=r"^x must .*, got a masked array"):
            kernels.dropout(np.ma.masked_array(X.numpy()), 0.3, seed=1)

    @pytest.mark.parametrize("dtype", [object, "U3", "M8[s]"])
    def test_non_numeric_dtype(self, dtype):
        with pytest.raises(TypeError, match=r"^x must .*numbers.*, got .*"):
            kernels.dropout(np.zeros(3, dtype=dtype), 0.3, seed=1)

    def test_unsupported_dtype(self):
        with pytest.raises(TypeError, match=r"^x must .*float32.*, got torch.int32"):
            kernels.dropout(np.zeros(3, dtype=np.int32), 0.3, seed=1)

    def test_jax_tracer(self):
        with pytest.raises(TypeError, match=r"^x must .*got .*Tracer, which exports no memory"):
            jax.jit(lambda x: kernels.dropout(x, 0.3, seed=1))(jnp.ones(3))

    def test_jax_pure_callback_works(self):
        def drop(x):
            return np.asarray(kernels.dropout(np.asarray(x), 0.3, seed=1))

        x = jnp.from_dlpack(X)
        shape = jax.ShapeDtypeStruct(x.shape, x.dtype)
        result = jax.jit(lambda x: jax.pure_callback(drop, shape, x))(x)
        assert torch.from_dlpack(result).equal(kernels.dropout(X, 0.3, seed=1))

    def test_too_many_arguments(self):
        with pytest.raises(TypeError, match=r"positional argument"):
            kernels.dropout(X.numpy(), 0.3, 1, 2, 3, 4, 5, 6, 7, 8, 9)

    def test_argument_given_twice(self):
        with pytest.raises(TypeError, match=r"multiple values for argument 'x'"):
            kernels.dropout(X.numpy(), 0.3, x=X.numpy(), seed=1)
