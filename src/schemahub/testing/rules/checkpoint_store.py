"""What a checkpoint store promises."""

from __future__ import annotations

from schemahub.testing.rules.rule import rules_of

CHECKPOINT_STORE = rules_of(
    "CT-CKP",
    (
        "A stream without a checkpoint is None, and no stream is listed.",
        "A first run and a lost checkpoint look the same; an error here would stop both.",
        "Return None where nothing is stored.",
    ),
    (
        "Every part of a checkpoint comes back as it was saved.",
        "A field that is dropped (a gap's reads, a plan's codec) changes what the next run does.",
        "Store the whole document; times and ids are 64-bit integers, never floats.",
    ),
    (
        "A save against an old version is a conflict, and changes nothing.",
        "It is all that keeps a runner that slept from moving the watermark back (R3).",
        "Compare the version and write in one step of the backend.",
    ),
    (
        "Equal checkpoints of two writers are not mistaken for one.",
        "A version made from the content would let a late writer win by accident.",
        "Draw a fresh version for each save.",
    ),
    (
        "Of racing saves exactly one wins, and what is stored is the winner's.",
        "Two winners of one version each believe in a plan of their own.",
        "Use the backend's compare-and-set.",
    ),
    (
        "`streams` names each stream that has a checkpoint once; an exchange's name is matched whole.",
        "`coinbase` and `coinbasepro` begin alike; status and gaps would show the wrong one.",
        "Compare the parsed exchange, not a prefix of the key.",
    ),
)
