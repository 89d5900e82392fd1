"""What a connector makes of what its exchange really said."""

from __future__ import annotations

from schemahub.testing.rules.rule import rules_of

CASSETTE = rules_of(
    "CT-CAS",
    (
        "Each recorded call ends as it did, and asks nothing that was not recorded.",
        "What a simulated exchange accepts, the real one may have refused: here it is the real one's answer.",
        "Ask as it was asked then, or record the exchange anew.",
    ),
    (
        "Each listed product has an id, a base and a quote, and is there once.",
        "A list has entries that nobody thought of: delisted ones, auctions, other kinds of instruments.",
        "Take base and quote from the exchange's own fields; leave out what is no market.",
    ),
    (
        "The head ascends, with a time for each position.",
        "A plan ends at the newest settled trade: a head the wrong way round ends it at the oldest.",
        "Turn a page round that comes newest first.",
    ),
    (
        "The recording has pages with trades.",
        "Rules about pages that find no page would prove nothing.",
        "Record a product that trades, or more pages.",
    ),
    (
        "Lines are the exchange's own bytes.",
        "A line that was printed anew lost digits, key order or escapes that nobody can bring back (R6).",
        "Split the body with `schemahub.lines`; never decode and encode a row.",
    ),
    (
        "Positions ascend, one for each line.",
        "Batches are named by their first and last position.",
        "Turn a page round that comes newest first, lines and positions alike.",
    ),
    (
        "A page has nothing outside of the span that was asked for.",
        "The core takes a trade outside for an answer to another question, and asks again.",
        "Leave out what the exchange sends beyond the span.",
    ),
    (
        "Ids that are declared dense are consecutive.",
        "Each missing number of a dense stream is a gap: sparse ids declared dense are gaps without end.",
        "Declare `Ids.SPARSE` if the exchange leaves numbers out.",
    ),
    (
        "Tokens lead from page to page without a break.",
        "What lies between two pages that do not join is missing, and nobody sees it.",
        "Hand the token back untouched; where ids are sparse, return the trade it stands at as well.",
    ),
    (
        "Times are nanoseconds of plausible moments, one for each trade where they are needed.",
        "Seconds taken for milliseconds put a trade into 1970, and into the wrong file.",
        "Look at the unit; use `schemahub.times`.",
    ),
    (
        "The mapping makes a row of every recorded line, and names every field.",
        "A field or a value that the documentation leaves out would fill the quarantine on the first day.",
        "Add it to the mapping: to a column, a `map`, or `ignore`.",
    ),
)
