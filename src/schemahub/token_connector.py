"""What a plugin author writes for an exchange whose pages chain through opaque tokens."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from schemahub._seek import locate_by_tokens, page_by_tokens
from schemahub.connector import Connector
from schemahub.model import Paging

if TYPE_CHECKING:
    from typing import ClassVar

    from schemahub.model import Page, Steps
    from schemahub.spans import Span


class TokenConnector(Connector):
    """One exchange's public trades, read forward from token to token.

    A token is a `str` that the exchange gave, or that `token_at` minted; it is handed back untouched, and
    kept in the checkpoint. The core owns the loop: a token that comes twice, a page that brings nothing
    new, and a place that is not covered are loud errors.

    Where ids are `SPARSE`, a page is known to join the one before only if both hold the same trade: then
    `follow` returns the trade that its token stands at, or earlier ones, too. The core drops them.
    """

    paging: ClassVar[Paging] = Paging.BY_TOKEN

    @abstractmethod
    def follow(self, product: str, token: str) -> Steps[Page]:
        """Return the trades after a token's place, ascending, with the token to go on with.

        At most `page_limit` or so. At the head there may be none, and the token may be the same again.
        """

    @abstractmethod
    def token_at(self, product: str, time_ns: int) -> Steps[str]:
        """Return a token from which no trade of `time_ns` or later is missed; earlier ones may come too."""

    def page(self, product: str, span: Span) -> Steps[Page]:
        """Return the trades of `span` that the exchange serves, found by searching over times.

        About ten requests for a far place; the core follows tokens wherever it has them.
        """
        return (yield from page_by_tokens(self, product, span))

    def locate(self, product: str, time_ns: int, within: Span) -> Steps[int]:
        """Return the first position in `within` that is served from a time on: it may be a little older.

        `within.last + 1` if there is none.
        """
        return (yield from locate_by_tokens(self, product, time_ns, within))
