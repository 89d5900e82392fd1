"""What a connector is, and what its pages hold."""

from __future__ import annotations

PLUGIN = (
    (
        "The class attributes fit each other: name, ids, paging, page limit, windows, reach.",
        "The core chooses how it reads and proves by them; a wrong one reads the wrong way.",
        "Derive from `Connector`, `TokenConnector` or `WindowConnector`, and set `name` to `[a-z0-9]+`.",
    ),
    (
        "An installed distribution hands the class over under its own name.",
        "A connector that no entry point names cannot be configured or used.",
        'Add `[project.entry-points."schemahub.connectors"]`, named as the class attribute `name`.',
    ),
    (
        "The plugin's module states the API level that it was made for.",
        "Without it, an old plugin on a new schemahub fails somewhere deep instead of in one sentence.",
        "Write `API_LEVEL = 1` in the module that the entry point names.",
    ),
    (
        "Importing the plugin loads no heavy library.",
        "`schemahub plugins --check` imports every plugin; one that loads pandas makes all of them slow.",
        "Import heavy libraries where they are used; a connector hardly needs any.",
    ),
    (
        "The defaults of `Config` are a whole configuration, and it travels to other processes.",
        "People begin without a file; work is handed to processes by pickling settings.",
        "Give every field a default, and keep to plain values.",
    ),
    (
        "A setting that does not exist is refused by name.",
        "A typo in `requests_per_second` would be ignored, and the exchange would ban the address.",
        "Derive `Config` from `ConnectorConfig`, and leave its `extra='forbid'` alone.",
    ),
    (
        "No secret is in a repr, a URL or a log line.",
        "URLs end up in proxies' logs and errors in tickets.",
        "Declare keys as `SecretStr`, and send them as headers.",
    ),
    (
        "A mapping of the same name is shipped and can be read.",
        "Raw trades that no mapping fits never reach the table.",
        'Ship `{name}.trades.yaml` in the package that `[project.entry-points."schemahub.mappings"]` names.',
    ),
)

GENERATORS = (
    (
        "The methods do no I/O of their own.",
        "What they send themselves passes no rate limiter, no breaker, no retry and no test.",
        "Yield a `Request` for whatever you need; the core sends it.",
    ),
    (
        "A connector keeps no state between calls.",
        "Pages are read by many threads at once, and in any order after a crash.",
        "Keep what you learn in local variables of the generator.",
    ),
    (
        "Requests are GETs with an encoded path below the base URL, and parameters of text.",
        "A full URL goes past the configured host, its limiter and its test server.",
        "Yield `Request(path='/...', params={'limit': '100'})`: the core joins it to `base_url`.",
    ),
    (
        "An odd product id never reaches the exchange unencoded.",
        "Ids come from files and command lines: `../x` or `A?b=c` would ask something else.",
        "Use `urllib.parse.quote(product, safe='')`, or raise `UnknownProduct` for what is no id.",
    ),
    (
        "A generator ends after a few requests, whatever the exchange says.",
        "A loop inside `page` is one that no deadline and no guard of the core can end.",
        "Ask once and return what came; the core asks for the rest.",
    ),
)

PAGES = (
    (
        "Each line is the exchange's own bytes, and shows the position that it stands at.",
        "Raw data is evidence; a float that was parsed and printed again is another number.",
        "Split bodies with `schemahub.lines`; never dump parsed JSON.",
    ),
    (
        "A line is one line, however the body is spaced.",
        "A line break inside a row makes two broken rows of it.",
        "Split bodies with `schemahub.lines`.",
    ),
    (
        "Positions ascend strictly, each with its line; times belong to the first and the last trade.",
        "Most exchanges serve newest first, and batches are cut by position.",
        "Turn pages round; set `first_time_ns` and `last_time_ns` from the rows at the ends.",
    ),
    (
        "Dense ids are consecutive.",
        "A connector that says `Ids.DENSE` of ids with holes fills its checkpoint with gaps that are none.",
        "Say `Ids.SPARSE` if the exchange's ids only ascend.",
    ),
    (
        "All pages together hold every trade that the exchange serves, once.",
        "Off-by-one cursors lose or double one trade a page; nobody sees it for months.",
        "Look at whether the exchange's bounds are inclusive.",
    ),
    (
        "A page holds what was asked for, and nothing else, across holes and past the head.",
        "Exchanges fill pages from beyond a hole; what was not asked for is refused as another page's rows.",
        "Drop rows outside `span`, and return an empty page where nothing is left.",
    ),
    (
        "Ids above 2^53 come through exactly.",
        "A float has 53 bits: neighbours fall on one another, and half the trades vanish.",
        "Read ids as integers, or as text and then `int`.",
    ),
    (
        "A time is exact in every spelling: fractions of any length, other zones.",
        "Exchanges trim trailing zeros; `12:00:00Z` comes once in a million rows.",
        "Use `schemahub.times.iso_to_ns`; read decimal seconds as text, never as floats.",
    ),
    (
        "The machine's time zone changes nothing.",
        "`datetime.fromtimestamp` without a zone is right on one machine and hours off on the next.",
        "Reckon in integers of nanoseconds UTC.",
    ),
    (
        "A field that nobody announced costs nothing.",
        "Exchanges add fields without notice; raw has to go on.",
        "Decode only the fields you need, and forbid none.",
    ),
    (
        "The order of a row's fields does not matter.",
        "It has changed over the years at more than one exchange.",
        "Read fields by name.",
    ),
    (
        "The head shows the newest trades, ascending, and moves on as they happen.",
        "A head that stands still ends live ingestion quietly; one that runs ahead makes gaps.",
        "Ask for the newest page without bounds.",
    ),
    (
        "The head of a product that never traded is empty.",
        "New listings have no trades for hours: that is no error.",
        "Return `Head(positions=(), times_ns=())` for an empty page.",
    ),
    (
        "`locate` finds the first position that is not older than a time.",
        "A backfill begins there: one too late loses trades of the very first second.",
        "Leave the default, or mind ties: several trades share a time.",
    ),
)

STREAMS = (
    (
        "From `token_at(time)` no trade of that time or later is missed.",
        "Time slices of a backfill begin there, and a tie at the boundary is cut in half.",
        "Mint a token a little earlier: exchanges' `since` is exclusive more often than not.",
    ),
    (
        "A token is text, and handed back as it came.",
        "One exchange's token read as a float paged the same page for ever (freqtrade#12961).",
        "Take it as a string out of the JSON text, and put it into the request as it is.",
    ),
    (
        "Following tokens leads to the head, and ends there.",
        "A chain that goes round sends requests until somebody notices.",
        "At the head return the same token, or None, with whatever rows there are.",
    ),
    (
        "A page of sparse ids holds the trade that its token stands at.",
        "Ids with holes prove nothing: pages are known to join only where they share a trade.",
        "Ask from one trade earlier than the token says.",
    ),
    (
        "A window holds all trades of its seconds; a wider one holds the narrower.",
        "The core takes the smallest that reaches back to what is stored.",
        "Name `windows` ascending in seconds, and return everything that the exchange sends.",
    ),
)
