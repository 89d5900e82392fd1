"""The addresses of one exchange, each with limits, a breaker and connections of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, TypeVar

from schemahub._http.drive import drive
from schemahub.errors import PermanentError
from schemahub.model import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._http.client import HttpClient
    from schemahub._http.download import Downloaded
    from schemahub.model import Request, Response, Steps

T = TypeVar("T")


class Sites:
    """Sends each request to the address that it names (`Request.site`); shared by all threads of a run."""

    def __init__(self, api: HttpClient, archive: HttpClient | None = None) -> None:
        """Keep the clients; `archive` is None where no bulk files are to be read."""
        self._api = api
        self._clients = {Site.API: api} | ({Site.ARCHIVE: archive} if archive else {})
        self.host = api.host

    @property
    def has_archive(self) -> bool:
        """Tell whether bulk files can be asked for."""
        return Site.ARCHIVE in self._clients

    def send(self, request: Request) -> Response:
        """Return the answer that the connector classified as OK (see `HttpClient.send`)."""
        return self._of(request).send(request)

    def download(self, request: Request, into: BinaryIO) -> Downloaded:
        """Bring a body into a file (see `HttpClient.download`)."""
        return self._of(request).download(request, into)

    def drive(self, steps: Steps[T]) -> T:
        """Run a connector's generator once (see `drive`)."""
        return drive(steps, self.send)

    def call(self, start: Callable[[], Steps[T]]) -> T:
        """Drive `start()`, and again while the connector cannot read an answer (see `HttpClient.call`)."""
        return self._api.retrying(lambda: self.drive(start()))

    def abort(self) -> None:
        """Make sends that wait for an answer raise `Cancelled` now; call it after `stop.set`."""
        for client in self._clients.values():
            client.abort()

    def close(self) -> None:
        """Close all connections; nobody may be sending."""
        for client in self._clients.values():
            client.close()

    def _of(self, request: Request) -> HttpClient:
        client = self._clients.get(request.site)
        if client is None:
            msg = "the connector asks for bulk files, and the settings name no address of any"
            raise PermanentError(msg, where=request.path, expected="archive_url")
        return client
