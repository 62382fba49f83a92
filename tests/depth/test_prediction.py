"""Predictions split the variance; evaluations rank it; maps and weights survive a round trip."""

import dataclasses
import math

import pytest
import torch
from safetensors.torch import load_file, save_file

from pyfrontiers.depth import (
    REFERENCE_FOCAL_LENGTH,
    DepthNet,
    evaluate_depth,
    fitted_picture,
    image_gradient,
    lens_focal_length,
    load_weights,
    map_picture,
    map_sheet,
    predict_depth,
    save_weights,
)
from pyfrontiers.depth.evaluation import COVERAGES, LEVELS
from pyfrontiers.scenes import batch, occlusion_edges


@pytest.fixture(scope="module")
def images(scenes):
    return batch(scenes, range(3)).images


def test_variance_is_the_sum_of_noise_and_disagreement(fitted, images):
    maps = predict_depth(fitted.model, images, samples=7, seed=4)
    whole = maps.aleatoric.square() + maps.epistemic.square()
    assert torch.allclose(maps.sigma.square(), whole)
    assert maps.epistemic.min() >= 0
    assert maps.epistemic.mean() > 0
    assert maps.aleatoric.min() >= 0.001
    assert torch.allclose(maps.depth, 1 / maps.inverse_depth.clamp_min(1e-3))
    one = predict_depth(fitted.model, images, samples=1)
    assert not one.epistemic.any()


def test_passes_depend_neither_on_batches_nor_on_the_number(fitted, images):
    maps = predict_depth(fitted.model, images, samples=5, seed=1)
    parts = predict_depth(fitted.model, images, samples=5, seed=1, batch_size=1)
    assert torch.allclose(maps.inverse_depth, parts.inverse_depth, atol=1e-6)
    assert torch.allclose(maps.epistemic, parts.epistemic, atol=1e-5)
    assert not torch.allclose(
        maps.inverse_depth, predict_depth(fitted.model, images, samples=5, seed=2).inverse_depth
    )


def test_pixels_of_eight_bits_are_refused(fitted, images):
    with pytest.raises(ValueError, match=r"images must be in \[0, 1\], got values from .* by 255"):
        predict_depth(fitted.model, images * 255, samples=1)


def test_twice_the_focal_length_is_half_the_inverse_depth(fitted, images):
    lengths = torch.tensor([1.0, 2.0, math.nan]) * REFERENCE_FOCAL_LENGTH
    plain = predict_depth(fitted.model, images, samples=3)
    maps = predict_depth(fitted.model, images, samples=3, focal_lengths=lengths)
    for name in ("inverse_depth", "aleatoric", "epistemic", "sigma"):
        expected, found = getattr(plain, name).clone(), getattr(maps, name)
        expected[1] /= 2
        assert torch.allclose(found, expected, rtol=1e-5), name
    with pytest.raises(ValueError, match=r"focal_lengths must be positive and finite, .* got 0"):
        predict_depth(fitted.model, images, samples=1, focal_lengths=torch.zeros(3))


def test_lens_of_a_photograph():
    # 36 mm see a picture as wide as they are long, whether the photograph stands or lies.
    assert lens_focal_length(100, 200, lens=36) == 2
    assert lens_focal_length(400, 200, lens=18) == 2
    # Rows are cut off: the crop has 100.
    assert lens_focal_length(150, 200, lens=36) == 2
    assert lens_focal_length(150, 200) == pytest.approx(2 * 26 / 36)


def test_without_dropout_there_is_no_posterior(images):
    with pytest.raises(ValueError, match="dropout"):
        predict_depth(torch.nn.Conv2d(3, 2, 1), images)


def test_odd_pictures_are_refused(fitted):
    with pytest.raises(ValueError, match=r"even sides of at least 16, got \(1, 3, 17, 32\)"):
        predict_depth(fitted.model, torch.rand(1, 3, 17, 32))
    for size in ((40, 300), (300, 40), (5, 5)):
        picture = torch.full((3, *size), 0.25)
        assert torch.allclose(fitted_picture(picture), torch.full((3, 64, 128), 0.25))


