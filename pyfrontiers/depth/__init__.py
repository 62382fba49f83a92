"""Depth of every pixel from one picture, with the uncertainty of the data and of the network.

street = scenes.scene(1, 0)
camera = torch.tensor([street.camera.focal_length])
maps = predict_depth(trained_depth(), street.image[None], samples=50, focal_lengths=camera)
maps.inverse_depth, maps.aleatoric, maps.epistemic, maps.sigma
"""

from pyfrontiers.depth.cameras import REFERENCE_FOCAL_LENGTH, lens_focal_length
from pyfrontiers.depth.data import AS_TRAINED, DepthData, load
from pyfrontiers.depth.evaluation import DepthEvaluation, evaluate_depth, image_gradient
from pyfrontiers.depth.fitting import Training, fit_depth, train_depth
from pyfrontiers.depth.likelihood import best_log_variance, negative_log_likelihood
from pyfrontiers.depth.network import DepthNet
from pyfrontiers.depth.pictures import map_picture
from pyfrontiers.depth.prediction import DepthMaps, fitted_picture, predict_depth
from pyfrontiers.depth.sheet import map_sheet
from pyfrontiers.depth.weights import (
    DepthRecord,
    depth_record,
    load_weights,
    save_weights,
    trained_depth,
)

__all__ = [
    "AS_TRAINED",
    "REFERENCE_FOCAL_LENGTH",
    "DepthData",
    "DepthEvaluation",
    "DepthMaps",
    "DepthNet",
    "DepthRecord",
    "Training",
    "best_log_variance",
    "depth_record",
    "evaluate_depth",
    "fit_depth",
    "fitted_picture",
    "image_gradient",
    "lens_focal_length",
    "load",
    "load_weights",
    "map_picture",
    "map_sheet",
    "negative_log_likelihood",
    "predict_depth",
    "save_weights",
    "train_depth",
    "trained_depth",
]
