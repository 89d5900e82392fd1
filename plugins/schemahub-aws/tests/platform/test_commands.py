"""The commands of the operator's page do what it says, exactly as they are written there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from typing import Any


def test_print(story: Any) -> None:
    from collections import Counter
    for name, done in story.done.items():
        print("#", name, done.code, done.out[-600:], done.err[-500:])
        print(Counter(a.operation for a in story.asked[name]), len(story.keys[name]))
    print(story.keys["verify"])
