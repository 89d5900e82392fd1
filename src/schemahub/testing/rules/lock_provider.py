"""What a lock provider promises."""

from __future__ import annotations

from schemahub.testing.rules.rule import rules_of

LOCK_PROVIDER = rules_of(
    "CT-LCK",
    (
        "A lease is held by one until it is released.",
        "Two containers that both hold a product fetch it twice and halve the rate limit.",
        "Create the record only if there is none that is alive.",
    ),
    (
        "Two names are two leases, even where one begins with the other.",
        "BTC-USD and BTC-USDC are two products; one must not block the other.",
        "Compare names whole.",
    ),
    (
        "A lease ends to the nanosecond, and goes to exactly one of those who take it over.",
        "A crashed owner's product would stay idle, or be taken by two at once.",
        "Compare the stored end with `now_ns` and replace that very grant, in one step.",
    ),
    (
        "Of racing calls for a fresh lease exactly one gets it.",
        "All containers start in the same minute.",
        "Use a create-only write.",
    ),
    (
        "A renewed lease lasts longer, counted from the renewal.",
        "A backfill of hours lives by its heartbeat.",
        "Write a new end against the grant that the caller holds.",
    ),
    (
        "A lease that was taken over is lost; renewing says so, releasing does nothing.",
        "A runner that slept through its lease would throw out the one that works now.",
        "Compare the grant on every renewal and release; raise `LeaseLost` with both owners.",
    ),
    (
        "A lease of an earlier grant is not one's own.",
        "The same process may have lost its lease and got it again: its old threads must stop.",
        "Give each grant an identity of its own, besides the owner's name.",
    ),
    (
        "Releasing twice is harmless.",
        "Clean-up code runs twice more often than once.",
        "Ignore a grant that is no longer there.",
    ),
    (
        "Only the named owner is evicted.",
        "Evicting is for processes known to be dead; anybody else keeps what they hold.",
        "Treat the lease as expired only if its owner is the one named in `evict`.",
    ),
)
