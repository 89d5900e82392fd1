"""What all tests share: properties never fail for being slow, and the same ones run wherever CI runs."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("schemahub", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("schemahub")
