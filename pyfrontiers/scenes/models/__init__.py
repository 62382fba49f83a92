"""What scenes are made of: the triangles of vehicles, people, plants and buildings."""
