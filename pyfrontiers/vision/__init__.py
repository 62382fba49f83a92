"""Photographs, and the ImageNet classifier that recognises them."""

from pyfrontiers.vision.classifier import (
    IMAGE_SIZE,
    ImageNetClassifier,
    Ranked,
    classifier,
    top_classes,
)
from pyfrontiers.vision.features import FEATURES, crops, features, pet_logits
from pyfrontiers.vision.input_gradient import FastClassifier
from pyfrontiers.vision.labels import CLASS_NAMES, WORDNET_IDS, find_class
from pyfrontiers.vision.photograph_attack import PhotographAttack, attack_photograph
from pyfrontiers.vision.photographs import (
    ANIMALS,
    MORE_PHOTOGRAPHS,
    PHOTOGRAPHS,
    Photograph,
    photograph,
)
from pyfrontiers.vision.pixels import LEVELS, prepare, prepared_pixels, quantise, ssim, to_image
from pyfrontiers.vision.uploads import UploadError, check_file_size, decode_upload

__all__ = [
    "ANIMALS",
    "CLASS_NAMES",
    "FEATURES",
    "IMAGE_SIZE",
    "LEVELS",
    "MORE_PHOTOGRAPHS",
    "PHOTOGRAPHS",
    "WORDNET_IDS",
    "FastClassifier",
    "ImageNetClassifier",
    "Photograph",
    "PhotographAttack",
    "Ranked",
    "UploadError",
    "attack_photograph",
    "check_file_size",
    "classifier",
    "crops",
    "decode_upload",
    "features",
    "find_class",
    "pet_logits",
    "photograph",
    "prepare",
    "prepared_pixels",
    "quantise",
    "ssim",
    "to_image",
    "top_classes",
]
