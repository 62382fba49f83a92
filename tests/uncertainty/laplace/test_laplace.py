"""Laplace: exact where the posterior is normal, equal to laplace-torch, a stream like any other."""

from __future__ import annotations

import copy
import itertools
import math

import pytest
import torch
from torch import nn

from pyfrontiers.kernels import normal
from pyfrontiers.uncertainty import bayesian_regression, fit_laplace, grid_posterior, predict
from pyfrontiers.uncertainty.laplace.curvature import output_roots

COUNT, WIDTH = 30, 4
X = normal((COUNT, WIDTH), seed=1, dtype=torch.float64)
Y = X @ torch.tensor([1.0, -2.0, 0.5, 0.0], dtype=torch.float64)
Y = Y + 0.3 * normal((COUNT,), seed=2, dtype=torch.float64)
LABELS = (Y > 0.5).long() + (Y > 2.0).long()
ONES = torch.ones(COUNT, 1, dtype=torch.float64)


def seeded(make):
    with torch.random.fork_rng():
        torch.manual_seed(3)
        return make().double()


def at_the_mode(precision: float, noise: float) -> nn.Linear:
    """Return a linear model whose weights are the mean of the exact posterior."""
    features = torch.cat([X, ONES], 1)
    exact = bayesian_regression(features, Y, prior_precision=precision, noise=noise)
    model = nn.Linear(WIDTH, 1).double()
    with torch.no_grad():
        model.weight[0] = exact.mean[:WIDTH]
        model.bias[0] = exact.mean[WIDTH]
    return model


def network(classes: int = 3) -> nn.Module:
    return seeded(
        lambda: nn.Sequential(nn.Linear(WIDTH, 6), nn.Tanh(), nn.Linear(6, classes))
    ).eval()


def test_linear_regression_has_the_exact_posterior():
    features = torch.cat([X, ONES], 1)
    exact = bayesian_regression(features, Y, prior_precision=2.0, noise=0.4)
    found = fit_laplace(
        at_the_mode(2.0, 0.4), X, Y, likelihood="regression", prior_precision=2.0, noise=0.4
    )
    torch.testing.assert_close(found.covariance, exact.covariance)
    torch.testing.assert_close(found.mean[0], exact.mean)
    assert found.evidence.log_evidence == pytest.approx(exact.log_evidence)
    mean, spread = found.moments(X)
    wanted = exact.moments(features)
    torch.testing.assert_close(mean[:, 0], wanted[0])
    torch.testing.assert_close(spread[:, 0, 0], wanted[1])


def test_diagonal_variances_are_the_inverse_diagonal_of_the_precision():
    found = fit_laplace(
        at_the_mode(2.0, 0.4),
        X,
        Y,
        likelihood="regression",
        structure="diagonal",
        prior_precision=2.0,
        noise=0.4,
    )
    squares = torch.cat([X, ONES], 1).square().sum(0)
    torch.testing.assert_close(found.variances, 1.0 / (squares / 0.16 + 2.0))


def test_prior_precision_and_noise_maximise_the_exact_evidence():
    """A fixed point: the mode of the chosen prior, at which the evidence is highest there."""
    features, precision, noise = torch.cat([X, ONES], 1), 1.0, 1.0
    for _ in range(30):
        model = at_the_mode(precision, noise)
        found = fit_laplace(model, X, Y, likelihood="regression").evidence
        precision, noise = found.prior_precision, found.noise

    def evidence(a, s):
        return bayesian_regression(features, Y, prior_precision=a, noise=s).log_evidence

    best = evidence(precision, noise)
    assert found.log_evidence == pytest.approx(best, abs=1e-6)
    for factor in (0.8, 1.25):
        assert evidence(precision * factor, noise) < best
        assert evidence(precision, noise * factor) < best


@pytest.mark.parametrize("classes", [1, 3])
def test_the_curvature_is_the_hessian_of_the_loss_in_the_last_layer(classes):
    model = network(classes)
    y = (Y > 0.5).long() if classes == 1 else LABELS
    found = fit_laplace(model, X, y, prior_precision=0.7)
    hidden = model[1](model[0](X)).detach()

    def loss(weights):
        logits = torch.cat([hidden, ONES], 1) @ weights.reshape(classes, 7).T
        if classes == 1:
            return nn.functional.binary_cross_entropy_with_logits(
                logits[:, 0], y.double(), reduction="sum"
            )
        return nn.functional.cross_entropy(logits, y, reduction="sum")

    weights = torch.cat([model[2].weight, model[2].bias[:, None]], 1).detach().flatten()
    hessian = torch.func.hessian(loss)(weights)
    wanted = torch.linalg.inv(hessian + 0.7 * torch.eye(len(weights)))
    torch.testing.assert_close(found.covariance, wanted)
    diagonal = fit_laplace(model, X, y, structure="diagonal", prior_precision=0.7)
    last = [range(24 + 6 + 6 * k, 24 + 6 + 6 * k + 6) for k in range(classes)]
    by_output = [*itertools.chain.from_iterable(last), *range(30 + 6 * classes, 30 + 7 * classes)]
    order = torch.arange(7 * classes).reshape(classes, 7)
    ours = torch.cat([order[:, :6].flatten(), order[:, 6]])
    torch.testing.assert_close(1.0 / diagonal.variances[by_output], hessian.diagonal()[ours] + 0.7)


def test_roots_give_the_hessian_of_the_cross_entropy():
    logits = normal((5, 4), seed=7, dtype=torch.float64)
    root = output_roots(logits, "classification")
    for row, each in zip(logits, root, strict=True):
        loss = torch.func.hessian(lambda z: nn.functional.cross_entropy(z, torch.tensor(1)))
        torch.testing.assert_close(each @ each.T, loss(row))


