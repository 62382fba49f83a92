"""A valid call of every public function: its keyword arguments, created anew for each call."""

from __future__ import annotations

import functools
import io
import tempfile
from pathlib import Path

import numpy as np
import torch
from physical_rows import PHYSICAL_RECORDS, PHYSICAL_ROWS
from PIL import Image
from torch import nn

from pyfrontiers import (
    approximation,
    claims,
    comparison,
    depth,
    digits,
    generalization,
    lecture,
    recording,
    scenes,
    uncertainty,
    vision,
)
from pyfrontiers.adversarial import Transforms2D
from pyfrontiers.comparison import Candidate
from pyfrontiers.generalization.metrics import Curves
from pyfrontiers.kernels import Mesh
from pyfrontiers.provenance import Provenance

NET = nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.ReLU(), nn.Linear(8, 10))
DROPPED = nn.Sequential(nn.Linear(4, 6), nn.Dropout(), nn.Linear(6, 3))
TARGET = (
    approximation.TARGETS["triangle"]
    if "triangle" in approximation.TARGETS
    else next(iter(approximation.TARGETS.values()))
)
POINTS = np.linspace(0.0, 1.0, 12)
CURVES = Curves(*(((0.1, 0.2),) * 9), ((1, 2),), ((1, 2),))
PROVENANCE = Provenance("2026-01-01", seed=1)
FOLDER = Path(tempfile.gettempdir())
WORDS = [word for part in lecture.SECTIONS for word in part.facts.split()]
SPOKEN = " ".join(WORDS).encode()


def _images(count: int = 60) -> torch.Tensor:
    return torch.rand(count, 1, 8, 8, generator=torch.Generator().manual_seed(0))


def _data() -> generalization.ImageData:
    labels = torch.arange(60) % 2
    return generalization.data_from_arrays("made", _images(), labels, ("a", "b"))


def _depth_data() -> depth.DepthData:
    return depth.DepthData(torch.zeros(2, 3, 16, 32, dtype=torch.uint8), torch.zeros(2, 16, 32))


@functools.cache
def _depth_weights() -> Path:
    path = Path(tempfile.mkdtemp()) / "depth.safetensors"
    depth.save_weights(depth.DepthNet(), path)
    return path


def _depth_maps() -> depth.DepthMaps:
    return depth.DepthMaps(*(torch.rand(1, 16, 32) for _ in range(4)), passes=2)


def _photograph() -> Image.Image:
    return Image.fromarray(np.zeros((64, 48, 3), np.uint8))


def _png() -> bytes:
    file = io.BytesIO()
    _photograph().save(file, format="PNG")
    return file.getvalue()


@functools.cache
def _folder_of_images() -> Path:
    folder = Path(tempfile.mkdtemp())
    for name in ("a", "b"):
        (folder / name).mkdir()
        for n in range(30):
            pixels = np.random.default_rng(n).integers(0, 255, (8, 8), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{n}.png")
    return folder


@functools.cache
def _folder_of_frames() -> Path:
    """One frame of each of the data sets that `scenes` reads."""
    folder = Path(tempfile.mkdtemp())
    colour, grey = np.zeros((4, 6, 3), np.uint8), np.ones((4, 6), np.uint16)
    drive = "2011_09_26_drive_0001_sync"
    for name, pixels in (
        ("nyu2_test/0_colors.png", colour),
        ("nyu2_test/0_depth.png", grey),
        (f"val/{drive}/proj_depth/groundtruth/image_02/5.png", grey),
        (f"2011_09_26/{drive}/image_02/data/5.png", colour),
        ("leftImg8bit/val/ulm/ulm_leftImg8bit.png", colour),
        ("gtFine/val/ulm/ulm_gtFine_labelIds.png", grey.astype(np.uint8)),
        ("gtFine/val/ulm/ulm_gtFine_instanceIds.png", grey),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / name)
    return folder


def _record() -> Path:
    path = FOLDER / "pyfrontiers-test-record.json"
    return recording.save_record(path, PROVENANCE, {})


def _examples() -> dict[str, object]:
    return {"model": nn.Linear(2, 3), "x": torch.rand(6, 2), "y": torch.arange(6) % 3}


def _linear() -> nn.Linear:
    return nn.Linear(4, 3)


def _optimised() -> dict:
    model, x = nn.Linear(1, 1), torch.ones(1, 1)
    return {
        "model": model,
        "loss": lambda step: model(x).square().sum(),
        "optimiser": torch.optim.SGD(model.parameters(), lr=0.1),
        "steps": 1,
        "seed": 0,
    }


def _explained() -> dict:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(72, 3))
    return {"model": model, "x": _images(1), "target": 1, "layer": model[0], "samples": 1}


