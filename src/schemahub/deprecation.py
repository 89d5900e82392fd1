"""How something public goes: it warns for two minor releases, and says what to use instead."""

from __future__ import annotations

import warnings


class SchemahubDeprecationWarning(DeprecationWarning):
    """Something that is used here goes in the release that the warning names.

    A class of its own, so that a test suite can make errors of ours alone:
    `filterwarnings = ["error::schemahub.deprecation.SchemahubDeprecationWarning"]`.
    """


def warn_deprecated(name: str, *, instead: str, since: str, until: str, stacklevel: int = 2) -> None:
    """Warn the caller's caller that `name` is deprecated since a release, and gone in `until`.

    `until` is two minor releases after `since`, or the next major one: a test reads every call, and
    fails from the release on in which the name should be gone.
    """
    text = f"{name} is deprecated since schemahub {since} and goes in {until}: use {instead}"
    warnings.warn(text, SchemahubDeprecationWarning, stacklevel=stacklevel + 1)
