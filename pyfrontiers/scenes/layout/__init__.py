"""Where things stand: the street, buildings, plants, vehicles and people of a scene."""