def _call() -> None:
    return None


ROWS = {
    "adversarial.ThreatModel": lambda: {"norm": "l2", "epsilon": 0.1, "bounds": (0.0, 1.0)},
    "adversarial.attack": lambda: {
        "model": _linear(),
        "x": torch.rand(3, 4),
        "y": torch.arange(3),
        "steps": 1,
    },
    "adversarial.RenderedViews": lambda: {"mesh": Mesh.sphere(4, 4), "size": (8, 8)},
    "adversarial.Transforms2D": lambda: {"channels": 1, "background": 0.5, "clip": False},
    "adversarial.evaluate_views": lambda: {
        "model": nn.Sequential(nn.Flatten(), nn.Linear(64, 3)),
        "x": _images(2),
        "adversarial": _images(2),
        "y": torch.arange(2),
        "views": Transforms2D(channels=1),
        "count": 3,
    },
    "adversarial.fixed_transform": lambda: {"rotation": 5.0, "scale": 1.1, "brightness": 0.1},
    "adversarial.survival": lambda: {
        "model": nn.Sequential(nn.Flatten(), nn.Linear(192, 3)),
        "images": torch.rand(2, 3, 8, 8),
        "classes": torch.arange(2),
        "axis": "rotation",
        "values": torch.tensor([-5.0, 0.0, 5.0]),
    },
    "adversarial.minimise_distance": lambda: {
        "model": nn.Sequential(nn.Flatten(), nn.Linear(192, 3)),
        "x": torch.rand(2, 3, 8, 8),
        "y": torch.arange(2),
        "views": Transforms2D(),
        "trials": 1,
        "selection": 2,
        "steps": 1,
        "held_out": 2,
        "views_per_step": 2,
    },
    "adversarial.cross_entropy": lambda: {"logits": torch.rand(3, 4), "classes": torch.arange(3)},
    "adversarial.margin": lambda: {"logits": torch.rand(3, 4), "classes": torch.arange(3)},
    "training.Average": lambda: {"model": _linear(), "newest": 0.1},
    "training.Checkpoint": lambda: {"path": FOLDER / "none.pt", "seconds": 1.0},
    "training.Drawn": lambda: {"count": 9, "size": 2, "seed": 0},
    "training.Shuffled": lambda: {"count": 9, "size": 2, "seed": 0},
    "training.train": _optimised,
    "approximation.Network": lambda: {
        "weight": POINTS,
        "bias": POINTS,
        "output": POINTS,
        "offset": 0.0,
        "activation": "relu",
    },
    "approximation.Observations": lambda: {"x": POINTS, "y": POINTS},
    "approximation.Target": lambda: {"name": "drawn", "heights": (0.0, 1.0, 0.0)},
    "approximation.barron_bound": lambda: {"constant": 2.0, "width": 8},
    "approximation.barron_constant": lambda: {"function": np.sin},
    "approximation.barron_width": lambda: {"constant": 2.0, "tolerance": 0.1},
    "approximation.compare": lambda: {"target": TARGET, "width": 2, "seeds": 2, "steps": 1},
    "approximation.drawn": lambda: {"heights": (0.0, 1.0, 0.0)},
    "approximation.errors_by_width": lambda: {
        "build": approximation.step_pairs,
        "target": TARGET,
        "widths": (2, 4),
    },
    "approximation.extrapolate": lambda: {"low": -0.5, "high": 0.5, "seeds": 2, "steps": 1},
    "approximation.fit_likelihood": lambda: {
        "observations": approximation.observe(20, 0.0, 1.0, seed=0),
        "low": 0.0,
        "high": 1.0,
        "width": 4,
        "seeds": 2,
        "steps": 1,
    },
    "approximation.least_width": lambda: {
        "build": approximation.step_pairs,
        "target": TARGET,
        "tolerance": 0.2,
    },
    "approximation.median_of": lambda: {"values": (0.1, 0.2)},
    "approximation.memorise": lambda: {"points": POINTS[:, None], "labels": POINTS},
    "approximation.noise": lambda: {"x": POINTS},
    "approximation.truth": lambda: {"x": POINTS},
    "approximation.observe": lambda: {"count": 10, "low": 0.0, "high": 1.0, "seed": 0},
    "approximation.parse_expression": lambda: {"text": "sin(x)"},
    "approximation.rate_of": lambda: {"widths": (1, 2, 4), "errors": (0.4, 0.2, 0.1)},
    "approximation.relu_knots": lambda: {"target": TARGET, "count": 3},
    "approximation.sigmoid_bumps": lambda: {"target": TARGET, "count": 3},
    "approximation.step_pairs": lambda: {"target": TARGET, "count": 3},
    "approximation.sine": lambda: {"frequency": 2.0},
    "approximation.sine_constant": lambda: {"frequency": 2.0},
    "approximation.train": lambda: {"target": TARGET, "width": 2, "seeds": 2, "steps": 1},
    "approximation.typed": lambda: {"text": "sin(x)"},
    "approximation.rms_error": lambda: {
        "network": approximation.step_pairs(TARGET, 3),
        "target": TARGET,
    },
    "approximation.worst_error": lambda: {
        "network": approximation.step_pairs(TARGET, 3),
        "target": TARGET,
    },
    "generalization.FittingNet": lambda: {"channels": 1, "side": 8, "classes": 2, "width": 4},
    "generalization.condition": lambda: {"slug": "labels"},
    "generalization.data_from_arrays": lambda: {
        "name": "made",
        "images": _images(),
        "labels": torch.arange(60) % 2,
        "classes": ("a", "b"),
    },
    "generalization.early_stop": lambda: {"curves": CURVES},
    "generalization.fit": lambda: {"data": _data(), "width": 4, "epochs": 1, "device": "cpu"},
    "generalization.fit_digits": lambda: {
        "condition": "labels",
        "share": 0.5,
        "width": 4,
        "epochs": 1,
        "seed": 0,
    },
    "generalization.parameter_count": lambda: {"model": NET},
    "generalization.read_data": lambda: {"path": _folder_of_images()},
    "generalization.selection": lambda: {"data": _data(), "train": 20, "test": 5, "seed": 0},
    "limitations.bias_study": lambda: {"shares": (0.03,), "seeds": 1, "steps": 1},
    "limitations.cascade": lambda: {
        **_explained(),
        "stages": [("output layer", [])],
        "methods": ("gradient",),
    },
    "limitations.costs": lambda: {"models": None, "seconds": 0.01},
    "limitations.explainable": lambda: {"model": NET},
    "limitations.explanation_check": lambda: {"name": "temple", "seeds": 1, "samples": 1},
    "limitations.fit_power_law": lambda: {
        "sizes": (1, 2, 4),
        "wrong": torch.ones(1, 3, 5, dtype=torch.bool),
    },
    "limitations.learning_curve": lambda: {"seeds": 1, "steps": 1},
    "limitations.randomise": lambda: {"module": _linear(), "seed": 0},
    "limitations.rank_correlation": lambda: {
        "first": torch.arange(6.0),
        "second": torch.arange(6.0),
    },
    "limitations.saliency_map": lambda: {"method": "gradient", **_explained()},
    "vision.FastClassifier": lambda: {"model": vision.classifier()},
    "vision.crops": lambda: {"image": _photograph(), "count": 2},
    "vision.features": lambda: {"images": torch.rand(1, 3, 224, 224)},
    "vision.pet_logits": lambda: {"found": torch.rand(2, 1280)},
    "vision.ImageNetClassifier": lambda: {"network": NET},
    "vision.attack_photograph": lambda: {
        "pixels": bytes(224 * 224 * 3),
        "target": 1,
        "epsilon": 0.1,
        "steps": 1,
    },
    "vision.check_file_size": lambda: {"size": 1000},
    "vision.decode_upload": lambda: {"data": _png()},
    "vision.find_class": lambda: {"name": 3},
    "vision.photograph": lambda: {"name": "temple"},
    "vision.prepare": lambda: {"image": _photograph(), "size": 32},
    "vision.prepared_pixels": lambda: {"image": _photograph(), "size": 32},
    "vision.quantise": lambda: {
        "adversarial": torch.zeros(6),
        "original": torch.zeros(6),
        "epsilon": 0.1,
    },
    "vision.ssim": lambda: {"first": torch.rand(3, 12, 12), "second": torch.rand(3, 12, 12)},
    "vision.to_image": lambda: {"pixels": torch.rand(3, 4, 4)},
    "vision.top_classes": lambda: {"probabilities": torch.rand(1000), "count": 2},
    "depth.DepthNet": lambda: {"p": 0.2, "seed": 0},
    "depth.best_log_variance": lambda: {"errors": torch.ones(4), "likelihood": "gaussian"},
    "depth.evaluate_depth": lambda: {
        "model": depth.DepthNet(),
        "source": [scenes.scene(0, 0, height=16, width=32)],
        "samples": 1,
        "resamples": 2,
    },
    "depth.fit_depth": lambda: {"data": _depth_data(), "steps": 1},
    "depth.fitted_picture": lambda: {"image": torch.rand(3, 20, 30), "size": (16, 32)},
    "depth.image_gradient": lambda: {"images": torch.rand(1, 3, 4, 6)},
    "depth.load": lambda: {"source": [scenes.scene(0, 0, height=16, width=32)]},
    "depth.load_weights": lambda: {"path": _depth_weights()},
    "depth.map_picture": lambda: {"values": torch.rand(4, 6), "scale": "depth", "top": 0.2},
    "depth.map_sheet": lambda: {"image": torch.rand(3, 16, 32), "maps": _depth_maps()},
    "depth.negative_log_likelihood": lambda: {
        "outputs": torch.rand(1, 2, 3, 4),
        "target": torch.rand(1, 3, 4),
    },
    "depth.predict_depth": lambda: {
        "model": depth.DepthNet(),
        "images": torch.rand(1, 3, 16, 32),
        "samples": 2,
    },
    "depth.save_weights": lambda: {
        "model": depth.DepthNet(),
        "path": FOLDER / "depth.safetensors",
    },
    "depth.train_depth": lambda: {"count": 2, "steps": 1, "height": 16, "width": 32},
    "digits.DigitNet": lambda: {"channels": (1, 2, 3), "p": 0.5, "seed": 0},
    "digits.accuracy": lambda: {"model": NET, "images": _images(), "labels": torch.arange(60) % 9},
    "digits.train": lambda: {"epochs": 1, "channels": (1, 1, 1)},
    "digits.flow.DigitFlow": lambda: {"width": 8, "seed": 0},
    "digits.flow.check_samples": lambda: {"each": 1},
    "digits.flow.sample_digits": lambda: {
        "classes": torch.arange(2),
        "seed": 0,
        "steps": 1,
        "model": digits.flow.DigitFlow(8),
    },
    "digits.flow.train_flow": lambda: {"steps": 1, "width": 8},
    "scenes.StreetScenes": lambda: {"seed": 0, "count": 2, "height": 16, "width": 32},
    "scenes.Weather": lambda: {"fog": 0.5, "rain": 0.0, "night": 1},
    "scenes.batch": lambda: {"source": scenes.StreetScenes(0, 2, height=16), "indices": (0, 1)},
    "scenes.contact_sheet": lambda: {"source": scenes.StreetScenes(0, 2, height=16), "columns": 2},
    "scenes.view_of": lambda: {"scene": scenes.scene(0, 0, height=16), "view": "edges"},
    "scenes.occlusion_edges": lambda: {
        "depth": torch.rand(6, 8) + 1,
        "classes": torch.ones(6, 8, dtype=torch.int64),
    },
    "scenes.read_cityscapes": lambda: {"folder": _folder_of_frames(), "split": "val"},
    "scenes.read_kitti": lambda: {"folder": _folder_of_frames(), "split": "val", "size": (2, 3)},
    "scenes.read_nyu": lambda: {"folder": _folder_of_frames(), "split": "test"},
    "scenes.scene": lambda: {"seed": 0, "index": 1, "height": 16, "width": 32, "move": {}},
    "uncertainty.DropoutPosterior": lambda: {"model": DROPPED},
    "uncertainty.Ensemble": lambda: {"models": [NET]},
    "uncertainty.fit_ensemble": lambda: {
        **{key: value for key, value in _examples().items() if key != "model"},
        "make": lambda: nn.Linear(2, 3, dtype=torch.float32, device="cpu"),
        "steps": 2,
    },
    "uncertainty.fit_sgld": lambda: {**_examples(), "step_size": 0.01, "steps": 10},
    "uncertainty.fit_swag": lambda: {**_examples(), "steps": 4, "every": 2},
    "uncertainty.fit_variational": lambda: {**_examples(), "steps": 2},
    "uncertainty.MCDropout": lambda: {"p": 0.5, "granularity": "channel", "seed": 1},
    "uncertainty.bayesian_regression": lambda: {"x": torch.rand(5, 2), "y": torch.rand(5)},
    "uncertainty.effective_samples": lambda: {"draws": torch.rand(2, 8)},
    "uncertainty.split_r_hat": lambda: {"draws": torch.rand(2, 8)},
    "uncertainty.grid_posterior": lambda: {
        "log_density": lambda w: -w.square().sum(1),
        "points": 3,
    },
    "uncertainty.hmc_chains": lambda: {
        "log_density": lambda row: -row.square().sum(),
        "start": torch.rand(2, 3),
        "draws": 2,
        "warmup": 4,
        "longest": 4,
    },
    "uncertainty.fit_hmc": lambda: {
        "model": _linear(),
        "x": torch.rand(5, 4),
        "y": torch.arange(5) % 3,
        "chains": 2,
        "draws": 2,
        "warmup": 2,
        "longest": 4,
    },
    "uncertainty.fit_laplace": lambda: {
        "model": _linear(),
        "x": torch.rand(5, 4),
        "y": torch.arange(5) % 3,
    },
    "uncertainty.enumerate_dropout": lambda: {"model": DROPPED, "x": torch.rand(2, 4)},
    "uncertainty.inspect_pass": lambda: {"model": DROPPED, "x": torch.rand(2, 4), "sample": 0},
    "uncertainty.inspect_passes": lambda: {"model": DROPPED, "x": torch.rand(2, 4), "samples": 2},
    "uncertainty.mc_dropout": lambda: {"model": DROPPED, "x": torch.rand(2, 4), "samples": 3},
    "uncertainty.dropout.MCAlphaDropout": lambda: {"p": 0.5},
    "uncertainty.dropout.convert": lambda: {"model": DROPPED},
    "uncertainty.dropout.plan": lambda: {"model": DROPPED, "x": torch.rand(2, 4), "samples": 3},
    "uncertainty.measure_convergence": lambda: {
        "model": DROPPED,
        "x": torch.rand(1, 4),
        "passes": (1, 2),
        "replicates": 2,
    },
    "uncertainty.predict": lambda: {
        "posterior": uncertainty.DropoutPosterior(DROPPED),
        "x": torch.rand(2, 4),
        "samples": 3,
    },
    "uncertainty.running_moments": lambda: {"samples": torch.rand(3, 2)},
    **{
        f"uncertainty.metrics.{name}": lambda: {
            "probabilities": torch.full((4, 3), 1 / 3),
            "labels": torch.arange(4) % 3,
        }
        for name in (
            *("negative_log_likelihood", "brier_score"),
            *("expected_calibration_error", "reliability"),
        )
    },
    **{
        f"uncertainty.metrics.{name}": lambda: {
            "mean": torch.zeros(3),
            "variance": torch.ones(3),
            "y": torch.zeros(3),
        }
        for name in ("gaussian_crps", "gaussian_negative_log_likelihood")
    },
    **{
        f"uncertainty.metrics.{name}": lambda: {
            "scores": torch.rand(4),
            "strangers": torch.arange(4) % 2,
        }
        for name in ("auroc", "false_positive_rate")
    },
    **{
        f"uncertainty.metrics.{name}": lambda: {
            "errors": torch.rand(4),
            "uncertainty": torch.rand(4),
        }
        for name in ("aurc", "ause", "rejection_curve")
    },
    "uncertainty.metrics.coverage": lambda: {
        "low": torch.zeros(3),
        "high": torch.ones(3),
        "y": torch.rand(3),
    },
    "uncertainty.metrics.sample_crps": lambda: {
        "samples": torch.rand(4, 3),
        "y": torch.rand(3),
    },
    "uncertainty.calibration.fit_temperature": lambda: {
        "scores": torch.eye(3, dtype=torch.float32, device="cpu"),
        "labels": torch.tensor([0, 1, 0], device="cpu"),
    },
    "uncertainty.calibration.fit_conformal_sets": lambda: {
        "probabilities": torch.full((9, 3), 1 / 3),
        "labels": torch.arange(9) % 3,
        "level": 0.5,
    },
    "uncertainty.calibration.fit_conformal_intervals": lambda: {
        "mean": torch.zeros(9),
        "y": torch.rand(9),
        "level": 0.5,
    },
    "lecture.transcript.clock": lambda: {"seconds": 61.0},
    "lecture.transcript.delete": lambda: {"directory": FOLDER / "none"},
    "lecture.transcript.import_transcript": lambda: {"data": SPOKEN, "filename": "a.txt"},
    "lecture.transcript.load": lambda: {"directory": FOLDER / "none"},
    "lecture.transcript.location": lambda: {"directory": FOLDER},
    "lecture.transcript.parse_duration": lambda: {"text": "45:00"},
    "lecture.transcript.save": lambda: {
        "transcript": lecture.transcript.Transcript((), 0.0),
        "directory": Path(tempfile.mkdtemp()),
    },
    "lecture.transcript.set_aside": lambda: {"directory": FOLDER / "none"},
    "lecture.transcript.video_link": lambda: {"url": "https://youtu.be/x", "seconds": 3.0},
    "lecture.section": lambda: {"slug": "adversarial-examples"},
    "lecture.figures.describe": lambda: {"name": "lecture-road"},
    "lecture.figures.draw": lambda: {"name": "lecture-road"},
    "compute.ProcessExecutor": lambda: {"workers": 1},
    "compute.Scheduler": lambda: {"entries": 1},
    "compute.warm_up": lambda: {"module_names": ()},
    "claims.recorded": lambda: {"name": "C7"},
    "claims.reproduce": lambda: {"name": "C7"},
    "claims.write_record": lambda: {"outcome": claims.recorded("C7"), "folder": FOLDER},
    "comparison.Candidate": lambda: {"name": "ours", "call": _call},
    "comparison.compare": lambda: {"threads": 1, "seconds": 0.01, "elements": 1024},
    "comparison.explanation": lambda: {"target": {"why": ""}, "result": {}},
    "comparison.one_turn": lambda: {"call": _call},
    "comparison.run_conditions": lambda: {"found": comparison.recorded()},
    "comparison.summary": lambda: {"found": comparison.recorded()},
    "comparison.time_interleaved": lambda: {"candidates": [Candidate("ours", _call)], "rounds": 1},
    "comparison.times_text": lambda: {"ratio": 2.0},
    "recording.joint_provenance": lambda: {"made": [recording.Made(1, PROVENANCE)]},
    "recording.load_record": lambda: {"path": _record()},
    "recording.save_record": lambda: {
        "path": FOLDER / "pyfrontiers-test-record.json",
        "provenance": PROVENANCE,
        "content": {},
    },
} | PHYSICAL_ROWS
"""Keyword arguments of a valid call, by the function's name."""

