"""What a raw sink promises."""

from __future__ import annotations

from schemahub.testing.rules.rule import rules_of

RAW_SINK = rules_of(
    "CT-RAW",
    (
        "A batch reads as the plain lines that were put, whatever its codec.",
        "Raw is the evidence that everything else is proved from (R1).",
        "Store the batch's bytes untouched, and unpack by the name's codec in `open`.",
    ),
    (
        "A batch is stored once: a second put of its name says no, and changes nothing.",
        "A run that was killed puts its last batch again; other runners put the very same (R4, R6).",
        "Use a create-only write, and return whether this call stored the batch.",
    ),
    (
        "Of racing puts of one batch exactly one stores it.",
        "Two that both say yes count its trades twice, and one of them was overwritten.",
        "Make the existence check and the write one step of the backend.",
    ),
    (
        "A listing shows the very names that were put, in their order, with their sizes.",
        "Coverage, adoption and proofs are made from names alone.",
        "Keep every part of a name (time, uuid, ids, count, codec), and sort by the printed name.",
    ),
    (
        "A listing since a time has what was created then or later, that very microsecond included.",
        "Adoption lists from its plan's time: a batch left out is fetched and stored again.",
        "Compare `created_us >= since_us`.",
    ),
    (
        "One stream does not see another, however alike their names.",
        "BTC-USD, BTC-USDC and BTC are three products; quotes and trades are two streams.",
        "Compare exchange, product and stream whole.",
    ),
    (
        "`streams` names each stream that has batches once; an exchange's name is matched whole.",
        "`verify` and `transform` work through this list: what it leaves out is never looked at.",
        "Take streams from what is stored; keep product ids with `/`, blanks or other alphabets.",
    ),
    (
        "A batch that is gone is `NotFound`.",
        "A transform tells a vanished batch from a network that fails by this class alone.",
        "Turn the backend's missing-key error into `NotFound`.",
    ),
)
