"""YAML as nodes that know their line, so that a mistake is shown where it stands."""

from __future__ import annotations

import difflib
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import yaml

from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator


class Nodes:
    """Takes one document apart; every complaint is a `ConfigError` that starts with `source:line`."""

    def __init__(self, source: str) -> None:
        """Keep the name of the file."""
        self._source = source
        self._place = ""

    @contextmanager
    def inside(self, place: str) -> Iterator[None]:
        """Name the place in the document in every complaint from within."""
        outer, self._place = self._place, place
        try:
            yield
        finally:
            self._place = outer

    def root(self, text: str) -> yaml.Node:
        """Parse a document."""
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            msg = f"not valid YAML: {error.problem}"
            raise ConfigError(msg, where=f"{self._source}:{mark.line + 1 if mark else 1}") from error
        except yaml.YAMLError as error:
            msg = f"not valid YAML: {' '.join(str(error).split())}"
            raise ConfigError(msg, where=f"{self._source}:1") from error
        if root is None:
            msg = "the file is empty"
            raise ConfigError(msg, where=f"{self._source}:1", expected="a mapping")
        return root

    def entries(self, node: yaml.Node, allowed: Collection[str] | None = None) -> dict[str, yaml.Node]:
        """Return a YAML mapping's entries; unknown and doubled keys are refused."""
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, "not a mapping", expected="key: value lines")
        found: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if key in found:
                self.refuse(key_node, f"{key!r} is there twice")
            if allowed is not None:
                self.one_of(key_node, allowed, "unknown key")
            found[key] = value
        return found

    def items(self, node: yaml.Node) -> list[yaml.Node]:
        """Return a YAML list's items."""
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(node, "not a list", expected="[a, b]")
        return list(node.value)

    def text(self, node: yaml.Node) -> str:
        """Return a scalar as it is written: `1.10` stays `1.10`, `true` stays `true`."""
        if not isinstance(node, yaml.ScalarNode):
            self.refuse(node, "not a plain value")
        return str(node.value)

    def integer(self, node: yaml.Node) -> int | None:
        """Return the value of an unquoted integer, None for anything else."""
        text = self.text(node)
        is_integer = node.tag == "tag:yaml.org,2002:int" and text.isdecimal()
        return int(text) if is_integer else None

    def one_of(self, node: yaml.Node, allowed: Iterable[str], complaint: str) -> str:
        """Return a scalar that must be one of `allowed`; suggest the nearest otherwise."""
        text, known = self.text(node), list(allowed)
        if text not in known:
            by_lower = {name.lower(): name for name in known}
            near = [by_lower[name] for name in difflib.get_close_matches(text.lower(), by_lower, 1)]
            hint = f"Did you mean {near[0]!r}?" if near else None
            self.refuse(node, complaint, expected=", ".join(known), found=repr(text), hint=hint)
        return text

    def refuse(
        self,
        node: yaml.Node,
        message: str,
        *,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> NoReturn:
        """Raise, naming the file and the node's line."""
        where = f"{self._source}:{node.start_mark.line + 1}" + (f": {self._place}" if self._place else "")
        raise ConfigError(message, where=where, expected=expected, found=found, hint=hint)
