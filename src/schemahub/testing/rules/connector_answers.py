"""What a connector makes of answers, and of the product list."""

from __future__ import annotations

ANSWERS = (
    (
        "An error page with status 200 is no answer.",
        "Taken for an empty page it is a hole in the data that looks proved.",
        "Let `classify` look at the body, or raise `RetryableError` for what makes no sense.",
    ),
    (
        "A body that is cut off is asked for again.",
        "Proxies give up in the middle of a page; half a page must not pass for a whole one.",
        "Parse the whole body; turn the parser's error into `RetryableError`.",
    ),
    (
        "An empty body is asked for again.",
        "No bytes are no empty list; exchanges send them when they are overloaded.",
        "Turn the parser's error into `RetryableError`.",
    ),
    (
        "A row that makes no sense is an error, never a smaller page.",
        "A row that is skipped is a hole, and the trade behind it is never asked for again.",
        "Raise `RetryableError` with an excerpt of the row.",
    ),
    (
        "Status 429 is `RATE_LIMITED`, with the exchange's wish where it sent one.",
        "A 429 taken for a failure is repeated at once, and the address is banned.",
        "Fall back on `super().classify(response)`.",
    ),
    (
        "Statuses 403 and 418 are `BANNED`, whatever the body.",
        "Sending on through a ban makes it longer, up to days.",
        "Fall back on `super().classify(response)`.",
    ),
    (
        "Statuses 500 to 599 are to be tried again, whatever the body.",
        "CDNs answer with HTML and with statuses of their own, such as 520.",
        "Look at the status before you parse an error's body.",
    ),
    (
        "No header and no body makes `classify` raise.",
        "An error inside it hides the answer that caused it.",
        "Parse error bodies with a fallback; read headers as text that may be anything.",
    ),
    (
        "Bodies may be compressed: a connector asks for no encoding of its own.",
        "The core asks for gzip and unpacks it; nobody unpacks what else was asked for.",
        "Send no `Accept-Encoding`.",
    ),
    (
        "A product that the exchange does not know is `UnknownProduct`.",
        "A delisted product must not use up the retries of all others.",
        "Classify the exchange's own way of saying so as `UNKNOWN_PRODUCT`.",
    ),
)

PRODUCTS = (
    (
        "Every product has an id of its own, a base and a quote.",
        "A symbol with an empty half joins with nothing.",
        "Take base and quote from the exchange's own fields.",
    ),
    (
        "Base and quote are not cut from an id that has no separator.",
        "USDTTRY is USDT-TRY, BTCUPUSDT is BTCUP-USDT: no rule of cutting knows.",
        "Use the exchange's own fields for base and quote.",
    ),
    (
        "Every product whose trades are served is listed, also those that no longer trade.",
        "History of delisted products is what people backfill; survivors alone bias every study.",
        "List all, and set `active=False`.",
    ),
    (
        "Two active products never share a symbol.",
        "Two tapes under one symbol are two histories mixed in one table.",
        "Leave out, or name apart, what is no spot market; set `alias_of` for a second name.",
    ),
)
