"""A renderer without our code: trimesh reads, Embree casts rays, NumPy samples and shades."""

from __future__ import annotations

import numpy as np
import trimesh

#: A glTF or OBJ file has y up and its front towards z; ours has z up and its front towards x.
TURN = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]])


def independent_picture(path, poses, pose=0, size=64, shaded=False):
    """Render a file as another program sees it.

    Returns:
        (3, size, size) picture, black behind the object, and (size, size) whether it was hit.

    """
    from trimesh.ray.ray_pyembree import RayMeshIntersector

    (mesh,) = trimesh.load_scene(path, process=False).dump()
    material = mesh.visual.material
    image = getattr(material, "baseColorTexture", None) or material.image
    texels = np.asarray(image.convert("RGB"), float) / 255
    rotation, translation = poses.rotation[pose].numpy(), poses.translation[pose].numpy()
    scale = size * float(poses.focal_length[pose])
    row, column = np.mgrid[0:size, 0:size] + 0.5
    away = np.stack([(column - size / 2) / scale, (row - size / 2) / scale, 0 * row + 1], -1)
    directions = away.reshape(-1, 3) @ rotation
    origins = np.tile(-translation @ rotation, (len(directions), 1))
    body = trimesh.Trimesh(mesh.vertices @ TURN.T, mesh.faces, process=False)
    rays = RayMeshIntersector(body, scale_to_box=False)
    face, ray, place = rays.intersects_id(
        origins, directions, multiple_hits=False, return_locations=True
    )
    weights = trimesh.triangles.points_to_barycentric(body.triangles[face], place)[:, :, None]
    uv = (weights * mesh.visual.uv[mesh.faces[face]]).sum(1)
    seen = sampled(texels, uv[:, 0], 1 - uv[:, 1])
    if shaded:
        # Normals do not survive `dump`, so read them from the scene; the file has one mesh.
        (geometry,) = trimesh.load_scene(path, process=False).geometry.values()
        normals = (weights * geometry.vertex_normals[mesh.faces[face]]).sum(1) @ TURN.T
        normals = normals @ rotation.T
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        towards = np.maximum(normals @ poses.light[pose].numpy(), 0)
        shade = float(poses.ambient[pose]) + float(poses.diffuse[pose]) * towards
        seen = seen * shade[:, None]
    picture, hit = np.zeros((size * size, 3)), np.zeros(size * size, bool)
    picture[ray], hit[ray] = seen, True
    return picture.reshape(size, size, 3).transpose(2, 0, 1), hit.reshape(size, size)


def sampled(texels, u, v):
    """Sample a texture (height, width, 3) bilinearly, with its edges repeated."""
    height, width = texels.shape[:2]
    x, y = u * width - 0.5, v * height - 0.5
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    across, down = (x - left)[:, None], (y - top)[:, None]

    def at(r, c):
        return texels[np.clip(r, 0, height - 1), np.clip(c, 0, width - 1)]

    upper = at(top, left) * (1 - across) + at(top, left + 1) * across
    lower = at(top + 1, left) * (1 - across) + at(top + 1, left + 1) * across
    return upper * (1 - down) + lower * down
