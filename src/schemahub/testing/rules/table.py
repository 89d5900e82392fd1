"""What a table promises."""

from __future__ import annotations

from schemahub.testing.rules.rule import rules_of

TABLE = rules_of(
    "CT-TAB",
    (
        "A table that nothing was committed to is an empty version 1.",
        "The first transform of a lake begins there.",
        "Return `Snapshot()` where no manifest exists.",
    ),
    (
        "What is committed is read back, every field.",
        "Covered ranges, pending inputs and claims decide what the next run transforms.",
        "Store every field of `Snapshot`.",
    ),
    (
        "Writing a file shows nothing, and writing it again gives the same file.",
        "A run that died between write and commit is repeated; its rows must not appear twice (R2).",
        "Make a file visible by `commit` alone, and derive its name from the inputs.",
    ),
    (
        "Rows that lack a column are refused.",
        "A file without a column breaks every later query of the table.",
        "Compare the schema before writing.",
    ),
    (
        "A commit on an old state is a conflict, and changes nothing.",
        "Two transforms at once would each drop the other's files.",
        "Compare the snapshot's token and write in one step.",
    ),
    (
        "The same state committed twice is still two commits.",
        "A token made from the content lets a stale commit through.",
        "Draw a fresh token for each commit.",
    ),
    (
        "Of racing commits exactly one wins.",
        "Containers do transform at once.",
        "Use the backend's compare-and-set.",
    ),
    (
        "A file that is about to be deleted cannot be added.",
        "The collector deletes it a moment later, and its rows are lost.",
        "Refuse a commit that adds a name in `deleting`.",
    ),
    (
        "A new version is seen once it is published, and not before.",
        "Readers must never see a half-built table.",
        "Keep the pointer to the current version apart, and switch it in `publish`.",
    ),
    (
        "A version that covers less than the one readers see is not published.",
        "A reprocessing that lacks a day would make trades vanish.",
        "Compare covered ranges before switching.",
    ),
    (
        "An earlier state is read as it was, or refused in one sentence.",
        "A backtest that asks for yesterday's table must not get today's.",
        "Leave `as_of` as it is, or return what was committed under that token.",
    ),
    (
        "Tidying leaves the current state as it is.",
        "`compact` tidies while others read and commit.",
        "Forget earlier states alone.",
    ),
    (
        "A state names ten thousand pinned objects, and shows many days at once.",
        "A run may become visible in one commit, however much it found.",
        "Keep the state where its size has no limit, such as an object of its own.",
    ),
)
