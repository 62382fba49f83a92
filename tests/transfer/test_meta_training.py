"""Training repeats bit for bit however it is split or interrupted, and helps with new tasks."""

from dataclasses import replace

import pytest
import torch

from pyfrontiers.training import Checkpoint
from pyfrontiers.transfer import (
    METHODS,
    FewShotImages,
    Inner,
    Plan,
    Sinusoids,
    best_rate,
    evaluate,
    meta_train,
    plan_for,
)

FAMILY = Sinusoids()
PLAN = Plan(steps=6, batch=7, shots=3, queries=4, inner=Inner(steps=2, rate=0.02))
IMAGES = FewShotImages(torch.rand(7, 6, 9, generator=torch.Generator().manual_seed(0)))


class KilledError(Exception):
    pass


@pytest.mark.parametrize("method", ["maml", "reptile", "fine-tuning"])
def test_same_seed_same_weights_for_any_split_of_the_batch(method):
    whole = meta_train(method, FAMILY, plan=PLAN, seeds=(1, 2))
    for block in (1, 3, 5, 14):
        split = meta_train(method, FAMILY, plan=PLAN, seeds=(1, 2), block=block)
        assert torch.equal(split.rows, whole.rows)
    alone = meta_train(method, FAMILY, plan=PLAN, seeds=(2,))
    assert torch.equal(alone.rows[0], whole.rows[1])
    other = meta_train(method, FAMILY, plan=PLAN, seeds=(3,))
    assert not torch.equal(other.rows[0], alone.rows[0])


def test_maml_without_inner_steps_trains_as_joint_training():
    plan = replace(PLAN, inner=Inner(steps=0))
    trained = meta_train("maml", FAMILY, plan=plan, seeds=(4, 5))
    joint = meta_train("fine-tuning", FAMILY, plan=PLAN, seeds=(4, 5))
    assert torch.equal(trained.rows, joint.rows)
    assert trained.losses == joint.losses


def test_reptile_with_one_inner_step_trains_as_joint_training():
    plan = replace(PLAN, inner=Inner(steps=1, rate=0.5))
    trained = meta_train("reptile", FAMILY, plan=plan, seeds=(4,))
    joint = meta_train("fine-tuning", FAMILY, plan=PLAN, seeds=(4,))
    torch.testing.assert_close(trained.rows, joint.rows, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("method", [name for name, one in METHODS.items() if one.direction])
def test_a_killed_run_resumes_to_the_same_bits(method, tmp_path):
    family = FAMILY if "regression" in METHODS[method].kinds else IMAGES
    plan = replace(PLAN, queries=2)

    def kill(fraction, _):
        if fraction >= 0.5:
            raise KilledError

    where = Checkpoint(tmp_path / "run.pt", seconds=0)
    whole = meta_train(method, family, plan=plan)
    with pytest.raises(KilledError):
        meta_train(method, family, plan=plan, checkpoint=where, report=kill)
    resumed = meta_train(method, family, plan=plan, checkpoint=where)
    assert torch.equal(resumed.rows, whole.rows)
    assert resumed.losses == whole.losses
    other = r"does not fit the (settings: method was .*|model: .*); delete it to start anew"
    with pytest.raises(ValueError, match=other):
        meta_train("anil" if method != "anil" else "maml", family, plan=plan, checkpoint=where)


def test_a_run_can_be_stopped_and_reports():
    told = []
    trained = meta_train(
        "maml",
        FAMILY,
        plan=PLAN,
        after=lambda stretch: stretch.done == 3,
        report=lambda fraction, text: told.append((fraction, text)),
    )
    assert len(trained.losses) == len(told) == 3
    assert told[-1][0] == pytest.approx(0.5)


def test_maml_learns_to_learn():
    plan = Plan(steps=700, batch=25)
    trained = meta_train("maml", FAMILY, plan=plan)
    alone = meta_train("scratch", FAMILY, plan=plan)
    assert alone.losses == ()
    alone = alone.with_rate(best_rate(alone, FAMILY, tasks=50))
    ours = evaluate(trained, FAMILY, tasks=200, resamples=0)
    theirs = evaluate(alone, FAMILY, tasks=200, resamples=0)
    # Tasks differ more from each other than the steps do, so they are compared in pairs.
    for gain in (ours.values[0] - ours.values[1], theirs.values[-1] - ours.values[1]):
        assert gain.mean() > 4 * gain.std() / len(gain) ** 0.5


def test_every_method_learns_the_five_classes_of_easy_tasks():
    pixels = torch.eye(12)[:, None].expand(12, 6, 12)
    noise = 0.1 * torch.rand(12, 6, 12, generator=torch.Generator().manual_seed(1))
    easy = FewShotImages(pixels + noise)
    for name in METHODS:
        plan = replace(plan_for(name, "classification"), steps=30, shots=3, queries=3)
        trained = meta_train(name, easy, plan=plan)
        if not METHODS[name].keeps_rate:
            trained = trained.with_rate(best_rate(trained, easy, tasks=10, shots=1))
        curve = evaluate(trained, easy, tasks=20, shots=3, queries=3, resamples=0)
        assert curve.measure == "accuracy"
        assert float(curve.at(10)) > 0.5, name
        if name in ("fine-tuning", "prototypes"):
            assert float(curve.at(0)) == pytest.approx(0.2)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"method must be one of maml, .* for regression, got"):
        meta_train("prototypes", FAMILY, plan=PLAN)
    with pytest.raises(
        ValueError, match=r"method must be one of maml, .* for class.*, got 'mamba'"
    ):
        plan_for("mamba", "classification")
    with pytest.raises(ValueError, match="seeds must hold at least one seed, got none"):
        meta_train("maml", FAMILY, plan=PLAN, seeds=())
    with pytest.raises(ValueError, match="rate must be a number above 0, got -1"):
        Plan(rate=-1)
    with pytest.raises(ArithmeticError, match="diverged after 1 steps; plan needs a smaller rate"):
        meta_train("maml", FAMILY, plan=replace(PLAN, inner=Inner(steps=5, rate=1e6)))
