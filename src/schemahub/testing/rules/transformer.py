"""What a transformer promises."""

from __future__ import annotations

from schemahub.testing.rules.rule import rules_of

TRANSFORMER = rules_of(
    "CT-TRF",
    (
        "Each raw line is a row or a rejected line, never both, never neither.",
        "A line that is dropped quietly is a trade that is missing from the table for ever (R2).",
        "Number the lines as they are read; return those without a row in `rejected`.",
    ),
    (
        "Rows have the unified columns, in order, with their types.",
        "All exchanges share one table; a column of another type splits it.",
        "Build the rows with `schemahub.transformer.UNIFIED_COLUMNS`.",
    ),
    (
        "Rows come in the order of their lines, and `lines` says which.",
        "Where raw batches overlap, rows are clipped by line numbers: wrong ones drop the wrong trades.",
        "Keep the order; `lines` ascends strictly and has one number a row.",
    ),
    (
        "The same bytes give the same rows, whichever instance reads them, whatever it read before (R10).",
        "A retry after a crash has to write the same file.",
        "Keep no state between batches; read no clock and no locale.",
    ),
    (
        "A bad line costs that line, and comes back verbatim with a rule.",
        "One odd row in a million must not stop a year's transform, nor vanish.",
        "Catch a line's error at that line; return its own bytes and the name of what it broke.",
    ),
    (
        "A field that the mapping does not name is reported as drift, and costs no row.",
        "An exchange that adds a field (a maker flag, a sequence number) is noticed the same day.",
        "Compare the fields seen with those named; list the others once.",
    ),
    (
        "`ingest_ts` is the batch's time, never the clock's.",
        "A table transformed again would differ from itself (R10).",
        "Take it from `RawLines.ingest_us`.",
    ),
    (
        "The digest is the same for the same mapping, and another one for another.",
        "Files are named by it: a changed mapping with an old digest would write nothing new.",
        "Hash the mapping's meaning, and the version of the code that applies it.",
    ),
    (
        "Nothing given is changed, and one bad byte string is no crash.",
        "Batches are shared with proofs that read them after the transform.",
        "Copy before you edit; treat bytes that are no JSON as rejected lines.",
    ),
    (
        "A mapping that is wrong is a `ConfigError` that names its source.",
        "A typo in a mapping is found when it is opened, not as a million rejected rows.",
        "Check the mapping in `open`, and say file, line and field.",
    ),
)
