"""The registry of claims and the modules that measure them.

The identifiers come from the lecture's sections. The module ``pyfrontiers.claims.c07`` defines
``CLAIM`` for claim ``C7``; it is imported on first use.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec

from pyfrontiers.claims.model import Claim
from pyfrontiers.lecture import SECTIONS

__all__ = ["CLAIMS", "Claims", "module_of"]

PACKAGE = "pyfrontiers.claims"


def module_of(claim: str, package: str = PACKAGE) -> str:
    """Return the module that measures a claim: ``"C7"`` -> ``"pyfrontiers.claims.c07"``."""
    return f"{package}.c{int(claim[1:]):02d}"


class Claims(Mapping[str, Claim]):
    """The measured claims by identifier, in the lecture's order; each loaded on first use.

    Args:
        sections: Section slug by claim identifier, in the lecture's order.
        package: Package of the claim modules.

    """

    def __init__(self, sections: Mapping[str, str], package: str = PACKAGE) -> None:
        self.sections = dict(sections)
        self._package = package

    @functools.cached_property
    def _measured(self) -> tuple[str, ...]:
        return tuple(
            name for name in self.sections if find_spec(module_of(name, self._package)) is not None
        )

    def __getitem__(self, name: str) -> Claim:
        claim_id = name.strip().upper()
        if claim_id not in self._measured:
            raise KeyError(name)
        claim = import_module(module_of(claim_id, self._package)).CLAIM
        if not isinstance(claim, Claim) or claim.id != claim_id:
            raise TypeError(f"{module_of(claim_id, self._package)}.CLAIM must be Claim {claim_id}")
        if claim.section != self.sections[claim_id]:
            raise ValueError(
                f"claim {claim_id} names section {claim.section!r}; "
                f"the lecture has it in {self.sections[claim_id]!r}"
            )
        return claim

    def __iter__(self) -> Iterator[str]:
        return iter(self._measured)

    def __len__(self) -> int:
        return len(self._measured)

    def find(self, name: str) -> Claim:
        """Return the claim called ``name`` (``"C7"``, case-insensitive).

        Raises:
            ValueError: The lecture makes no such claim (the message suggests similar ones), or it
                is not measured yet (the message lists those that are).

        """
        claim_id = name.strip().upper()
        if claim_id in self._measured:
            return self[claim_id]
        measured = ", ".join(self._measured) or "none"
        if claim_id in self.sections:
            raise ValueError(
                f"claim {claim_id} ({self.sections[claim_id]}) is not measured yet; "
                f"measured claims: {measured}"
            )
        near = difflib.get_close_matches(claim_id, self.sections, n=3, cutoff=0.5)
        hint = f" (did you mean {' or '.join(near)}?)" if near else ""
        raise ValueError(f"the lecture makes no claim {name!r}{hint}; measured claims: {measured}")


#: The claims of the lecture that this package measures.
CLAIMS = Claims({claim: section.slug for section in SECTIONS for claim in section.claims})