EXPENSIVE = {
    "limitations.bias_study",
    "limitations.costs",
    "limitations.explanation_check",
    "limitations.learning_curve",
    "vision.attack_photograph",
    *("depth.train_depth", "depth.fit_depth", "depth.evaluate_depth"),
    "digits.train",
    "digits.flow.check_samples",
    "digits.flow.train_flow",
    "generalization.fit_digits",
    "claims.reproduce",
    "comparison.compare",
    "physical.robust_texture",
}
"""Functions whose shortest call takes more than a second: their bodies are not run here."""

RECORDS = {
    *("adversarial.AttackResult", "adversarial.StepReport", "adversarial.HeldOut"),
    *("adversarial.LeastDistance", "adversarial.Survival", "adversarial.Views"),
    *("uncertainty.Convergence", "uncertainty.DroppedLayer", "uncertainty.InspectedPass"),
    "uncertainty.dropout.Plan",
    *("uncertainty.Chains", "uncertainty.HMCPosterior", "uncertainty.LinearPosterior"),
    *("uncertainty.DiagonalLaplace", "uncertainty.LastLayerLaplace", "uncertainty.Evidence"),
    "uncertainty.GridPosterior",
    *(f"uncertainty.metrics.{name}" for name in ("Estimate", "Rejection", "Reliability")),
    *("uncertainty.calibration.ConformalIntervals", "uncertainty.calibration.ConformalSets"),
    "uncertainty.calibration.Temperature",
    *("uncertainty.Posterior", "uncertainty.SGLD", "uncertainty.SWAG", "uncertainty.Variational"),
    *("uncertainty.Prediction", "uncertainty.Slope", "training.Stateful", "training.Stretch"),
    *("approximation.Band", "approximation.Comparison", "approximation.Expression"),
    *("approximation.Extrapolation", "approximation.Fits", "approximation.GaussianFits"),
    *("approximation.Median", "approximation.Memory", "approximation.Quality"),
    *("approximation.Rate", "generalization.EarlyStop", "generalization.Fit"),
    *("generalization.Condition", "generalization.ImageData", "limitations.AppModel"),
    *("limitations.PowerLaw", "vision.Photograph", "vision.PhotographAttack"),
    *("digits.Digits", "digits.Training", "digits.TrainingRecord", "digits.flow.FlowRecord"),
    *("digits.flow.SampleCheck", "digits.flow.Samples", "lecture.Content", "lecture.Reference"),
    *("lecture.Section", "lecture.Slide", "lecture.figures.Svg", "compute.Executor"),
    *("lecture.transcript.Paragraph", "lecture.transcript.Transcript", "compute.Job"),
    *("compute.Progress", "claims.Claim", "claims.Figure", "claims.Finding"),
    *("claims.Measurement", "claims.Outcome", "claims.Report", "comparison.Row"),
    *("compute.recall", "compute.submit"),  # take their function by position; see test_submit
    *("scenes.Batch", "scenes.Camera", "scenes.OcclusionEdges", "scenes.Scene", "scenes.Thing"),
    "scenes.FolderScenes",
    *("depth.DepthData", "depth.DepthEvaluation", "depth.DepthMaps", "depth.DepthRecord"),
    "depth.Training",
    *("comparison.Spread", "recording.Made", "recording.Recipe", "provenance.Provenance"),
} | PHYSICAL_RECORDS
"""Classes of results, which the package makes itself, and protocols."""

ANYTHING = {
    ("comparison.compare", "moment"),
    ("physical.robust_texture", "checkpoint"),
    ("depth.train_depth", "folder"),
}
"""Arguments that take any value."""

NAMED = {
    ("uncertainty.fit_hmc", "x"): "x|model",
    ("uncertainty.fit_laplace", "x"): "x|model",
    ("uncertainty.inspect_pass", "p"): "model",
    ("uncertainty.inspect_passes", "p"): "model",
    ("claims.write_record", "folder"): "record",
    ("physical.robust_texture", "target"): "class",
    ("claims.recorded", "name"): "claim",
    ("claims.reproduce", "name"): "claim",
    ("generalization.condition", "slug"): "condition",
    ("vision.find_class", "name"): "class",
    ("vision.photograph", "name"): "photograph",
    ("limitations.explanation_check", "name"): "photograph",
    ("recording.load_record", "path"): "No such file|Is a directory",
}
"""What errors call an argument that has another name in the function's signature."""

__all__ = ["ANYTHING", "EXPENSIVE", "NAMED", "RECORDS", "ROWS"]
