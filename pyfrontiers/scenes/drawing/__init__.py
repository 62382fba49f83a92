"""From triangles to a picture: camera, light, shadows, surfaces and weather."""
