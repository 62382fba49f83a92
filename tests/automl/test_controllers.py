"""Policies are distributions, their gradients are exact, and runs side by side are independent."""

import itertools
import math

import pytest
import torch

from pyfrontiers.automl import ImageSpace, Learning, Reinforce, TableSpace
from pyfrontiers.automl.searches import Controllers, FactorisedPolicy, RecurrentPolicy
from pyfrontiers.automl.searches.policy import picked
from pyfrontiers.kernels import uniform

SPACE = TableSpace(4, 2, layers=3, units=(2, 4, 8), activations=("relu",))
TINY = TableSpace(4, 2, layers=2, units=(2, 4), activations=("relu",))
IMAGES = ImageSpace((1, 8, 8), 10, layers=2)


def everything(space):
    return torch.tensor(list(itertools.product(*map(range, space.sizes))))


def policies(space, runs):
    yield FactorisedPolicy(space.sizes, runs)
    # Larger weights than those of a new controller, so that choices depend on each other.
    recurrent = RecurrentPolicy(space, range(runs), units=5)
    with torch.no_grad():
        recurrent.weights[0].mul_(12)
    yield recurrent


@pytest.mark.parametrize("space", [SPACE, IMAGES], ids=["table", "images"])
def test_probabilities_of_all_architectures_sum_to_one(space):
    children = everything(space) if space is SPACE else None
    for policy in policies(space, 2):
        if children is None:
            tokens = policy.unroll(coins=uniform((2, 40, len(space.sizes)), seed=0)).tokens
            for each in policy.unroll(tokens=tokens).distributions:
                torch.testing.assert_close(each.sum(2), torch.ones_like(each[..., 0]))
            continue
        controllers = Controllers(policy, range(2), Learning())
        total = controllers.probability(children).sum(1)
        torch.testing.assert_close(total, torch.ones(2).double(), atol=1e-5, rtol=0)


def test_new_controller_is_almost_uniform():
    controllers = Controllers(RecurrentPolicy(SPACE, [0]), [0], Learning())
    probability = controllers.probability(everything(SPACE))
    assert float(probability.max() / probability.min()) < 1.6


def test_samples_follow_the_probabilities():
    children = everything(TINY)
    for policy in policies(TINY, 1):
        expected = 4000 * Controllers(policy, [0], Learning()).probability(children)[0]
        coins = uniform((1, 4000, len(TINY.sizes)), seed=8, dtype=torch.float64)
        drawn = policy.unroll(coins=coins).tokens[0]
        counts = torch.stack([(drawn == child).all(1).sum() for child in children])
        # Chi-square with 7 degrees of freedom; 29.9 is exceeded with probability 1e-4.
        assert float(((counts - expected) ** 2 / expected).sum()) < 29.9


def test_drawn_and_given_tokens_have_the_same_probability():
    for space in (SPACE, IMAGES):
        for policy in policies(space, 3):
            drawn = policy.unroll(coins=uniform((3, 7, len(space.sizes)), seed=4))
            given = policy.unroll(tokens=drawn.tokens)
            torch.testing.assert_close(drawn.log_probability, given.log_probability)
            by_token = [
                each.gather(2, drawn.tokens[..., k : k + 1])[..., 0].log()
                for k, each in enumerate(given.distributions)
            ]
            torch.testing.assert_close(sum(by_token), given.log_probability)


def test_skip_connections_follow_the_anchors():
    policy = RecurrentPolicy(IMAGES, [0], units=5)
    place = [choice.source is not None for choice in IMAGES.tokens].index(True)
    tokens = policy.unroll(coins=uniform((1, 6, len(IMAGES.sizes)), seed=0)).tokens
    before = policy.unroll(tokens=tokens).distributions
    weights = dict(zip(policy._shapes, policy.weights[0].split(policy._counts, 1), strict=True))
    with torch.no_grad():
        weights["anchor"].zero_()
    after = policy.unroll(tokens=tokens).distributions
    for k, (old, new) in enumerate(zip(before, after, strict=True)):
        if k == place:
            torch.testing.assert_close(new, torch.full_like(new, 0.5))  # sigmoid of 0
        else:
            torch.testing.assert_close(new, old)


def gradients(policy, objective):
    return torch.autograd.grad(objective, policy.weights)


@pytest.mark.parametrize("clip", [None, 0.2], ids=["reinforce", "ppo"])
def test_expected_estimate_is_the_exact_gradient(clip):
    children = everything(TINY)
    rewards = uniform((len(children),), seed=1, dtype=torch.float64)
    for policy in policies(TINY, 1):
        tokens = children[None]
        probability = policy.unroll(tokens=tokens).log_probability.double().exp()[0]
        exact = gradients(policy, (probability * rewards).sum())
        for baseline in (0.0, 0.7):  # no baseline biases the estimate
            controllers = Controllers(policy, [0], Learning(clip=clip))
            weighted = 0
            for k, share in enumerate(probability.detach()):
                advantage = (rewards[k] - baseline).view(1, 1)
                objective, _ = controllers.objective(tokens[:, k : k + 1], advantage)
                weighted = weighted + share * objective.sum()
            for mine, true in zip(gradients(policy, weighted), exact, strict=True):
                torch.testing.assert_close(mine, true, atol=1e-6, rtol=1e-4)


