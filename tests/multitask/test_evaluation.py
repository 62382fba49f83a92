"""Predictions, figures and the table that is made of them."""

import dataclasses
import math
from statistics import stdev

import pytest
import torch

from pyfrontiers.claims.c19 import judge
from pyfrontiers.multitask import (
    METHODS,
    NETWORKS,
    PAPER,
    SCORES,
    TaskNet,
    TaskOutputs,
    TaskScores,
    evaluate_tasks,
    load_network,
    predict_tasks,
    save_network,
    trained_tasks,
)
from pyfrontiers.multitask.instances import centroid_offsets
from pyfrontiers.multitask.prediction import things_of
from pyfrontiers.multitask.table import Graded, gains, mean_interval, relative_gain, table
from pyfrontiers.scenes import batch


class Oracle(TaskNet):
    """Says the truth of given scenes, with an error added to vectors and depth."""

    def __init__(self, scenes, error=0.0):
        super().__init__()
        self._truth, self._error = batch(scenes, range(len(scenes))), error

    def forward(self, images):
        truth = self._truth
        logits = torch.nn.functional.one_hot(truth.classes, 11).movedim(-1, 1).float()
        offsets = centroid_offsets(truth.instances).nan_to_num(0.0)
        return TaskOutputs(logits, offsets + self._error, truth.inverse_depth + self._error)


def test_the_truth_scores_best_and_errors_are_what_was_added(scenes):
    best = evaluate_tasks(Oracle(scenes), scenes)
    assert (best.iou, best.boundary_f, best.scenes) == (1.0, 1.0, len(scenes))
    assert best.offset_error < 1e-6
    assert best.depth_error == 0.0
    assert best.instance_iou > 0.9  # things whose centroids are next to each other are one
    off = evaluate_tasks(Oracle(scenes, 0.25), scenes)
    assert off.offset_error == pytest.approx(0.25, abs=1e-5)
    assert off.depth_error == pytest.approx(0.25, abs=1e-5)


def test_a_network_without_a_head_has_no_figure_for_it(scenes):
    found = evaluate_tasks(TaskNet(["depth"]), scenes[:2])
    assert found.iou is found.boundary_f is found.offset_error is found.instance_iou is None
    assert found.depth_error > 0
    assert evaluate_tasks(TaskNet(["classes"]), scenes[:2]).depth_error is None


def test_prediction_only_reads_the_network(scenes):
    images = torch.stack([one.image for one in scenes[:3]])
    model = TaskNet().train()
    model.stem.eval()  # a part that is frozen stays frozen
    flags = [module.training for module in model.modules()]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    found = predict_tasks(model, images, cluster=False)
    assert [module.training for module in model.modules()] == flags
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert found.instances is None
    assert torch.equal(found.classes, found.probabilities.argmax(1))
    whole = predict_tasks(Oracle(scenes[:3]), images)
    assert whole.instances.any()
    assert not whole.instances[~things_of(whole.classes)].any()


def test_bad_pictures_are_told():
    with pytest.raises(ValueError, match="even sides of at least 16, got"):
        predict_tasks(TaskNet(), torch.rand(1, 3, 15, 32))
    with pytest.raises(ValueError, match="images must be finite, got NaN"):
        predict_tasks(TaskNet(), torch.full((1, 3, 16, 32), math.nan))
    with pytest.raises(ValueError, match="at least one scene"):
        evaluate_tasks(TaskNet(), [])


def test_weights_come_back_as_they_were_written(tmp_path, scenes):
    path = tmp_path / "net.safetensors"
    model = TaskNet(["classes", "depth"], seed=2).half().float().eval()
    digest = save_network(model, path)
    again = load_network(path, digest=digest)
    assert again.tasks == ("classes", "depth")
    image = scenes[0].image[None]
    assert torch.equal(again(image).logits, model(image).logits)
    with pytest.raises(ValueError, match=r"the file has changed; restore it or train it again"):
        load_network(path, digest="0" * 64)
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"path must be weights of a TaskNet, got net\.safe"):
        load_network(path)
    with pytest.raises(ValueError, match="path must be a file of weights"):
        load_network(tmp_path / "absent")
    with pytest.raises(ValueError, match="name must be one of classes, instances, depth, equal"):
        trained_tasks("pcgrad")


def graded(method, **columns):
    rows = zip(*columns.values(), strict=True)
    return [Graded(method, k, dict(zip(columns, row, strict=True))) for k, row in enumerate(rows)]


def test_intervals_are_students_over_the_repetitions():
    found = mean_interval([1.0, 2.0, 4.0])
    assert found.value == pytest.approx(7 / 3)
    assert found.high - found.value == pytest.approx(4.303 * stdev([1, 2, 4]) / math.sqrt(3))
    assert mean_interval([5.0]).low is None
    with pytest.raises(ValueError, match="values must be 1 to 10 numbers, got 0"):
        mean_interval([])


def test_gains_are_paired_and_count_upwards():
    alone = graded("alone", iou=[0.4, 0.5, 0.6]) + graded("alone", depth_error=[3.0, 2.0, 1.0])
    learned = graded("learned", iou=[0.41, 0.51, 0.61], depth_error=[2.9, 1.9, 0.9])
    found = gains(alone + learned)
    assert found["iou"].low == pytest.approx(0.01)
    assert found["depth_error"].high == pytest.approx(0.1)
    rows = table(learned + alone)
    assert list(rows) == ["alone", "learned"]
    assert rows["alone"]["depth_error"].value == 2.0
    assert relative_gain({"iou": 0.44, "depth_error": 0.9}, {"iou": 0.4, "depth_error": 1.0}) == (
        pytest.approx(0.1)
    )


def test_verdicts():
    def gain(*lows):
        names = ("iou", "offset_error", "depth_error")
        ends = [{"low": low, "high": low + 2} for low in lows]
        return dict(zip(names, ends, strict=True))

    assert judge(gain(1, 1, 1)) == "pass"
    assert judge(gain(1, -1, 1)) == "null"
    assert judge(gain(1, 1, -3)) == "fail"


def test_the_tables_of_methods_networks_and_figures_fit_together():
    assert {one.method for one in NETWORKS.values()} == set(METHODS)
    assert set(PAPER) < set(METHODS)
    for one in NETWORKS.values():
        if one.weights is not None:
            assert math.isclose(sum(one.weights), 3.0)
    assert set(SCORES) | {"scenes"} == {field.name for field in dataclasses.fields(TaskScores)}