class Oracle(torch.nn.Module):
    """Returns the truth with a known error, and a variance that knows it or does not."""

    def __init__(self, scenes, knows):
        super().__init__()
        self.drop = torch.nn.Dropout(0.5)
        self.kept = {one.image.sum().item(): one for one in scenes}
        self.knows = knows

    def forward(self, images):
        rows = []
        for image in images:
            one = self.kept[image.sum().item()]
            edges = occlusion_edges(one.depth, one.classes, one.instances).mask
            error = torch.where(edges, 0.05, 0.01)
            error = error * (1 + 0.001 * torch.arange(error.numel()).view_as(error) / error.numel())
            sigma = error if self.knows else 1 / error
            seen = torch.stack([one.inverse_depth + error, sigma])  # in 1/m
            seen *= one.camera.focal_length / REFERENCE_FOCAL_LENGTH
            rows.append(torch.stack([seen[0], 2 * seen[1].log()]))
        return torch.stack(rows) + 0 * self.drop(images[:, :1])


def test_a_network_that_knows_its_errors_has_no_sparsification_error(scenes):
    some = [one for one in scenes if occlusion_edges(one.depth, one.classes).mask.any()][:4]
    good = evaluate_depth(Oracle(some, True), some, samples=2, resamples=50)
    bad = evaluate_depth(Oracle(some, False), some, samples=2, resamples=0)
    assert float(good.ause["sigma"]) < 1e-7
    assert float(bad.ause["sigma"]) > 0.001
    assert bad.ratio.value < 1
    assert good.gain.value > 0
    assert good.ratio.low <= good.ratio.value <= good.ratio.high
    assert math.isclose(good.ratio.value, 5, rel_tol=0.01)
    assert good.curves["sigma"] == pytest.approx(good.curves["oracle"])
    assert good.curves["sigma"][-1] == pytest.approx(float(good.error))
    assert len(good.curves["sigma"]) == len(COVERAGES)
    # Each error is one sigma: inside of the intervals wider than that.
    outside = [level for level, share in zip(LEVELS, good.coverage, strict=True) if share < 0.5]
    assert outside == [level for level in LEVELS if -math.log(1 - level) / math.sqrt(2) < 1]


def test_without_edges_there_is_no_ratio(fitted, scenes):
    flat = dataclasses.replace(scenes[0], depth=torch.full_like(scenes[0].depth, 10.0))
    found = evaluate_depth(fitted.model, [flat], samples=2, resamples=3)
    assert (found.ratio, found.relative_ratio, found.car_ratio) == (None, None, None)
    assert found.error.value > 0
    assert "edges" not in found.parts


@pytest.mark.parametrize(("value", "text"), [(0.0, "512 pixels of 0"), (math.nan, "got none in")])
def test_bad_depth_is_named(fitted, scenes, value, text):
    bad = dataclasses.replace(scenes[1], depth=torch.full_like(scenes[1].depth, value))
    with pytest.raises(ValueError, match=f"{text}.* scene 1"):
        evaluate_depth(fitted.model, [scenes[0], bad], samples=1, resamples=0)


def test_baseline_is_the_gradient():
    ramp = torch.arange(8.0).expand(1, 3, 6, 8) / 8
    assert torch.allclose(image_gradient(ramp), torch.full((1, 6, 8), 1 / 8))


