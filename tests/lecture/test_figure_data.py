"""Titles and notes of the figures agree with their data."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pyfrontiers.lecture import figures


def column(spec, name, **where):
    tables = [spec, *spec.get("layer", [])]
    for part in tables:
        values = part.get("data", {}).get("values", [])
        if values and name in values[0]:
            return np.array(
                [row[name] for row in values if all(row.get(k) == v for k, v in where.items())]
            )
    raise AssertionError(f"no column {name}")


def spec_of(name):
    return figures.draw(name).to_dict()


def test_more_bumps_approximate_the_target_better():
    spec = spec_of("sum-of-bumps")
    target = column(spec, "y", curve="target")
    few = np.abs(column(spec, "y", curve="8 bumps") - target).max()
    many = np.abs(column(spec, "y", curve="40 bumps") - target).max()
    assert many < few / 3


def test_width_is_proportional_to_frequency():
    spec = spec_of("width-for-frequency")
    slope = np.polyfit(np.log(column(spec, "f")), np.log(column(spec, "width")), 1)[0]
    assert slope == pytest.approx(1.0, abs=0.03)


def test_knots_agree_with_the_linear_interpolation_bound():
    # the error of a chord of length h on sin(2 pi f x) is at most (2 pi f)^2 h^2 / 8
    bound = 2.0 * math.pi / math.sqrt(8.0 * 0.01)
    widths = column(spec_of("width-for-frequency"), "width")
    assert widths[-1] == pytest.approx(32 * bound, rel=0.02)


def test_simulated_labels_follow_the_exact_law():
    spec = spec_of("labels-from-a-die")
    assert np.abs(column(spec, "simulated") - column(spec, "exact")).max() <= 0.02


def test_band_covers_about_95_per_cent_and_fits_diverge_outside():
    # the notes state the share and the spreads
    note = spec_of("likelihood-fit")["title"]["subtitle"][0]
    assert 90 <= int(note.split("; ")[-1].split("%")[0]) <= 99
    words = spec_of("outside-the-range")["title"]["subtitle"][0].split()
    inside, outside = (float(word.strip(",")) for word in words if word[0].isdigit())
    assert outside > 10 * inside


def test_attack_climbs_and_stays_in_the_box():
    layer = next(part for part in spec_of("projected-steps")["layer"] if "layer" in part)
    steps = next(
        part["data"]["values"]
        for part in layer["layer"]
        if "k" in part.get("data", {}).get("values", [{}])[0]
    )
    for axis in ("x", "y"):
        assert all(0.1 - 1e-9 <= row[axis] <= 0.6 + 1e-9 for row in steps)
    assert steps[-1]["x"] == pytest.approx(0.6)


def test_aligned_change_grows_as_the_square_root_of_the_inputs():
    spec = spec_of("small-change-large-effect")
    size = column(spec, "size", kind="random")
    aligned = column(spec, "change", kind="along the gradient")
    assert np.polyfit(np.log(size), np.log(aligned), 1)[0] == pytest.approx(0.5, abs=0.03)
    # E|w| = sqrt(2 / (pi n)) for each of n unit-norm Gaussian weights
    assert aligned[-1] == pytest.approx(4 / 255 * math.sqrt(2 * size[-1] / math.pi), rel=0.02)


def test_both_inputs_have_the_same_mean_probability():
    spec = spec_of("probability-or-confidence")
    seen, unseen = (column(spec, "p", input=name) for name in ("seen before", "never seen"))
    assert seen.mean() == pytest.approx(0.7, abs=2e-3)
    assert unseen.mean() == pytest.approx(0.7, abs=2e-3)
    assert unseen.std() > 4 * seen.std()


def test_two_kinds_of_entropy_sum_to_one_bit():
    spec = spec_of("entropy-split")
    noise = column(spec, "high", kind="noise (aleatoric)")
    rest = column(spec, "high", kind="disagreement (epistemic)") - noise
    assert np.allclose(noise + rest, 1.0, atol=1e-4)
    assert noise[0] == pytest.approx(1.0)
    assert rest[-1] == pytest.approx(1.0, abs=1e-4)


def test_posteriors_are_densities_and_narrow():
    spec = spec_of("bayes-posterior")
    w = column(spec, "w", curve="prior")
    widths = []
    for name in ("prior", "after 3 points", "after 30 points"):
        density = column(spec, "density", curve=name)
        mass = density * (w[1] - w[0])
        assert mass.sum() == pytest.approx(1.0, abs=0.03)
        mean = (mass * w).sum()
        widths.append((mass * (w - mean) ** 2).sum())
    assert widths[0] > widths[1] > widths[2]


def test_samples_follow_the_exact_posterior():
    layers = spec_of("sampled-posterior")["layer"]
    bars, curve = (part["data"]["values"] for part in layers)
    middle = [(row["low"] + row["high"]) / 2 for row in bars]
    exact = np.interp(middle, [r["w"] for r in curve], [r["density"] for r in curve])
    width = bars[0]["high"] - bars[0]["low"]
    total_variation = 0.5 * width * np.abs(exact - [row["density"] for row in bars]).sum()
    assert total_variation < 0.06


@pytest.mark.parametrize("kind", ["mean", "standard deviation"])
def test_errors_fall_with_slope_minus_one_half(kind):
    spec = spec_of("error-with-passes")
    slope = np.polyfit(
        np.log(column(spec, "passes", kind=kind)), np.log(column(spec, "error", kind=kind)), 1
    )[0]
    assert slope == pytest.approx(-0.5, abs=0.06)


def test_best_sigma_is_the_residual():
    spec = spec_of("loss-attenuation")
    for name, residual in (("0.5 m", 0.5), ("1 m", 1.0), ("2 m", 2.0)):
        loss = column(spec, "loss", residual=name)
        sigma = column(spec, "sigma", residual=name)
        assert sigma[loss.argmin()] == pytest.approx(residual, abs=0.03)


def test_controller_prefers_good_networks_and_beats_random_search():
    mean = next(
        part["data"]["values"]
        for part in spec_of("reinforce-probability")["layer"]
        if part["data"]["values"][0]["what"] == "mean"
    )
    assert mean[0]["p"] == pytest.approx(0.01, abs=0.001)
    assert mean[-1]["p"] > 0.5
    spec = spec_of("search-at-equal-budget")
    found = {k: column(spec, "regret", kind=k)[-1] for k in ("controller", "random search")}
    assert found["controller"] < found["random search"]


def test_related_tasks_reduce_the_examples_needed():
    spec = spec_of("few-shot-error")
    scratch = column(spec, "error", prior="from scratch")
    learned = column(spec, "error", prior="after 300 tasks")
    assert (learned[:5] < 0.5 * scratch[:5]).all()
