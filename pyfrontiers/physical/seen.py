"""What the classifier says of an object: in one pose, and in poses that no attack has seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from pyfrontiers import kernels
from pyfrontiers.adversarial import held_out
from pyfrontiers.adversarial.views import HELD_OUT, Draws
from pyfrontiers.arguments import Count, Floats, Seed, checked
from pyfrontiers.kernels import Poses
from pyfrontiers.physical.objects import TexturedObject
from pyfrontiers.physical.views import object_views
from pyfrontiers.vision import IMAGE_SIZE, classifier

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "HeldOutPictures",
    "Kind",
    "Seen",
    "kind_of",
    "picture_held_out",
    "see_held_out",
    "see_objects",
    "see_pose",
]

Kind = Literal["target", "right", "other"]
"""What a predicted class is: the attack's target, right for the object, or another wrong one."""

_BATCH = 12


@dataclass(frozen=True, eq=False)
class Seen:
    """One picture of an object and the classifier's answer.

    Attributes:
        picture: (224, 224, 3) uint8, the classifier's input.
        probabilities: (1000,) of the classes.
    """

    picture: NDArray[np.uint8]
    probabilities: Tensor


@dataclass(frozen=True, eq=False)
class HeldOutPictures:
    """Pictures of an object in V held-out poses, with each of K textures.

    Attributes:
        pictures: (K, V, 112, 112, 3) uint8: what the classifier saw of every texture in the same
            poses, at half its resolution.
        classes: (K, V) most probable classes.
        probabilities: (K, V) probabilities of these classes; None where only the classes are known.
    """

    pictures: NDArray[np.uint8]
    classes: NDArray[np.int64]
    probabilities: NDArray[np.float32] | None


def kind_of(index: int, target: int | None, classes: tuple[int, ...]) -> Kind:
    """Return what a predicted class is.

    Args:
        index: the predicted class.
        target: the attack's target class; None if there was no attack.
        classes: the classes that are right for the object.
    """
    if index == target:
        return "target"
    return "right" if index in classes else "other"


@checked
@torch.no_grad()
def see_pose(
    obj: TexturedObject,
    texture: Annotated[Tensor, Floats("3", "height", "width")],
    pose: Poses,
    *,
    background: tuple[float, float, float] = (0.5, 0.5, 0.5),
) -> Seen:
    """Render an object in one pose and classify the picture.

    Args:
        obj: the object.
        texture: its texture (3, height, width) in [0, 1].
        pose: one pose; see `pose_at`.
        background: colour behind the object, in [0, 1].

    Raises:
        ValueError: there is not exactly one pose.
    """
    if len(pose) != 1:
        raise ValueError(f"pose must hold one pose, got {len(pose)}")
    size = (IMAGE_SIZE, IMAGE_SIZE)
    seen = kernels.render(texture, obj.mesh, pose, size=size, background=torch.tensor(background))
    picture = seen.clamp(0, 1)
    return Seen(_bytes(picture)[0], classifier().probabilities(picture)[0])


@checked
@torch.no_grad()
def see_held_out(
    obj: TexturedObject,
    textures: list[Tensor],
    *,
    count: Count = 60,
    seed: Seed = 0,
    report: Callable[..., object] = lambda *_: None,
) -> HeldOutPictures:
    """Render an object in held-out poses with each of several textures and classify the pictures.

    The poses are those with which `evaluate_views` judges a texture for the same seed.

    Args:
        obj: the object.
        textures: K textures (3, height, width) in [0, 1].
        count: V poses.
        seed: seed of the attack.
        report: called with the share that is done and a few words.
    """
    pictures, shares, done = [], [], 0
    for seen in _blocks(obj, textures, count, seed):
        for together in zip(*(torch.split(views, _BATCH) for views in seen), strict=True):
            pictures += [_halved(views) for views in together]
            shares += [classifier().probabilities(views) for views in together]
            done += len(together[0])
            report(done / count, f"{done} of {count} poses")
    best, classes = _by_texture(shares, len(textures)).max(-1)
    of_all = _by_texture(pictures, len(textures))
    return HeldOutPictures(of_all.numpy(), classes.numpy(), best.numpy())


@checked
def see_objects(
    *,
    objects: list[TexturedObject],
    count: Count = 64,
    seed: Seed = 0,
    report: Callable[..., object] = lambda *_: None,
) -> HeldOutPictures:
    """Classify an object in held-out poses with each of several textures; see `see_held_out`.

    Args:
        objects: at least one; the same object, which wears another texture in each.
        count: V poses.
        seed: seed of the attack.
        report: called with the share that is done and a few words.
    """
    if not objects:
        raise ValueError("objects must hold at least one object, got none")
    worn = [obj.texture for obj in objects]
    return see_held_out(objects[0], worn, count=count, seed=seed, report=report)


@torch.no_grad()
def picture_held_out(
    obj: TexturedObject, textures: list[Tensor], *, count: int, seed: int
) -> NDArray[np.uint8]:
    """Return the pictures (K, V, 112, 112, 3) of `see_held_out` without classifying them."""
    pictures = [_halved(views) for seen in _blocks(obj, textures, count, seed) for views in seen]
    return _by_texture(pictures, len(textures)).numpy()


def _blocks(
    obj: TexturedObject, textures: list[Tensor], count: int, seed: int
) -> Iterator[list[Tensor]]:
    """Yield the held-out views of each texture in the blocks in which `evaluate_views` draws."""
    draws = Draws(object_views(obj), seed, HELD_OUT, 0)
    size = held_out.BLOCK
    for first in range(0, count, size):
        drawn = draws.block(0, first // size, size)
        kept = min(size, count - first)
        yield [draws.see(texture, drawn, size)[:kept] for texture in textures]


def _halved(pictures: Tensor) -> Tensor:
    return torch.from_numpy(_bytes(avg_pool2d(pictures, 2)))


def _by_texture(blocks: list[Tensor], textures: int) -> Tensor:
    """Return (K, V, ...) from blocks (v, ...) in which the textures alternate."""
    return torch.stack([torch.cat(blocks[start::textures]) for start in range(textures)])


def _bytes(pictures: Tensor) -> NDArray[np.uint8]:
    rounded: NDArray[np.uint8] = (pictures * 255).round().byte().permute(0, 2, 3, 1).numpy()
    return rounded
