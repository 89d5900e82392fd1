"""The commands there are: name, module and help line, so that `--help` need import none of them."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("schemahub.cli.demo", "Show the whole way on this machine: no account, no network."),
    "update-seed": ("schemahub.cli.update_seed", "Write an exchange's product list into the seed file."),
    "ingest": ("schemahub.cli.ingest", "Fetch new trades, from the watermark to the head."),
    "backfill": ("schemahub.cli.backfill", "Fetch a range of the past; resumable."),
    "transform": ("schemahub.cli.transform", "Turn new raw trades into rows of the unified table."),
    "compact": ("schemahub.cli.compact", "Pack small files of the table into large ones."),
    "verify": ("schemahub.cli.verify", "Prove completeness and uniqueness of what is stored."),
    "gaps": ("schemahub.cli.gaps", "List holes in the exchange's own history, and re-read them."),
    "status": ("schemahub.cli.status", "Show each product's watermark, lag, rows, files and gaps."),
    "sql": ("schemahub.cli.sql", "Query the table as `trades`, with DuckDB or another engine."),
    "report": ("schemahub.cli.report", "Write one HTML page that shows how the lake is."),
    "ddl": ("schemahub.cli.ddl", "Print the statements by which another engine reads the table."),
    "doctor": ("schemahub.cli.doctor", "Look for what would keep a run from working, and say what to do."),
    "plugins": ("schemahub.cli.plugins", "List what is installed; --check tries each."),
    "simulate": ("schemahub.cli.simulate", "Serve a local exchange that behaves like a real one."),
    "new": ("schemahub.cli.new", "Begin a plugin of your own, with tests that run at once."),
    "record": ("schemahub.cli.record", "Keep what an exchange answers, for tests that need no exchange."),
    "completion": ("schemahub.cli.completion", "Print the script by which a shell completes commands."),
    "schema": ("schemahub.cli.schema", "Print the JSON Schema of what a command prints with --json."),
    "version": ("schemahub.cli.version", "Show the versions of schemahub and its plugins."),
}
"""By name; each module has its click command as `command`."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "Begin": ("demo", "doctor"),
    "Collect": ("update-seed", "ingest", "backfill", "gaps"),
    "Make the table": ("transform", "compact"),
    "Prove and watch": ("verify", "status", "report"),
    "Read": ("sql", "ddl"),
    "Extend": ("plugins", "new", "simulate", "record"),
    "Script": ("completion", "schema", "version"),
}
"""What people do, in the order that `--help` shows it."""
