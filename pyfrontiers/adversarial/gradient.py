"""Gradient attacks: FGSM and PGD, on a sample or in expectation over views of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import torch
from torch import Tensor

from pyfrontiers.adversarial.expectation import Expectation, most_frequent
from pyfrontiers.adversarial.held_out import measure, predict
from pyfrontiers.adversarial.loop import Callback, Pace, Search, descend
from pyfrontiers.adversarial.losses import LOSSES
from pyfrontiers.adversarial.methods import METHODS
from pyfrontiers.adversarial.model_output import NO_CLASS, Outputs, predicted, read_model
from pyfrontiers.adversarial.norms import NORMS
from pyfrontiers.adversarial.preparation import (
    check_bounds,
    check_device,
    check_steps,
    projected,
    saver_of,
    weights_of,
)
from pyfrontiers.adversarial.result import AttackResult
from pyfrontiers.adversarial.summary import summarise
from pyfrontiers.adversarial.threat import Amount, Limits, ThreatModel, as_amount
from pyfrontiers.adversarial.trace import Trace
from pyfrontiers.adversarial.views import TRAINING, Draws, Views
from pyfrontiers.arguments import (
    Count,
    Floats,
    Integers,
    Range,
    Seed,
    Share,
    as_choice,
    as_integer,
    as_number,
    checked,
)
from pyfrontiers.outputs import are_valid, warn_of_probabilities
from pyfrontiers.training.checkpoint import Checkpoint

__all__ = ["attack"]


_MOST_REUSED = 0.8  # Athalye et al. 2018: more correlates the gradients of successive steps


@checked
def attack(
    model: Callable[[Tensor], Any],
    x: Annotated[Tensor, Floats("N", "C", "...")],
    y: Annotated[Tensor, Integers("N")],
    *,
    method: str = "pgd",
    threat: ThreatModel | None = None,
    steps: int | None = None,
    targeted: bool = False,
    seed: Seed = 0,
    step: Amount | None = None,
    loss: str = "cross_entropy",
    outputs: Outputs = "logits",
    random_start: bool | None = None,
    keep_going: bool | None = None,
    first_sample: int = 0,
    callback: Callback | None = None,
    views: Views | None = None,
    views_per_step: Count = 30,
    reuse: float = 0.0,
    held_out: Count = 100,
    distance_weight: Amount = 0.0,
    momentum: Share = 0.0,
    final_step: Share = 1.0,
    smoothing: Annotated[float, Range(0, 100)] = 0.0,
    start: Tensor | None = None,
    checkpoint: Checkpoint | None = None,
) -> AttackResult:
    """Find samples near x that the model misclassifies, or classifies as a target class.

    Training minimises the loss L over the weights for a fixed input. An attack fixes the weights
    and solves max L(x', y) or, if targeted, min L(x', y) subject to ||x' - x|| <= epsilon and
    low <= x' <= high. It iterates x' <- P(x' ± step · e), where e is the direction of steepest
    change in the norm (sign(grad L) for L-infinity, grad L / ||grad L|| for L2, the signs of the
    largest 1 % of grad L for L1) and P is the exact projection onto the ball within the box. The
    bounds and an L-infinity ball hold exactly in the dtype of x; an L2 or L1 ball holds up to the
    rounding of a float64 sum.

    With `views`, a distribution of views t, L becomes E[L(t(x'), y)]: the perturbation has to work
    in every view (expectation over transformation, EOT). Each step takes the mean gradient over
    `views_per_step` views of each sample, and held-out views judge the result.

    A module runs as a replica of it, frozen and in eval mode, so nothing of the module itself is
    written, and threads may share it. torch's generators are neither read nor advanced. The result
    for a sample depends only on the sample, on `seed` and on its number `first_sample` + position,
    so a batch may be split.

    Args:
        model: maps a batch (N, ...) to scores (N, K): a tensor, or a tuple, dict or object with
            `logits` that contains one. One score per sample, (N,) or (N, 1), is the logit of class
            1 against class 0.
        x: samples (N, ...), floating point, within the bounds.
        y: classes (N,), integers in [0, K): the true classes, or the target classes if `targeted`.
        method: a key of `METHODS`: "pgd", or "fgsm", its single-step variant.
        threat: norm, epsilon and bounds. Default: `ThreatModel()`, that is L-infinity, 8/255 and
            [0, 1].
        steps: maximum number of gradient steps, at least 1. Default: 40 for "pgd", 1 for "fgsm".
        targeted: whether to move towards y instead of away from it.
        seed: 64-bit seed of the random start.
        step: step size, shaped like epsilon. Default: 2.5 epsilon / steps for "pgd", epsilon for
            "fgsm".
        loss: a key of `LOSSES`: "cross_entropy" or "margin". Only the direction of a gradient
            matters, and that of the cross-entropy is kept where the loss itself rounds to zero.
        outputs: what the scores are: "logits", or "probabilities", which are checked.
        random_start: whether to start at a random point of the ball. Default: true for "pgd",
            false for "fgsm".
        keep_going: whether to keep attacking samples that already fool the model. If false, each
            sample stops at the first point that fools the model, which may be x itself; with views,
            at the first point where all views of a step do. Default: false, with views true.
        first_sample: number of the first sample, for a batch that is part of a larger one.
        callback: called with a `StepReport` at the start and after each step. An exception raised
            in it cancels the attack and propagates to the caller.
        views: distribution of the views, such as `Transforms2D()`. A sample is then what `views`
            takes, and the model takes the views.
        views_per_step: views of each sample in a step, at least 1.
        reuse: share in [0, 0.8] of a step's views that are those of the steps before.
        held_out: number of held-out views of each sample, for `AttackResult.held_out`. Their seeds
            never occur in training; see `evaluate_views`.
        distance_weight: λ >= 0, a number or one per sample (N,), of the Lagrangian form: minimise
            E[L] + λ E||LAB(t(x')) - LAB(t(x))||_2 or, untargeted, maximise E[L] minus it. The views
            must then be RGB images. The ball still holds; see `minimise_distance` for λ.
        momentum: μ in [0, 1]: steps follow v <- μ v + g / mean |g| instead of the gradient g alone.
        final_step: size of the last step as a share of the first, in [0, 1]; the size falls
            linearly from step to step.
        smoothing: standard deviation, in pixels, of a Gaussian that smooths each gradient (N, C, H,
            W) before the momentum; 0 leaves it as it is. Views that shrink an image do not show its
            finest details, so their gradients are mostly noise there.
        start: samples shaped like x to start from, such as those of an earlier attack; they are
            projected onto the ball. None: x, or a random point of the ball.
        checkpoint: where to save the run, so that the same call resumes it after an interruption,
            with the same result. None saves nothing.

    Returns:
        The adversarial samples and the history of each. A RuntimeWarning says where logits were NaN
        or infinite, where gradients vanished, and if the logits look like probabilities.

    Raises:
        ValueError: an argument is out of range, the shapes are inconsistent, or a gradient is not
            finite.
        TypeError: an argument or the model's output is of the wrong kind.

    Source: Goodfellow, Shlens, Szegedy, Explaining and Harnessing Adversarial Examples, ICLR 2015;
    Madry et al., Towards Deep Learning Models Resistant to Adversarial Attacks, ICLR 2018; Athalye
    et al., Synthesizing Robust Adversarial Examples, ICML 2018, for views; Dong et al., Boosting
    Adversarial Attacks with Momentum, CVPR 2018, for momentum; Dong et al., Evading Defenses to
    Transferable Adversarial Examples by Translation-Invariant Attacks, CVPR 2019, for smoothing.
    """
    threat = ThreatModel() if threat is None else threat
    plan = METHODS[as_choice("method", method, METHODS)]
    norm = NORMS[threat.norm]
    objective = LOSSES[as_choice("loss", loss, LOSSES)]
    count = check_steps(method, plan, steps)
    seed = as_integer("seed", seed, least=0, most=(1 << 64) - 1)
    first_sample = as_integer("first_sample", first_sample, least=0, most=(1 << 32) - 1)
    reuse = as_number("reuse", reuse, least=0.0, most=_MOST_REUSED)
    check_device(x, y)
    if smoothing and x.ndim != 4:
        raise ValueError(
            f"smoothing must be 0 unless x holds images (N, C, H, W), got {smoothing:g} with x of "
            f"shape {tuple(x.shape)}"
        )
    weights = weights_of(distance_weight, x)
    eot = None
    if views is not None:
        draws = Draws(views, seed, TRAINING, first_sample)
        eot = Expectation.of(draws, views_per_step, reuse, weights)
    elif weights is not None:
        raise ValueError("distance_weight must be 0 without views, got another value")
    keep_going = views is not None if keep_going is None else keep_going
    size = as_amount("epsilon", threat.epsilon) * (plan.step_share / count)
    # Tensors made in inference mode cannot take part in autograd: leave the mode and copy x.
    with torch.inference_mode(False), torch.no_grad():
        origin, classes = x.detach().clone(), y.detach().long().clone()
        limits = Limits.of(threat, size if step is None else step, origin)
        check_bounds(origin, limits)
        shown = (origin, classes) if eot is None else eot.draws.first(origin, classes)
        read, logits = read_model(model, outputs, *shown)
        if eot is None:
            seen = predicted(logits, are_valid(logits))[:, None]
        else:
            seen = predict(read, origin, classes, eot.judge, held_out)
        if outputs == "logits":
            warn_of_probabilities(logits, consequence="flattens the loss and its gradient")
        before = seen[:, 0] if eot is None else most_frequent(seen)
        known = before != NO_CLASS
        first = origin
        if start is not None:
            first = projected(start, origin, threat.norm, limits, random_start)
        elif (plan.random_start if random_start is None else random_start) and len(origin):
            first = norm.start(origin, limits, seed=seed, first_sample=first_sample)
        to_do = known if keep_going else known & ((before == classes) != targeted)
        rows = to_do.nonzero().squeeze(1)
        trace = Trace.of(origin, first, rows, count)
        trace.invalid |= ~known
        search = Search(read, objective, norm, origin, classes, limits, targeted, eot)
        saver = saver_of(checkpoint, trace, seed=seed, first_sample=first_sample, steps=count)
        saver.restore()
        pace = Pace(momentum, final_step, smoothing)
        descend(search, trace, keep_going=keep_going, callback=callback, pace=pace, saver=saver)
        saver.save(last=True)
        held = None
        if eot is not None:
            held = measure(
                read, origin, trace.iterate, classes, eot.judge, before=seen, targeted=targeted
            )
        return summarise(search, trace, before, loss, held)
