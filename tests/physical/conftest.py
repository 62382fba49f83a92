from __future__ import annotations

import pytest

from pyfrontiers.physical import OBJECTS, load_object


@pytest.fixture(params=sorted(OBJECTS))
def shipped(request):
    return load_object(request.param)
