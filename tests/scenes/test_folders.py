"""Readers return what was written, bit for bit, and name what is missing or wrong."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from pyfrontiers.scenes import (
    CLASSES,
    UNKNOWN,
    batch,
    read_cityscapes,
    read_kitti,
    read_nyu,
    scene,
)

ROWS, COLUMNS = 6, 8
RANDOM = np.random.default_rng(0)
COLOUR = RANDOM.integers(0, 256, (ROWS, COLUMNS, 3), np.uint8)
EVERY = RANDOM.permutation(65536)[: ROWS * COLUMNS].reshape(ROWS, COLUMNS).astype(np.uint16)
EVERY[0, :4] = (0, 1, 65535, 256)


def write(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def same_picture(one):
    assert torch.equal(one.image, torch.from_numpy(COLOUR).movedim(2, 0).float() / 255)


def same_depth(one, metres, measured):
    expected = torch.from_numpy(np.where(measured, metres, np.nan).astype(np.float32))
    assert torch.equal(one.depth.isnan(), expected.isnan())
    assert torch.equal(one.depth.nan_to_num(-1), expected.nan_to_num(-1))


def nyu(folder, split="train"):
    where = {"train": "sync", "test": "official_splits/test"}[split] + "/kitchen_0001/"
    Image.fromarray(COLOUR).save(_made(folder / where / "rgb_00045.jpg"))
    return write(folder / where / "sync_depth_00045.png", EVERY)


def _made(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.mark.parametrize("split", ["train", "test"])
def test_nyu_in_millimetres(tmp_path, split):
    nyu(tmp_path, split)
    (one,) = read_nyu(tmp_path, split)
    same_depth(one, EVERY / 1000, EVERY > 0)
    assert one.name.endswith("kitchen_0001/rgb_00045.jpg")
    assert (one.classes == UNKNOWN).all()
    assert (one.instances == UNKNOWN).all()
    assert one.weather is None


def test_nyu_in_eight_and_sixteen_bits(tmp_path):
    bytes_ = (EVERY & 255).astype(np.uint8)
    bytes_[0, :3] = (0, 255, 254)
    write(tmp_path / "nyu2_train/attic/1.jpg", COLOUR)
    write(tmp_path / "nyu2_train/attic/1.png", bytes_)
    (one,) = read_nyu(tmp_path, "train")
    same_depth(one, bytes_ * (10 / 255), (bytes_ > 0) & (bytes_ < 255))
    write(tmp_path / "nyu2_test/00000_colors.png", COLOUR)
    write(tmp_path / "nyu2_test/00000_depth.png", EVERY)
    (one,) = read_nyu(tmp_path, "test")
    same_picture(one)
    same_depth(one, EVERY / 1000, EVERY > 0)


CALIBRATION = (
    "P_rect_02: 721.5 0 609.5 44.5 0 721.5 172.8 0.2 0 0 1 0\n"
    "P_rect_03: 721.5 0 609.5 -340.0 0 721.5 172.8 2.2 0 0 1 0\n"
)


def test_kitti_depth(tmp_path):
    drive, frame = "2011_09_26_drive_0001_sync", "0000000005.png"
    write(tmp_path / f"train/{drive}/proj_depth/groundtruth/image_02" / frame, EVERY)
    image = write(tmp_path / "raw" / "2011_09_26" / drive / "image_02" / "data" / frame, COLOUR)
    write(image.with_name("0000000000.png"), COLOUR)  # without depth: passed over
    (tmp_path / "raw/2011_09_26/calib_cam_to_cam.txt").write_text(CALIBRATION)
    (one,) = read_kitti(tmp_path, "train")
    same_picture(one)
    same_depth(one, EVERY / 256, EVERY > 0)
    assert one.camera.focal_length == 721.5 / ROWS


def test_kitti_selection(tmp_path):
    name = "2011_09_26_drive_0002_sync_{}_0000000005_image_02.png"
    base = tmp_path / "depth_selection/val_selection_cropped"
    write(base / "groundtruth_depth" / name.format("groundtruth_depth"), EVERY)
    write(base / "image" / name.format("image"), COLOUR)
    (one,) = read_kitti(tmp_path, "selection")
    same_picture(one)
    same_depth(one, EVERY / 256, EVERY > 0)


IDS = np.tile(np.array([7, 8, 11, 23, 26, 26, 0, 24], np.uint8), (ROWS, 1))
NAMES = ("road", "pavement", "building", "sky", "car", "car", None, "person")
EXPECTED = torch.tensor([UNKNOWN if n is None else CLASSES.index(n) for n in NAMES])


def test_kitti_semantics(tmp_path):
    base = tmp_path / "training"
    things = np.tile(
        np.array([7 * 256, 8 * 256, 11 * 256, 23 * 256, 26 * 256 + 2, 26 * 256 + 9, 0, 24 * 256]),
        (ROWS, 1),
    ).astype(np.uint16)
    write(base / "image_2/000000_10.png", COLOUR)
    write(base / "semantic/000000_10.png", IDS)
    write(base / "instance/000000_10.png", things)
    (one,) = read_kitti(tmp_path, "semantics")
    assert (one.classes == EXPECTED).all()
    # The person was not told apart from others.
    assert (one.instances == torch.tensor([0, 0, 0, 0, 1, 2, UNKNOWN, UNKNOWN])).all()
    assert one.depth.isnan().all()
    write(base / "disp_occ_0/000000_10.png", EVERY)
    (base / "calib_cam_to_cam").mkdir()
    (base / "calib_cam_to_cam/000000.txt").write_text(CALIBRATION)
    (one,) = read_kitti(tmp_path, "semantics")
    same_depth(one, 384.5 / np.maximum(EVERY / 256, 1e-9), EVERY > 0)


def cityscapes(folder, split="train", name="aachen_000000_000019"):
    things = np.tile(np.array([7, 8, 11, 23, 26001, 26, 0, 24003], np.uint16), (ROWS, 1))
    city = f"{split}/{name.partition('_')[0]}/{name}"
    write(folder / f"leftImg8bit/{city}_leftImg8bit.png", COLOUR)
    write(folder / f"gtFine/{city}_gtFine_labelIds.png", IDS)
    write(folder / f"gtFine/{city}_gtFine_instanceIds.png", things)
    write(folder / f"disparity/{city}_disparity.png", EVERY)
    outer = {"baseline": 0.25, "z": 1.2, "pitch": 0.04, "yaw": -0.02, "roll": 0, "x": 1.7, "y": 0.1}
    camera = {"extrinsic": outer, "intrinsic": {"fx": 2048.0, "fy": 2050.0, "u0": 1, "v0": 2}}
    _made(folder / f"camera/{city}_camera.json").write_text(json.dumps(camera))
    return folder


def test_cityscapes(tmp_path):
    (one,) = read_cityscapes(cityscapes(tmp_path), "train")
    same_picture(one)
    assert (one.classes == EXPECTED).all()
    assert (one.instances == torch.tensor([0, 0, 0, 0, 2, UNKNOWN, UNKNOWN, 1])).all()
    disparity = (EVERY.astype(np.float64) - 1) / 256
    same_depth(one, 512.0 / np.where(disparity > 0, disparity, 1), disparity > 0)
    assert one.camera.height == 1.2
    assert one.camera.focal_length == 2048 / ROWS
    assert one.name == "leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png"


def test_resized_scenes_make_batches_and_keep_exact_values(tmp_path):
    cityscapes(tmp_path)
    cityscapes(tmp_path, name="bonn_000001_000019")
    source = read_cityscapes(tmp_path, "train", size=(3, 4))
    made = batch(source, [1, 0])
    assert made.images.shape == (2, 3, 3, 4)
    whole = read_cityscapes(tmp_path, "train")[0]
    assert set(made.classes.unique().tolist()) <= set(whole.classes.unique().tolist())
    stored = set(whole.depth.nan_to_num(-1).flatten().tolist())
    assert set(made.depth.nan_to_num(-1).flatten().tolist()) <= stored
    assert torch.equal(made.classes[0], whole.classes[1::2, 1::2])
    assert len(source[:]) == 2


def test_missing_files_are_named(tmp_path):
    nyu(tmp_path).unlink()
    with pytest.raises(ValueError, match=r"must have depth for each .* 1 of 1: .*sync_depth_00045"):
        read_nyu(tmp_path, "train")
    cityscapes(tmp_path)
    (tmp_path / "disparity/train/aachen/aachen_000000_000019_disparity.png").unlink()
    with pytest.raises(ValueError, match=r"have disparity .*, got none for 1 of 1: .*000019_disp"):
        read_cityscapes(tmp_path, "train")
    write(tmp_path / "val/2011_09_26_drive_1/proj_depth/groundtruth/image_02/7.png", EVERY)
    with pytest.raises(
        ValueError, match=r"have a picture for .*2011_09_26_drive_1/image_02/data/7"
    ):
        read_kitti(tmp_path, "val")


def test_empty_and_absent_folders(tmp_path):
    with pytest.raises(ValueError, match=r"folder must be an existing folder, got .*none"):
        read_nyu(tmp_path / "none", "train")
    with pytest.raises(ValueError, match=r"folder must have sync or nyu2_train, got"):
        read_nyu(tmp_path, "train")
    (tmp_path / "sync").mkdir()
    with pytest.raises(ValueError, match=r"folder must have frames in .*sync, got none"):
        read_nyu(tmp_path, "train")
    with pytest.raises(ValueError, match=r"split must be 'train' or 'test', got 'val'"):
        read_nyu(tmp_path, "val")


def test_wrong_bit_depth_kind_and_size(tmp_path):
    file = nyu(tmp_path)
    write(file, EVERY.astype(np.uint8))
    with pytest.raises(ValueError, match=r"00045.png must be a grey PNG of 16 bits, got grey of 8"):
        read_nyu(tmp_path, "train")[0]
    write(file, COLOUR)
    with pytest.raises(ValueError, match=r"must be a grey PNG of 16 bits, got RGB of 8 bits"):
        read_nyu(tmp_path, "train")[0]
    write(file, EVERY[:4])
    with pytest.raises(ValueError, match=r"depth of .* must be 6 x 8 pixels .*, got 4 x 8"):
        read_nyu(tmp_path, "train")[0]
    write(file, EVERY)
    file.write_bytes(file.read_bytes()[:60])
    with pytest.raises(ValueError, match=r"must be a grey PNG of 16 bits, got a damaged file"):
        read_nyu(tmp_path, "train")[0]
    file.write_text("no picture")
    with pytest.raises(ValueError, match=r"must be a grey PNG of 16 bits, got another format"):
        read_nyu(tmp_path, "train")[0]


def test_damaged_calibration_and_picture(tmp_path):
    cityscapes(tmp_path)
    camera = tmp_path / "camera/train/aachen/aachen_000000_000019_camera.json"
    camera.write_text("{}")
    with pytest.raises(
        ValueError, match=r"camera.json must be JSON with the numbers intrinsic fx .*"
    ):
        read_cityscapes(tmp_path, "train")[0]
    (tmp_path / "leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png").write_text("x")
    with pytest.raises(
        ValueError, match=r"leftImg8bit.png must be a picture. The file is text, not an image; "
    ):
        read_cityscapes(tmp_path, "train")[0]


def test_generated_scene_survives_cityscapes_files(tmp_path):
    """Depth that was stored as 16-bit disparity is right to half a step of 1/256 pixel."""
    one = scene(0, 4)
    city = "train/made/made_000000_000000"
    pixels = (one.image * 255).round().byte().movedim(0, 2).numpy()
    stored = (512 * one.inverse_depth.double() * 256 + 1).round().numpy()
    stored[one.depth.isinf().numpy()] = 0
    cityscapes(tmp_path, name="made_000000_000000")
    for package, ending, values in (
        ("leftImg8bit", "leftImg8bit", pixels),
        ("disparity", "disparity", stored.clip(0, 65535).astype(np.uint16)),
        ("gtFine", "gtFine_labelIds", np.zeros((64, 128), np.uint8)),
        ("gtFine", "gtFine_instanceIds", np.zeros((64, 128), np.uint16)),
    ):
        write(tmp_path / package / f"{city}_{ending}.png", values)
    (read,) = read_cityscapes(tmp_path, "train")
    there = (one.depth > 2.1) & one.depth.isfinite()
    error = (512 * (one.inverse_depth - read.inverse_depth)[there]).abs().max()
    assert float(error) < 0.51 / 256
