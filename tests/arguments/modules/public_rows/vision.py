"""Valid calls of `vision`."""

from __future__ import annotations

import torch

from public_rows.inputs import NET, photograph, png
from pyfrontiers import vision

ROWS = {
    "vision.FastClassifier": lambda: {"model": vision.classifier()},
    "vision.crops": lambda: {"image": photograph(), "count": 2},
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
    "vision.decode_upload": lambda: {"data": png()},
    "vision.find_class": lambda: {"name": 3},
    "vision.photograph": lambda: {"name": "temple"},
    "vision.prepare": lambda: {"image": photograph(), "size": 32},
    "vision.prepared_pixels": lambda: {"image": photograph(), "size": 32},
    "vision.quantise": lambda: {
        "adversarial": torch.zeros(6),
        "original": torch.zeros(6),
        "epsilon": 0.1,
    },
    "vision.ssim": lambda: {"first": torch.rand(3, 12, 12), "second": torch.rand(3, 12, 12)},
    "vision.to_image": lambda: {"pixels": torch.rand(3, 4, 4)},
    "vision.top_classes": lambda: {"probabilities": torch.rand(1000), "count": 2},
}

EXPENSIVE = {"vision.attack_photograph"}

RECORDS = {"vision.Photograph", "vision.PhotographAttack"}

NAMED = {
    ("vision.photograph", "name"): "photograph",
}
