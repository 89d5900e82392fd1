"""Every error that schemahub raises, named by what the caller should do.

SchemahubError
├── RetryableError          try again later
│   ├── RateLimited         the exchange said 429: slow down first
│   ├── Banned              the exchange said 418 or 403: stop sending to this host
│   └── BreakerOpen         this process holds its requests back for now
├── PermanentError          give up on this product, go on with the others
│   ├── UnknownProduct      the exchange does not know (or no longer serves) this product
│   ├── StalledError        pages stopped progressing
│   └── RetriesExhausted    attempts, deadline or retry budget used up
├── ConfigError             the user must act
│   ├── PluginError         a plugin is missing, broken, doubled or made for another API level
│   └── MissingExtra        a library that this command needs is not installed
├── IntegrityError          stop: going on would make data wrong
├── Conflict                somebody else wrote first: reload, then redo what they did not cover
├── NotFound                no object has this key
├── LeaseLost               another runner owns this product now: stop working on it
└── Cancelled               this run was told to stop
"""

from __future__ import annotations


class SchemahubError(Exception):
    """Base of all errors raised here.

    The text says what went wrong, where, what was expected and what was found (R8). Each part is an
    attribute too, so that a program need not take the sentence apart. None of them holds a secret.
    """

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Build the one-line text from its parts."""
        self.message = message
        self.where = where
        self.expected = expected
        self.found = found
        self.hint = hint
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        facts = [
            f"{label} {value}"
            for label, value in (("expected", self.expected), ("found", self.found))
            if value is not None
        ]
        if facts:
            text += f" ({', '.join(facts)})"
        return f"{text}. {self.hint}" if self.hint else text


class RetryableError(SchemahubError):
    """Try again later; `retry_after_seconds` is the exchange's own wish, where it gave one."""

    retry_after_seconds: float | None = None


class RateLimited(RetryableError):
    """The exchange answered 429, or its own way of saying so."""


class Banned(RetryableError):
    """The exchange refuses this address for a while (418, 403)."""


class BreakerOpen(RetryableError):
    """The circuit breaker of this host is open: nothing was sent."""


class PermanentError(SchemahubError):
    """Trying again cannot help this product."""


class UnknownProduct(PermanentError):
    """The exchange does not serve this product."""


class StalledError(PermanentError):
    """Pages repeat, do not progress or do not answer what was asked."""


class RetriesExhausted(PermanentError):
    """Attempts, deadline or retry budget are used up; the last failure is the cause."""


class ConfigError(SchemahubError):
    """The user must change something: a setting, a file, an argument, a permission."""


class PluginError(ConfigError):
    """A plugin cannot be used; the text names its distribution and the reason."""


class MissingExtra(ConfigError):
    """An optional library is not installed; the text has the command that installs it."""


class IntegrityError(SchemahubError):
    """Stop: what is stored and what is known contradict each other."""


class Conflict(SchemahubError):
    """A compare-and-set lost: the stored version is not the expected one."""


class NotFound(SchemahubError):
    """No object is stored under this key."""


class LeaseLost(SchemahubError):
    """The lease ran out or was taken over."""


class Cancelled(SchemahubError):
    """The run was told to stop (Ctrl-C, SIGTERM, --max-minutes); nothing is broken."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: one line, since where it stopped is nothing to look into."""
        return [f"{self}: nothing is broken; run it again to go on"]
