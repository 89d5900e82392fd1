"""How this process reaches AWS: the settings that every service shares, and clients made from them."""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, PositiveFloat, PositiveInt

from schemahub import __version__
from schemahub.errors import ConfigError
from schemahub.settings import Section

if TYPE_CHECKING:
    from collections.abc import Mapping


def _endpoint(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        # What stands before an @ is a secret: the value itself is not repeated.
        msg = "http://host:port or https://host, without a user and password"
        raise ValueError(msg)
    return text


class AwsOptions(Section):
    """What each service can be told. Credentials are no settings: they come from boto3's own chain."""

    region: str | None = None
    """Region; without it `AWS_REGION`, then what boto3 finds (`AWS_DEFAULT_REGION`, the profile)."""
    profile: str | None = None
    """Profile of the shared AWS files; without it `AWS_PROFILE`, then the usual chain (role, variables)."""
    endpoint_url: Annotated[str, AfterValidator(_endpoint)] | None = None
    """Another server that speaks the same protocol; without it `AWS_ENDPOINT_URL`, then AWS itself."""
    connect_timeout: PositiveFloat = 5.0
    """Seconds to reach the host."""
    read_timeout: PositiveFloat = 30.0
    """Seconds between two pieces of an answer. AWS begins to answer within one."""
    max_pool_connections: PositiveInt = 200
    """Connections kept open. As many as threads may use them at once; a connection costs 50 KiB."""
    attempts: PositiveInt = 10
    """Times that one request is sent at most. While one in three fails, one in 59 000 uses up 10."""
    deadline_seconds: PositiveFloat = 90.0
    """Seconds after which a failed request is not sent again: no longer than a lease lives."""


def make_client(service: str, options: AwsOptions, *, attempts: int | None = None, **more: object) -> Any:  # noqa: ANN401 - boto3 makes its classes when it runs
    """Make a boto3 client of `service`; `ConfigError` if region, profile or endpoint are not usable.

    boto3 itself sends a request up to `attempts` times (`options.attempts` unless given). `more` goes to
    botocore's `Config`.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        connect_timeout=options.connect_timeout,
        read_timeout=options.read_timeout,
        max_pool_connections=options.max_pool_connections,
        retries={"mode": "standard", "total_max_attempts": attempts or options.attempts},
        user_agent_extra=f"schemahub/{__version__}",
        tcp_keepalive=True,
        **more,
    )
    region = options.region or os.environ.get("AWS_REGION") or None
    try:
        # A session of its own: those of boto3 must not be shared while clients are made.
        session = boto3.session.Session(profile_name=options.profile, region_name=region)
        return session.client(service, endpoint_url=options.endpoint_url, config=config)
    except (BotoCoreError, ValueError) as error:
        msg = f"no client for {service} can be made"
        hint = "Set AWS_REGION and, if you use one, AWS_PROFILE."
        raise ConfigError(msg, found=str(error), hint=hint) from error


class LazyClient:
    """A client that is made when it is first used: once a process, also after a fork or a pickle.

    Safe across threads. Its repr names the service alone.
    """

    def __init__(
        self, service: str, options: AwsOptions, *, attempts: int | None = None, **more: object
    ) -> None:
        """Keep what `make_client` will be called with."""
        self._service = service
        self._options = options
        self._attempts = attempts
        self._more: Mapping[str, object] = more
        self._client: Any = None
        self._making = threading.Lock()
        _EVERY.add(self)

    def __call__(self) -> Any:  # noqa: ANN401 - boto3 makes its classes when it runs
        """Return the client."""
        if self._client is None:
            with self._making:
                if self._client is None:
                    self._client = make_client(
                        self._service, self._options, attempts=self._attempts, **self._more
                    )
        return self._client

    def _forget(self) -> None:
        self._client = None
        self._making = threading.Lock()

    def __repr__(self) -> str:
        return f"LazyClient({self._service!r})"

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name not in {"_client", "_making"}}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        self._forget()
        _EVERY.add(self)


_EVERY: weakref.WeakSet[LazyClient] = weakref.WeakSet()


def _forget_all() -> None:
    # A child of a fork would share its parent's sockets, and its locks as they happened to be.
    for client in list(_EVERY):
        client._forget()  # noqa: SLF001 - its own module


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