def test_learning_takes_the_gradients_step_and_moves_the_baseline():
    learning = Learning(batch=2, rate=0.1, optimiser="sgd", power=2.0, decay=0.75)
    controllers = Controllers(FactorisedPolicy((2,)), [0], learning)
    tokens = torch.tensor([[[0], [1]]])
    controllers.learn(tokens, torch.tensor([[0.6, 0.8]]))
    # Baseline (0.36 + 0.64) / 2; the gradient of log pi at equal logits is (±1/2, ∓1/2).
    step = 0.1 * (0.36 - 0.5) * 0.5
    torch.testing.assert_close(
        controllers.policy.weights[0].detach()[0, 0], torch.tensor([step, -step]).double()
    )
    controllers.learn(tokens, torch.tensor([[1.0, float("nan")]]))
    assert float(controllers.baseline) == pytest.approx(0.75 * 0.5 + 0.25 * 0.5)


def test_entropy_bonus_spreads_the_policy():
    entropies = []
    for weight in (0.0, 0.3):
        learning = Learning(batch=8, rate=0.5, optimiser="sgd", entropy=weight)
        policy = FactorisedPolicy((4, 4))
        controllers = Controllers(policy, [0], learning)
        for update in range(60):
            tokens = controllers.draw(update, 2)
            controllers.learn(tokens, tokens.sum(2) / 6)
        entropies.append(float(policy.unroll(tokens=tokens).entropy.mean().detach()))
    assert entropies[0] < entropies[1] <= 2 * math.log(4)


def test_ppo_ignores_what_is_beyond_the_clip():
    policy = FactorisedPolicy((2,))
    controllers = Controllers(policy, [0], Learning(clip=0.2, passes=2))
    tokens = torch.zeros((1, 1, 1), dtype=torch.long)
    log = policy.unroll(tokens=tokens).log_probability.detach()
    for shift, advantage, stuck in ((-0.5, 1.0, True), (-0.5, -1.0, False), (0.5, -1.0, True)):
        gain, _ = controllers.objective(tokens, torch.full((1, 1), advantage).double(), log + shift)
        (gradient,) = gradients(policy, gain.sum())
        assert bool((gradient == 0).all()) == stuck


@pytest.mark.parametrize("learning", [Learning(batch=4), Learning(batch=4, clip=0.2, passes=3)])
def test_controllers_side_by_side_equal_single_ones(learning):
    seeds = [3, 8, 11]

    def run(chosen):
        controllers = Controllers(RecurrentPolicy(IMAGES, chosen), chosen, learning)
        seen = []
        for update in range(4):
            tokens = controllers.draw(update, len(IMAGES.sizes))
            controllers.learn(tokens, (tokens * torch.arange(1, 10)).sum(2) / 100)
            seen.append(tokens)
        return torch.cat(seen, 1), controllers.policy.weights[0].detach()

    tokens, weights = run(seeds)
    for number, seed in enumerate(seeds):
        own_tokens, own_weights = run([seed])
        assert torch.equal(own_tokens[0], tokens[number])
        torch.testing.assert_close(own_weights[0], weights[number], atol=2e-5, rtol=1e-3)


def test_marginals_are_the_means_over_all_architectures():
    search = Reinforce(TINY, seed=1, units=5)
    with torch.no_grad():
        search.controllers.policy.weights[0].mul_(15)
    children = everything(TINY)
    probability = search.controllers.probability(children)[0]
    for place, found in enumerate(search.marginals(4000)):
        for value, share in enumerate(found):
            wanted = float(probability[children[:, place] == value].sum())
            assert share == pytest.approx(wanted, abs=0.02)
    along = search.distributions((1, 0, 1))
    assert [len(each) for each in along] == list(TINY.sizes)
    for each in (*along, *search.marginals(3)):
        assert sum(each) == pytest.approx(1)


def test_draws_never_exceed_the_values():
    thirds = torch.full((1, 3), 1 / 3)
    assert picked(thirds, torch.tensor([0.999999999])).tolist() == [2]
    assert picked(torch.tensor([[0.0, 1.0]]), torch.tensor([0.0])).tolist() == [1]
    coins = torch.full((1, 1, 2), 1 - 2**-53, dtype=torch.float64)
    assert FactorisedPolicy((2, 5)).unroll(coins=coins).tokens.tolist() == [[[1, 4]]]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"optimiser": "lion"}, "optimiser must be 'adam' or 'sgd', got 'lion'"),
        ({"rate": 0.0}, r"rate must be above 0, got 0\.0"),
        ({"power": -1.0}, r"power must be above 0, got -1\.0"),
        ({"decay": 1.0}, r"decay must be below 1, so that the baseline moves, got 1\.0"),
        ({"clip": 0.0}, r"clip must be above 0, got 0\.0"),
        ({"passes": 2}, "passes must be 1 without clip, .*, got 2"),
    ],
)
def test_impossible_settings_are_rejected(change, text):
    with pytest.raises(ValueError, match=text):
        Learning(**change)
