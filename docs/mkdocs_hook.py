"""What the site's build adds to the pages as they stand in the repository."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

_LINK = re.compile(r"\]\(([^)\s#]+)(#[^)\s]*)?\)")
_FENCE = re.compile(r"^( *```\w+) ([^\n`]*)$", re.MULTILINE)
_DECISIONS = "decisions/index.md"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the list of decisions."""
    if files.get_file_from_path(_DECISIONS) is None:
        files.append(File.generated(config, _DECISIONS, content=_decisions(Path(config.docs_dir))))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Make links out of docs/ lead to the repository, and take the marks for the tests from the fences."""
    del files
    folder = (Path(config.docs_dir) / page.file.src_uri).parent

    def link(match: re.Match[str]) -> str:
        return f"]({_target(folder, match[1], Path(config.docs_dir), str(config.repo_url))}{match[2] or ''})"

    shown = _FENCE.sub(_unmarked, _LINK.sub(link, markdown))
    return f"{shown}\n{_help()}" if page.file.src_uri == "reference/help.md" else shown


def _target(folder: Path, link: str, docs: Path, repository: str) -> str:
    if "://" in link:
        return link
    found = (folder / link).resolve()
    if found == docs / "decisions":
        return f"{link.rstrip('/')}/index.md"
    if found.is_relative_to(docs) or not found.exists():
        return link
    kind = "tree" if found.is_dir() else "blob"
    return f"{repository.rstrip('/')}/{kind}/main/{found.relative_to(docs.parent).as_posix()}"


def _unmarked(match: re.Match[str]) -> str:
    title = re.search(r'title="[^"]+"', match[2])
    return f"{match[1]} {title[0]}" if title else match[1]


def _decisions(docs: Path) -> str:
    rows = [
        f"- [{path.read_text(encoding='utf-8').splitlines()[0].lstrip('# ')}]({path.name})"
        for path in sorted((docs / "decisions").glob("[0-9]*.md"))
    ]
    return "\n".join(["# Decisions", "", "For whoever asks why it is so and not otherwise.", "", *rows, ""])


def _help() -> str:
    from schemahub.cli._group import cli

    parts: list[str] = []
    for context in _contexts(
        click.Context(cli, info_name="schemahub", terminal_width=100, **cli.context_settings)
    ):
        text = context.command.get_help(context)
        parts += ["", f"## `{context.command_path}`", "", "```text", text, "```"]
    return "\n".join([*parts, ""])


def _contexts(context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None:
                yield from _contexts(
                    click.Context(command, info_name=name, parent=context, terminal_width=100)
                )
