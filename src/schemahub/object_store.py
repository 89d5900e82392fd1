"""Where bytes live: the smallest store that a lake can be built on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Self

from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pydantic import BaseModel

_FIRST_PRINTABLE = " "
AFTER_ALL = "\U0010ffff"
"""The last character there is: `folder/` and this sorts after all that lies in the folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """One line of a listing."""

    key: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object's bytes and the opaque version to hand back to `put_if`."""

    data: bytes
    version: str


class ObjectStore(ABC):
    """Keys to bytes, with the two atomic writes that everything else is built on.

    Keys are relative to the lake, `/`-separated, as `schemahub.layout` spells them. A put is atomic:
    readers see the old object, or the new one whole. What a finished put stored survives a power cut.
    Instances are used by many threads and processes at once. Register the class under the entry-point
    group `schemahub.object_stores`, with the URL scheme as its name.

    Failures: `ConfigError` where a person must act (permission, full disk, missing bucket),
    `RetryableError` where the outcome is unknown (a lost reply): callers read back before they repeat.
    """

    scheme: ClassVar[str]
    """The URL scheme that chooses this store."""
    Options: ClassVar[type[BaseModel] | None] = None
    """A pydantic model of the settings `object_stores.{scheme}`; without one there are none."""

    @classmethod
    @abstractmethod
    def open_url(cls, url: str, options: Mapping[str, object]) -> Self:
        """Open the lake at `url`, creating nothing.

        `options` are those that a person set, checked against `Options`.
        """

    @abstractmethod
    def get(self, key: str) -> Stored:
        """Return an object and its version; `NotFound` if there is none."""

    @abstractmethod
    def open(self, key: str) -> BinaryIO:
        """Open an object for streaming, seekable; `NotFound` if there is none."""

    @abstractmethod
    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """List the objects whose key starts with `prefix` and sorts after `start_after`, ascending.

        An object whose put finished before the call is in the listing.
        """

    @abstractmethod
    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        """Store unless the key exists (put-if-absent); return whether this call stored it.

        Of any number of racing calls exactly one returns True.
        """

    @abstractmethod
    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        """Replace the object only if its version is still `version` (compare-and-set).

        `None` stands for "does not exist yet". Return the new version. Raise `Conflict` otherwise. A
        version may be a digest of the content, so content that must not repeat carries a nonce.
        """

    @abstractmethod
    def delete(self, key: str) -> None:
        """Delete an object; no error if there is none."""

    def children(self, prefix: str) -> Iterator[str]:
        """Return what the keys that start with `prefix` go on with, up to and with their next slash.

        Each once, ascending: `a/` for a folder, `b` for an object. This takes a short listing for each
        folder; a store that can be asked for the folders alone does so.
        """
        start_after = ""
        while info := next(self.list(prefix, start_after), None):
            name, slash, _ = info.key.removeprefix(prefix).partition("/")
            yield f"{name}{slash}"
            start_after = f"{prefix}{name}/{AFTER_ALL}" if slash else info.key

    def local_path(self, key: str) -> Path | None:
        """Return the object's path where it is a plain file, so that engines can read it themselves."""
        del key
        return None


def checked_key(key: str) -> str:
    """Return `key` if it is relative, `/`-separated and stays inside the lake; `ConfigError` otherwise.

    For stores, to be called before they write. A segment may not start with a dot: `..` would leave the
    lake, and names like `.tmp` and `.DS_Store` are no objects, so no listing shows them.
    """
    harmless = all(segment and not segment.startswith(".") for segment in key.split("/"))
    if not harmless or min(key) < _FIRST_PRINTABLE:
        msg = "not usable as an object's key"
        raise ConfigError(msg, expected="relative, no empty or hidden segment", found=repr(key))
    return key
