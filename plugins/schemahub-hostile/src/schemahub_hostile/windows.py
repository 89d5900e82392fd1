"""The sound connector that reads windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemahub
from schemahub import Ids, Paging, Request, WindowConnector
from schemahub_hostile.sound import Sound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from schemahub import Page, Steps

API_LEVEL = 1


class SoundWindows(WindowConnector, Sound):
    """Sparse ids; the newest minute, hour or day."""

    name: ClassVar[str] = "hostilewindows"
    ids: ClassVar[Ids] = Ids.SPARSE
    paging: ClassVar[Paging] = Paging.BY_WINDOW
    reach_seconds: ClassVar[float | None] = 86_400.0
    windows: ClassVar[Sequence[float]] = (60.0, 3_600.0, 86_400.0)

    page = WindowConnector.page

    def recent(self, product: str, seconds: float) -> Steps[Page]:
        """Return the newest trades."""
        params = {"seconds": self.seconds(seconds)}
        response = yield Request(path=self.path("recent", product), params=params)
        return self.page_of(response.body)

    def seconds(self, seconds: float) -> str:
        """Return a window as the exchange spells it."""
        return f"{seconds:.0f}"


@schemahub.hookimpl
def schemahub_connector() -> type[SoundWindows]:
    """Hand over the connector."""
    return SoundWindows
