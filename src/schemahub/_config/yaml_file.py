"""Read a YAML file as (path, value, line), so that a mistake can be shown where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml


def read_yaml(text: str, source: str) -> Iterator[tuple[tuple[str, ...], object, int]]:
    """Yield every value that is no mapping, with its path and 1-based line.

    An empty value says nothing and is left out. Refused with file and line: broken YAML, anything but a
    mapping at the top, names that are no text, and a name given twice (YAML itself would silently keep
    the last).
    """
    import yaml

    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if root is not None:
            yield from _walk(loader, root, (), source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{source}:{mark.line + 1}" if mark else source
        msg = "not valid YAML"
        raise ConfigError(msg, where=where, found=getattr(error, "problem", None) or str(error)) from error
    finally:
        loader.dispose()


def _walk(
    loader: yaml.SafeLoader, node: yaml.Node, path: tuple[str, ...], source: str
) -> Iterator[tuple[tuple[str, ...], object, int]]:
    import yaml

    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        if not path:
            msg = "a configuration file holds a mapping"
            raise ConfigError(msg, where=f"{source}:{line}", expected="section: {name: value}")
        value = loader.construct_object(node, deep=True)
        if value is not None:
            yield path, value, line
        return
    seen: set[str] = set()
    for key_node, value_node in node.value:
        key = _key(key_node, source)
        if key in seen:
            msg = f"{'.'.join((*path, key))} is given twice"
            raise ConfigError(msg, where=f"{source}:{key_node.start_mark.line + 1}")
        seen.add(key)
        yield from _walk(loader, value_node, (*path, key), source)


def _key(node: yaml.Node, source: str) -> str:
    if node.tag != "tag:yaml.org,2002:str":
        msg = "a setting's name is plain text"
        raise ConfigError(msg, where=f"{source}:{node.start_mark.line + 1}", found=repr(node.value))
    return cast("str", node.value)
