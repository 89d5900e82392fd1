"""What a catalog promises."""

from __future__ import annotations

from schemahub.testing.rules.rule import rules_of

CATALOG = rules_of(
    "CT-CAT",
    (
        "Each day is found in its folder, once, also when told twice.",
        "An engine that sees two folders of a day counts its trades twice.",
        "Make registering idempotent: one entry a day.",
    ),
    (
        "What is newer stays, and an older state is a conflict.",
        "A process that slept would point readers at files that are about to be deleted.",
        "Read what is registered, compare by `DayFolder`, raise `Conflict`.",
    ),
    (
        "A new version is newer whatever its generations.",
        "A reprocessed table begins its generations anew.",
        "Compare the version first; drop days that the new version lacks.",
    ),
    (
        "A state that was read too long ago is not written.",
        "Its files may be collected by then.",
        "Call `turn.check()` right before each write.",
    ),
    (
        "A wish to stop ends it before the next write.",
        "A stopped run must not change what others see.",
        "Let `turn.check()` raise; catch nothing.",
    ),
)
