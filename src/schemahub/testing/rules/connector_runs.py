"""What the core makes of a connector, and a mapping of its lines."""

from __future__ import annotations

RUNS = (
    (
        "A backfill stores exactly what the exchange has, in order, byte for byte.",
        "It is what everybody came for (R1).",
        "See which lines are missing or too many: mostly a bound of a page is off by one.",
    ),
    (
        "Live runs go on where the last one ended.",
        "Twenty runs a day join twenty times: a seam that loses one trade loses twenty a day.",
        "Look at what `head` returns while trades happen, and at ties at its end.",
    ),
    (
        "Whatever goes wrong on the way, the same trades are stored in the end.",
        "Resets, timeouts, cut bodies, stale pages, short pages: each happens daily.",
        "Raise `RetryableError` for whatever makes no sense, and keep no state that a retry would meet.",
    ),
    (
        "A run that is killed at any step is gone on with, and stores each trade once.",
        "Containers are stopped in the middle of everything.",
        "Make each method a function of its arguments and the exchange's answers.",
    ),
    (
        "A page that is stored is not fetched again.",
        "A resumed backfill of a year would begin anew each time.",
        "Return every trade of the span that was asked for, under its own position.",
    ),
    (
        "Two runners at once, without locks, store what one would.",
        "Locks are lost; two schedulers are started by mistake (R4).",
        "Share nothing between instances: no module-level caches, no class attributes that change.",
    ),
    (
        "The configured rate is never passed.",
        "The price of a request too many is a ban for everybody behind the address (R5).",
        "Build `rate_limits` from `config.requests_per_second` and `config.burst`.",
    ),
    (
        "Ids that the exchange does not serve become gaps, and are stored when they turn up.",
        "Exchanges publish trades late, hours after their neighbours.",
        "Return the rows there are: never fill, never stop at a hole.",
    ),
    (
        "An exchange that answers everything with one and the same old page ends the run with an error.",
        "Paging one page for ever costs a night, and nobody is told.",
        "Return what came, with its own positions and token: the core's guards see the rest.",
    ),
    (
        "A backfill from a time on holds every trade since.",
        "The first second of each backfill is where trades are lost.",
        "Mind ties: `locate` and `token_at` must not begin behind a trade of that very time.",
    ),
)

MAPPING = (
    (
        "The mapping makes a row of every line, and knows every field.",
        "Lines in quarantine are trades that no query sees.",
        "Run `schemahub mapping check`; name in `ignore` what you leave out on purpose.",
    ),
    (
        "A row's exchange, symbol, id and time are those of the trade.",
        "Joins across exchanges rest on BASE-QUOTE symbols and UTC times.",
        "Compare the mapping's `trade_id`, `symbol` and `trade_ts` with the connector's positions and times.",
    ),
    (
        "A row's price and quantity are the numbers of the line, and each is its own.",
        "Price and size change places in arrays without names.",
        "Check the indices in the mapping against the exchange's documentation.",
    ),
    (
        "A row's side is the taker's.",
        "Half the exchanges name the maker's: mapped as it stands, order flow has the wrong sign.",
        "Read the documentation of the field, and turn it round by `map` if it is the maker's.",
    ),
)