def test_passes_have_the_moments_of_the_closed_form():
    found = fit_laplace(network(), X, LABELS)
    passes = torch.cat(list(found.sample(X[:3], 4000, seed=1)))
    mean, spread = found.moments(X[:3])
    sd = spread.diagonal(dim1=1, dim2=2).sqrt()
    assert ((passes.mean(0) - mean).abs() < 4 * sd / math.sqrt(4000)).all()
    torch.testing.assert_close(passes.std(0), sd, rtol=0.06, atol=0)
    covariance = torch.stack([passes[:, n].T.cov() for n in range(3)])
    assert ((covariance - spread).abs() < 0.1 * sd[:, :, None] * sd[:, None, :]).all()


@pytest.mark.parametrize("structure", ["last_layer", "diagonal"])
def test_a_pass_depends_on_seed_and_number_alone(structure):
    model = network().float().train()
    before, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    found = fit_laplace(model, X.float(), LABELS, structure=structure)
    x = X[:3].float()
    whole = torch.cat(list(found.sample(x, 150, seed=5)))
    parts = [*found.sample(x, 33, seed=5), *found.sample(x, 117, seed=5, first_sample=33)]
    assert torch.equal(torch.cat(parts), whole)
    assert whole.dtype == torch.float32
    assert not torch.equal(torch.cat(list(found.sample(x, 150, seed=6))), whole)
    prediction = predict(found, x, samples=150, seed=5)
    torch.testing.assert_close(prediction.mean, whole.softmax(2).mean(0))
    assert torch.equal(torch.get_rng_state(), state)
    assert model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not any(module._forward_pre_hooks for module in model.modules())


def test_uncertainty_grows_away_from_the_data():
    found = fit_laplace(network(), X, LABELS)
    near, far = predict(found, torch.cat([X[:1], 50 * X[:1]]), samples=500).mutual_information
    assert far > near


def test_a_wrapped_model_is_searched_for_its_last_layer():
    class Wrapped(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.classifier = nn.Linear(WIDTH, 6), nn.Linear(6, 3)
            self.unused = nn.Linear(2, 2)

        def forward(self, x):
            return {"logits": self.classifier(self.body(x).relu())}

    found = fit_laplace(seeded(Wrapped), X, LABELS)
    assert found.head.name == "classifier"
    assert found.mean.shape == (3, 7)


@pytest.mark.parametrize("structure", ["last_layer", "diagonal"])
@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_covariance_and_evidence_are_those_of_laplace_torch(kind, structure):
    peer = pytest.importorskip("laplace", reason="laplace-torch is not installed")
    from torch.utils.data import DataLoader, TensorDataset

    regression = kind == "regression"
    model = network(1 if regression else 3).float()
    x, y = X.float(), Y.float()[:, None] if regression else LABELS
    theirs = peer.Laplace(
        copy.deepcopy(model),
        kind,
        subset_of_weights=structure if structure == "last_layer" else "all",
        hessian_structure="full" if structure == "last_layer" else "diag",
        backend=peer.curvature.CurvlinopsGGN,
        prior_precision=0.7,
        **({"sigma_noise": 0.4} if regression else {}),
    )
    theirs.fit(DataLoader(TensorDataset(x, y), batch_size=10))
    ours = fit_laplace(
        model,
        x,
        y,
        likelihood=kind,
        structure=structure,
        prior_precision=0.7,
        noise=0.4 if regression else None,
    )
    if structure == "diagonal":
        torch.testing.assert_close(
            ours.variances.float(), theirs.posterior_variance, rtol=1e-4, atol=1e-6
        )
    else:
        _, spread = ours.moments(x)
        _, wanted = theirs._glm_predictive_distribution(x)
        torch.testing.assert_close(spread.float(), wanted, rtol=1e-3, atol=1e-5)
    assert ours.evidence.log_evidence == pytest.approx(
        float(theirs.log_marginal_likelihood()), rel=1e-4
    )


def test_a_normal_density_on_a_grid_has_its_evidence_and_moments():
    def density(w):
        return -0.5 * ((w[:, 0] - 0.5).square() / 0.25 + w[:, 1].square())

    found = grid_posterior(density, reach=6.0, points=200)
    assert found.log_evidence == pytest.approx(math.log(2 * math.pi * 0.5), abs=1e-6)
    first = found.axis[:, None].expand(200, 200)
    assert float(found.expectation(first)) == pytest.approx(0.5, abs=1e-6)
    assert float(found.expectation((first - 0.5).square())) == pytest.approx(0.25, abs=1e-4)
    assert float(found.probabilities.sum()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"prior_precision": 0.0}, "prior_precision must be a number above 0, got 0"),
        ({"noise": 1.0}, "noise must be None for a classification, got 1"),
        ({"model": nn.Sequential(nn.Linear(4, 3), nn.ReLU(True)).double()}, "use structure='diag"),
        ({"head": "body"}, "head must be the name of a torch.nn.Linear of the model"),
        ({"y": Y}, "y must hold classes as integers"),
        ({"y": LABELS + 1}, "y must hold classes from 0 to 2, got 1 to 3"),
        ({"structure": "full"}, "structure must be 'last_layer' or 'diagonal', got 'full'"),
        ({"x": X * math.nan}, "x must be finite, got NaN or infinity"),
    ],
)
def test_a_bad_argument_is_named(given, message):
    arguments = {"model": network(), "x": X, "y": LABELS}
    with pytest.raises((TypeError, ValueError), match=message):
        fit_laplace(**arguments | given)
