"""Training learns, repeats bit for bit, resumes after it was killed, and takes data as they are."""

import dataclasses
import math

import pytest
import torch

from pyfrontiers.multitask import TASKS, TaskNet, fit_tasks, load_tasks, train_tasks
from pyfrontiers.multitask.balancing import BALANCES
from pyfrontiers.training import Checkpoint


class KilledError(Exception):
    pass


def test_it_is_small_and_predicts_a_pixel_each():
    model = TaskNet().eval()
    assert sum(value.numel() for value in model.parameters()) <= 450_000
    for size in ((16, 32), (64, 128), (18, 50)):
        found = model(torch.rand(2, 3, *size))
        assert found.logits.shape == (2, 11, *size)
        assert found.offsets.shape == (2, 2, *size)
        assert found.inverse_depth.shape == (2, *size)
    one = TaskNet(["depth"])(torch.rand(2, 3, 16, 32))
    assert one.logits is None
    assert one.offsets is None


def test_shared_weights_start_equal_whatever_the_tasks():
    whole, one, other = TaskNet(seed=3), TaskNet(["instances"], seed=3), TaskNet(seed=4)
    for name, value in one.named_parameters():
        assert torch.equal(value, whole.get_parameter(name))
    assert not torch.equal(whole.last_shared, other.last_shared)


def test_losses_of_all_tasks_fall(data):
    made = fit_tasks(data, steps=30, seed=3)
    for k in range(3):
        assert sum(row[k] for row in made.losses[-4:]) < 0.9 * sum(
            row[k] for row in made.losses[:4]
        )
    assert len(made.losses) == len(made.task_weights) == len(made.log_variances) == 30
    assert not made.model.training
    assert not any(p.requires_grad for p in made.model.parameters())


def test_the_course_so_far_is_reported_and_ends_as_the_result():
    told = []
    made = train_tasks(
        count=2, steps=3, height=16, width=32, report=lambda *report: told.append(report)
    )
    curves = [report[2] for report in told if len(report) == 3]
    assert [len(one.losses) for one in curves] == [1, 2, 3]
    assert curves[-1].losses == made.losses
    assert curves[-1].task_weights == made.task_weights
    shares = [report[0] for report in told]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("way", list(BALANCES))
def test_a_killed_run_resumes_to_the_same_bits(way, data, tmp_path):
    def kill(fraction, _):
        if fraction >= 0.5:
            raise KilledError

    where = Checkpoint(tmp_path / "tasks.pt", seconds=0)
    whole = fit_tasks(data, way=way, steps=4, seed=1)
    with pytest.raises(KilledError):
        fit_tasks(data, way=way, steps=4, seed=1, checkpoint=where, report=kill)
    resumed = fit_tasks(data, way=way, steps=4, seed=1, checkpoint=where)
    assert resumed.losses == whole.losses
    assert resumed.task_weights == whole.task_weights
    assert resumed.log_variances == whole.log_variances
    for name, value in whole.model.named_parameters():
        assert torch.equal(value, resumed.model.get_parameter(name))


def test_a_weight_of_zero_leaves_a_task_untouched(data):
    made = fit_tasks(data, way="fixed", weights=[1, 0, 0], steps=2)
    alone = fit_tasks(data, way="fixed", tasks=["classes"], steps=2)
    # Adam makes equal steps for gradients that are larger by a factor, up to its epsilon.
    first = [row[0] for row in made.losses]
    assert first == pytest.approx([row[0] for row in alone.losses], rel=1e-3)
    started = TaskNet().heads["depth"][-1].bias
    assert torch.allclose(made.model.heads["depth"][-1].bias, started)


def test_mirroring_turns_the_vectors(data):
    chosen = torch.tensor([3, 4])
    images, plain = data.at(chosen, torch.tensor([False, False]))
    turned, mirrored = data.at(chosen, torch.tensor([True, False]))
    assert torch.equal(turned[0], images[0].flip(2))
    assert torch.equal(turned[1], images[1])
    assert torch.equal(mirrored.classes[0], plain.classes[0].flip(1))
    down, right = mirrored.offsets[0].nan_to_num(99.0)
    assert torch.equal(down, plain.offsets[0, 0].flip(1).nan_to_num(99.0))
    assert torch.equal(right, (-plain.offsets[0, 1].flip(1)).nan_to_num(99.0))
    assert torch.equal(mirrored.inverse_depth[0], plain.inverse_depth[0].flip(1))


def test_labels_that_a_data_set_lacks_are_not_trained_on(scenes):
    nothing = {
        "depth": torch.full_like(scenes[0].depth, math.nan),
        "instances": torch.full_like(scenes[0].instances, -1),
    }
    found = load_tasks([dataclasses.replace(one, **nothing) for one in scenes[:4]])
    assert found.tasks == ("classes",)
    made = fit_tasks(found, tasks=["classes"], way="fixed", steps=1)
    assert math.isfinite(made.losses[0][0])
    with pytest.raises(ValueError, match=r"have labels for \(classes\), got 'instances'"):
        fit_tasks(found, steps=1)


def test_one_class_is_enough(scenes):
    same = load_tasks(
        [dataclasses.replace(one, classes=torch.zeros_like(one.classes)) for one in scenes[:3]]
    )
    made = fit_tasks(same, steps=2)
    assert all(math.isfinite(x) for row in made.losses for x in row)


def test_bad_data_is_named(scenes, data):
    zero = dataclasses.replace(scenes[1], depth=torch.zeros_like(scenes[1].depth))
    with pytest.raises(ValueError, match="got 512 pixels of 0 or less in scene 1"):
        load_tasks([scenes[0], zero])
    with pytest.raises(ValueError, match="at least one scene"):
        load_tasks([])
    with pytest.raises(ValueError, match="data must hold at least 2 scenes, got 1"):
        fit_tasks(load_tasks(scenes[:1]), steps=1)
    with pytest.raises(ValueError, match="even sides of at least 16, got 17 x 32"):
        train_tasks(count=2, steps=1, height=17, width=32)
    with pytest.raises(ValueError, match=f"tasks must be one or more of {', '.join(TASKS)}"):
        fit_tasks(data, tasks=["depth", "depth"], steps=1)
