"""The decorator `checked`, which converts a call's arguments according to the annotations."""

from __future__ import annotations

import functools
import inspect
import typing
from typing import TYPE_CHECKING, Any, TypeVar

from pyfrontiers.arguments.kinds import Convert, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.arguments.shapes import Sizes

CallableT = TypeVar("CallableT", bound="Callable[..., Any]")


def checked(function: CallableT) -> CallableT:
    """Convert the arguments of a function or class according to its annotations.

    Annotations are read at the first call. Defaults are not converted, and an annotation that
    `kind_of` does not know accepts everything.

    Args:
        function: a function, or a class whose `__init__` takes the arguments.
    """
    owner: Any = function
    if isinstance(function, type):
        hints = owner if hasattr(owner, "__dataclass_fields__") else owner.__init__
        owner.__init__ = _converting(owner.__init__, hints)
        return function
    return typing.cast("CallableT", _converting(owner, owner))


def _converting(function: Callable[..., Any], hinted: Any) -> Callable[..., Any]:
    """Wrap a function; `hinted` holds the annotations, and the globals that they refer to."""
    signature = inspect.signature(function)
    parameters = signature.parameters
    subject = function.__qualname__.removesuffix(".__init__").rpartition("<locals>.")[2]

    @functools.cache
    def kinds() -> dict[str, Convert]:
        hints = typing.get_type_hints(inspect.unwrap(hinted), include_extras=True)
        known = {name: hint for name, hint in hints.items() if name in parameters}
        return {name: kind_of(hint) for name, hint in known.items()}

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            text = str(error)  # which does not name the function, as Python's own message does
            said = text if text.startswith(("missing", "got")) else f"got {text}"
            raise TypeError(f"{subject}() {said}") from None
        sizes: Sizes = {}
        for name, value in bound.arguments.items():
            convert = kinds().get(name)
            form = parameters[name].kind
            if convert is None or form is inspect.Parameter.VAR_KEYWORD:
                continue
            if form is inspect.Parameter.VAR_POSITIONAL:
                each = enumerate(value)
                bound.arguments[name] = tuple(convert(f"{name}[{i}]", v, sizes) for i, v in each)
            else:
                bound.arguments[name] = convert(name, value, sizes)
        return function(*bound.args, **bound.kwargs)

    return call
