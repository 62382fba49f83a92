"""Files that an exported child takes along. In the exported folder they import only each other."""
