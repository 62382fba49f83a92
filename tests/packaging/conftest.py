import sys
from pathlib import Path

# The installer is two scripts outside any package.
sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))
