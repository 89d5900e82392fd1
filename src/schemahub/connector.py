"""What a plugin author writes for one more exchange."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from schemahub._classify import classify_http
from schemahub._locate import locate_by_pages
from schemahub.model import Ids, Paging, RateLimit

if TYPE_CHECKING:
    from schemahub.connector_config import ConnectorConfig
    from schemahub.model import ArchiveFile, Head, Page, Product, Response, Steps, Verdict
    from schemahub.spans import Span


class Connector(ABC):
    """One exchange's public trades, asked for by position.

    An exchange whose pages chain through tokens is a `TokenConnector`, one that serves nothing but its
    newest trades a `WindowConnector`: both are connectors with one more method.

    A connector does no I/O and keeps no state: its methods are generators that yield a `Request`, get a
    `Response` and return a value. The core sends the requests, behind its rate limiter, circuit breaker
    and retries, and it owns the page loop: a connector cannot loop for ever, skip a page or lose one.

        def page(self, product, span):
            response = yield Request(path=f"/trades/{product}", params={"from": str(span.first)})
            rows = lines(response.body)
            return Page(positions=..., lines=rows, first_time_ns=..., last_time_ns=...)

    A body that makes no sense (an error page with status 200, cut off on the way) is a `RetryableError`;
    a product that the exchange does not know is `UnknownProduct`. Register the class under the
    entry-point group `schemahub.connectors`; see docs/COMPONENT_DETAILS.md.
    """

    name: ClassVar[str]
    """The name in configuration and in keys: lower case, `[a-z0-9]+`."""
    ids: ClassVar[Ids] = Ids.DENSE
    paging: ClassVar[Paging] = Paging.BY_POSITION
    page_limit: ClassVar[int]
    """Positions that one `page` may be asked for."""
    first_position: ClassVar[int] = 1
    """Where an exchange's ids begin; some count from 0."""
    reach_seconds: ClassVar[float | None] = None
    """How far back the exchange serves trades, None: to the first. What is older is a gap out of reach."""
    forgets: ClassVar[bool] = False
    """Whether it may have stopped serving its oldest trades, without saying how old: then a backfill looks
    whether anything comes before the first trade that it finds, and dense ids before it are out of reach."""
    product_is_symbol: ClassVar[bool] = False
    """Whether a product's id is BASE-QUOTE as it stands. Where it is not, the lake keeps the symbol that
    `products` gives it: it is asked once, before a product is first ingested."""
    Config: ClassVar[type[ConnectorConfig]]
    """A pydantic model of the settings; instances must pickle."""

    def __init__(self, config: ConnectorConfig) -> None:
        """Keep the settings; nothing else may be done here."""
        self.config = config

    @abstractmethod
    def products(self) -> Steps[tuple[Product, ...]]:
        """Return every product that the exchange lists, also those that no longer trade."""

    @abstractmethod
    def head(self, product: str) -> Steps[Head]:
        """Return the newest trades, ascending: at least one, unless the product never traded.

        More trades let a plan end exactly `settle_seconds` behind the head.
        """

    @abstractmethod
    def page(self, product: str, span: Span) -> Steps[Page]:
        """Return the trades of `span` that the exchange serves, ascending, as the exchange's own bytes.

        `span` holds at most `page_limit` positions. Fewer trades than asked for are no error here: the
        core asks for the rest, and finds out whether they are a short page or a hole. A trade outside
        `span` is an error, so do not pass on what was not asked for.
        """

    def locate(self, product: str, time_ns: int, within: Span) -> Steps[int]:
        """Return the first position in `within` whose trade is not older than `time_ns`.

        `within.last + 1` if all are older. The default searches by `page`, interpolating over times:
        about a dozen requests for a billion trades. Override it where the exchange can be asked by time.
        """
        return (yield from locate_by_pages(self, product, time_ns, within))

    def archive(self, product: str, span: Span) -> Steps[ArchiveFile | None]:  # noqa: ARG002 - a default
        """Return the bulk file that holds the first trades of `span`; None if there is none, as by default.

        Ask for what is needed with `site=Site.ARCHIVE`. The core downloads the file, checks its digest, and
        passes its lines to `archive_page`; what the file lacks of `span` is asked for again, and what no
        file holds is read by `page`.
        """
        yield from ()
        return None

    def archive_page(self, product: str, data: bytes) -> Page:
        """Return the trades of some whole lines of a bulk file, ascending.

        Each line becomes a JSON array of the original field texts. A line that makes no sense (a header
        aside) is an `IntegrityError`: the file is not what it seems, and the trades are read by `page`.
        """
        msg = f"{type(self).__name__} names bulk files, and has no `archive_page` to read them with"
        raise NotImplementedError(msg)

    def classify(self, response: Response) -> Verdict:
        """Say what a response means; the default reads the status and the usual headers.

        Override it for an exchange that reports errors in a 200, or its limits in headers of its own.
        """
        return classify_http(response)

    def rate_limits(self) -> tuple[RateLimit, ...]:
        """Return the limits that all requests of this process obey together; one by default."""
        limit = RateLimit(
            name="requests",
            per_second=self.config.requests_per_second,
            burst=self.config.burst,
        )
        return (limit,)
