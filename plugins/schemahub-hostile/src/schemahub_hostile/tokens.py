"""The sound connector that follows tokens: the time of the last trade of a page, in nanoseconds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import schemahub
from schemahub import Ids, Paging, Request, TokenConnector
from schemahub_hostile.sound import Sound

if TYPE_CHECKING:
    from typing import ClassVar

    from schemahub import Page, Steps

API_LEVEL = 1


class SoundTokens(TokenConnector, Sound):
    """Sparse ids; a page holds the trades of its token's own time, too."""

    name: ClassVar[str] = "hostiletokens"
    ids: ClassVar[Ids] = Ids.SPARSE
    paging: ClassVar[Paging] = Paging.BY_TOKEN

    page = TokenConnector.page

    def follow(self, product: str, token: str) -> Steps[Page]:
        """Return the trades from the token's time on."""
        params = {"ns": self.place(token), "limit": str(self.page_limit)}
        response = yield Request(path=self.path("after", product), params=params)
        page = self.page_of(response.body)
        return replace(page, next_token=self.onward(page, token))

    def token_at(self, product: str, time_ns: int) -> Steps[str]:
        """Return the time itself; no request is needed."""
        del product
        yield from ()
        return str(time_ns)

    def place(self, token: str) -> str:
        """Return what is asked for: `after` is exclusive, and the token's own trades are to come again."""
        return str(max(0, int(token) - 1))

    def onward(self, page: Page, token: str) -> str:
        """Return where to go on: the same place where nothing came."""
        return token if page.last_time_ns is None else str(page.last_time_ns)


@schemahub.hookimpl
def schemahub_connector() -> type[SoundTokens]:
    """Hand over the connector."""
    return SoundTokens
