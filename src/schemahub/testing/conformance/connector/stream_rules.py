"""What tokens and windows promise."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from schemahub._page_parts import times_of
from schemahub.model import Ids
from schemahub.testing.conformance.connector.base import ConnectorBase
from schemahub.testing.conformance.connector.reading import followed, taped
from schemahub.testing.conformance.connector.talking import replayed
from schemahub.testing.rules import rule

if TYPE_CHECKING:
    from schemahub.testing.conformance.connector.base import Sample
    from schemahub.testing.conformance.connector.reading import Tape
    from schemahub.testing.conformance.connector.talking import Talk

_TOKEN = "1893456000982277753"  # noqa: S105 - no password: 19 digits that no float holds
_PLACES = 6
_SECOND = 1_000_000_000


class StreamRules(ConnectorBase):
    """CT-CON-28 to 32."""

    @rule("CT-CON-28")
    @pytest.mark.usefixtures("by_token")
    def test_a_minted_token_misses_nothing(self, talk: Talk, tape: Tape, product: str) -> None:
        step = max(1, len(tape.positions) // _PLACES)
        for time_ns in (*tape.times_ns[::step], tape.times_ns[-1], 0):
            token = self._minted(talk, product, time_ns)
            page = talk.tell(self._streaming(talk).follow(product, token))
            first = next(
                at for at, time in zip(tape.positions, tape.times_ns, strict=True) if time >= time_ns
            )
            found = page.positions[0] if page.positions else None
            begins = found is not None and found <= first
            assert begins, f"token_at({time_ns}): expected position {first} or earlier first, found {found}"

    @rule("CT-CON-29")
    @pytest.mark.usefixtures("by_token")
    def test_a_token_is_handed_back_as_it_came(self, talk: Talk, tape: Tape, sample: Sample) -> None:
        for page in tape.pages:
            token = page.next_token
            assert token is None or isinstance(token, str), f"next_token: expected a str, found {token!r}"
        steps = self._streaming(talk).follow(sample.product, _TOKEN)
        request = next(steps)
        steps.close()
        sent = f"{request.path} {' '.join(request.params.values())}"
        near = (_TOKEN, str(int(_TOKEN) - 1))  # one earlier, where the place itself is to be read again
        assert any(each in sent for each in near), f"follow({_TOKEN}): expected it as it is, found {sent!r}"
        given = (sample.page.next_token or "").encode()
        body = sample.responses[-1].body
        rows = b"".join(sample.page.lines)
        if given and given in body and given not in rows:
            last = replace(sample.responses[-1], body=body.replace(given, _TOKEN.encode()))
            page = talk.ask(sample.again(), replayed([*sample.responses[:-1], last])).value
            assert page.next_token == _TOKEN, f"next_token: expected {_TOKEN!r}, found {page.next_token!r}"

    @rule("CT-CON-30")
    @pytest.mark.usefixtures("by_token")
    def test_tokens_lead_to_the_head(self, talk: Talk, tape: Tape, product: str) -> None:
        head = talk.tell(talk.connector.head(product))
        found = tape.positions[-1]
        assert found == head.positions[-1], (
            f"the chain: expected to end at {head.positions[-1]}, found {found}"
        )
        ends = [page.positions[-1] for page in tape.pages if page.positions]
        assert ends == sorted(ends), f"the chain: expected each page to end no earlier, found {ends[:9]}"
        last = self._minted(talk, product, tape.times_ns[-1])
        rest = taped(list(followed(talk, product, last)))
        assert rest.positions[-1] == head.positions[-1], "from the newest trade: expected to end at the head"

    @rule("CT-CON-31")
    @pytest.mark.usefixtures("by_token")
    def test_sparse_pages_join(self, talk: Talk, tape: Tape) -> None:
        if talk.connector.ids is not Ids.SPARSE:
            pytest.skip(f"for sparse ids; these are {talk.connector.ids.value}")
        pages = [page for page in tape.pages if page.positions]
        for before, after in pairwise(pages):
            shared = set(before.positions) & set(after.positions)
            expected = f"position {before.positions[-1]} or one before"
            assert shared, f"the next page: expected it to hold {expected}, found {after.positions[0]} first"

    @rule("CT-CON-32")
    @pytest.mark.usefixtures("by_window")
    def test_windows_hold_all_of_their_seconds(self, talk: Talk, product: str) -> None:
        windows: Any = talk.connector
        pages = [talk.tell(windows.recent(product, seconds)) for seconds in windows.windows]
        widest = pages[-1]
        for seconds, page in zip(windows.windows, pages, strict=True):
            inside = list(widest.positions)[len(widest.positions) - len(page.positions) :]
            assert list(page.positions) == inside, f"recent({seconds}): expected the end of the widest window"
            times = times_of(page)
            spread = (times[-1] - times[0]) / _SECOND if times else 0.0
            assert spread <= seconds, f"recent({seconds}): expected at most {seconds} s, found {spread:g} s"

    def _streaming(self, talk: Talk) -> Any:  # noqa: ANN401 - a TokenConnector
        return talk.connector

    def _minted(self, talk: Talk, product: str, time_ns: int) -> str:
        token: str = talk.tell(self._streaming(talk).token_at(product, time_ns))
        assert isinstance(token, str), f"token_at: expected a str, found {token!r}"
        return token