def test_weights_survive_a_round_trip(fitted, images, tmp_path):
    path = tmp_path / "net.safetensors"
    digest = save_weights(fitted.model, path)
    again = load_weights(path, digest=digest)
    given, read = (predict_depth(one, images, samples=2) for one in (fitted.model, again))
    assert (given.inverse_depth - read.inverse_depth).abs().max() < 0.01
    assert path.stat().st_size < 0.8e6
    with pytest.raises(
        ValueError, match=r"digest must be the SHA-256 of net\.safetensors, .* got '00'"
    ):
        load_weights(path, digest="00")
    whole = load_file(path)
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(
        ValueError,
        match=r"weights of a DepthNet, got net\.safetensors, which is no safetensors file or an "
        r"incomplete one; make it again with: pyfrontiers",
    ):
        load_weights(path)
    save_file(whole | {"head.weight": torch.zeros(2, 3)}, path)
    with pytest.raises(ValueError, match=r"in which head.weight has shape \(2, 3\) and not \("):
        load_weights(path)
    broken = DepthNet()
    torch.nn.init.constant_(broken.head.weight, 1e5)  # infinite in half precision
    with pytest.raises(ValueError, match=r"model must have finite weights .* in head\.weight"):
        save_weights(broken, path)
    save_file({name: value * math.nan for name, value in whole.items()}, path)
    with pytest.raises(ValueError, match="path must be finite weights"):
        load_weights(path)


def test_dropout_probability_travels_with_the_weights(tmp_path):
    path = tmp_path / "net.safetensors"
    save_weights(DepthNet(p=0.31), path)
    assert [drop.p for drop in load_weights(path).drop] == [0.31] * 4
    save_file(load_file(path), path, {"p": "many"})
    with pytest.raises(ValueError, match=r"got net\.safetensors with the drop rate 'many'"):
        load_weights(path)


def test_maps_have_titles_and_colour_bars(fitted, images):
    """Every map has dark letters above it, and below it all colours from low to high."""
    maps = predict_depth(fitted.model, images[:1], samples=2)
    sheet = map_sheet(images[0], maps, zoom=8).float()
    rows, columns = 8 * 16, 8 * 32
    step = (rows + 4 * 32 + 4, columns + 4)
    for number in range(1, 5):
        top, left = step[0] * (number // 2), step[1] * (number % 2)
        panel = sheet[top : top + step[0] - 4, left : left + columns]
        title, below = panel[:48], panel[48 + rows :]
        assert (title < 100).all(2).any()
        bar = below[8, 4:-4].sum(1)  # between the first and the last mark
        colours = bar[bar > 60]  # marks are black
        assert colours[-1] - colours[0] > 300
        assert (colours.diff() >= -25).all()
        assert (below[24:] < 100).all(2).any()
    assert (sheet[-rows:, step[1] :] == 255).all()  # there is no sixth panel


def test_pictures_with_nan_are_counted(fitted, images):
    bad = images[:2].clone()
    bad[1, 0, 3, 3] = math.nan
    with pytest.warns(RuntimeWarning, match="`invalid` counts the passes"):
        maps = predict_depth(fitted.model, bad, samples=3)
    assert maps.invalid.tolist() == [0, 3]
    assert maps.sigma[1].isnan().all()
    assert torch.equal(maps.to("cpu").invalid, maps.invalid)


def test_maps_are_drawn(fitted, images):
    maps = predict_depth(fitted.model, images[:1], samples=2)
    sheet = map_sheet(images[0], maps, zoom=2)
    assert sheet.shape == (3 * (32 + 40) + 8, 2 * 64 + 4, 3)
    assert torch.equal(sheet[15:47, 68:], map_picture(maps.inverse_depth[0], "depth", zoom=2))
    assert torch.equal(sheet[91:123, :64], map_picture(maps.aleatoric[0], zoom=2))
    ramp = map_picture(torch.linspace(0, 0.05, 20)[None])
    assert (ramp.sum(2).diff() > 0).all()
    assert map_picture(torch.full((1, 1), math.nan)).unique().tolist() == [128]
    below, zero, above = map_picture(torch.tensor([[-0.05, 0.0, 0.05]]), "difference")[0].int()
    assert zero.min() > 240
    assert below[2] > below[0] + 100  # blue
    assert above[0] > above[2] + 100  # red
    with pytest.raises(ValueError, match="maps must have shape"):
        map_sheet(images[0, :, :, :16], maps)
    with pytest.raises(ValueError, match="top must be positive"):
        map_picture(torch.zeros(2, 2), top=0.0)
