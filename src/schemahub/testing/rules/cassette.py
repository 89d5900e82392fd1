"""What a connector makes of what its exchange really said."""

from __future__ import annotations

from schemahub.testing.rules.rule import rules_of

CASSETTE = rules_of(
    "CT-CAS",
    (
        "Every call ends as it did when it was recorded.",
        "A change of the connector that asks or understands otherwise is seen without the exchange.",
        "Record anew if the questions changed on purpose; else look at what the connector asks now.",
    ),
    (
        "Every product has an id of its own, a base and a quote.",
        "Real lists hold what no simulation thought of: swaps, tests, markets without a quote.",
        "Leave out what is no spot market; take base and quote from the exchange's own fields.",
    ),
    (
        "The head ascends, with a time for each position.",
        "Live runs end where the head says.",
        "Turn the newest page round, and read the time of every row.",
    ),
    (
        "There are pages with trades to look at.",
        "A cassette without trades proves nothing, and passes.",
        "Record a product that trades, or more pages.",
    ),
    (
        "Lines are the exchange's own bytes.",
        "Raw data is evidence; real bodies have blanks, escapes and numbers that printing again changes.",
        "Split bodies with `schemahub.lines`; never dump parsed JSON.",
    ),
    (
        "Positions ascend, each with its line.",
        "Most exchanges serve newest first, and batches are cut by position.",
        "Turn pages round.",
    ),
    (
        "Nothing lies outside of what was asked for.",
        "Real exchanges fill pages from beyond a range.",
        "Drop rows outside `span`.",
    ),
    (
        "Dense ids are consecutive.",
        "Whether ids have holes is known from the real exchange alone.",
        "Declare `Ids.SPARSE` if they only ascend.",
    ),
    (
        "Tokens lead on without a break.",
        "A cursor that is off by one loses a trade a page.",
        "Hand tokens on untouched; where ids are sparse, return the trade at the token's place once more.",
    ),
    (
        "Times are nanoseconds since 1970, UTC, of trades before the recording.",
        "A unit that is taken for another (ms for us) puts trades into another century.",
        "Look at how many digits the exchange sends, and convert by integers.",
    ),
    (
        "The mapping makes a row of every line, and knows every field.",
        "Fields and spellings of the real exchange differ from its documentation.",
        "Run `schemahub mapping check` on the lines; name in `ignore` what you leave out on purpose.",
    ),
)
