"""What `schemahub doctor` tells of AWS: the region, and where credentials come from, never what they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from schemahub.checkup import problem, warning, well
from schemahub.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.checkup import Checkup, Finding

_CREDENTIALS = "Give the task a role, run `aws configure`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID."
_ASK_THE_NETWORK = {"assume-role", "assume-role-with-web-identity", "sso", "container-role", "iam-role"}


@hookimpl
def schemahub_checkup(asked: Checkup) -> tuple[Finding, ...]:
    """Look at what lake, leases, catalog or query engine need; at nothing where none of them is of AWS."""
    used = (
        (asked.lake or "").startswith("s3://"),
        asked.locks == "dynamodb",
        asked.catalog == "glue",
        asked.query_engine == "athena",
    )
    return tuple(_findings(offline=asked.offline)) if any(used) else ()


def _findings(*, offline: bool) -> Iterator[Finding]:
    import botocore.session
    from botocore.exceptions import BotoCoreError

    session = botocore.session.Session()
    try:
        yield _region(os.environ.get("AWS_REGION") or session.get_config_variable("region"))
        # Half a second, once, not the usual two tries: outside AWS nobody answers there.
        session.set_config_variable("metadata_service_timeout", 0.5)
        yield _credentials(session, offline=offline)
    except BotoCoreError as error:
        yield problem("credentials", "AWS", str(error), _CREDENTIALS)


def _region(name: str | None) -> Finding:
    if name:
        return well("configuration", "AWS region", name)
    return problem("configuration", "AWS region", "none is set", "Set AWS_REGION, such as eu-central-1.")


def _credentials(session: Any, *, offline: bool) -> Finding:  # noqa: ANN401 - botocore has no types
    chain = session.get_component("credential_provider").providers
    asked = [provider for provider in chain if not (offline and provider.METHOD in _ASK_THE_NETWORK)]
    source = next((provider.METHOD for provider in asked if provider.load() is not None), None)
    if source is not None:
        return well("credentials", "AWS", f"there, from {source}")
    if offline:
        return warning("credentials", "AWS", "none on this machine; a role cannot be asked for offline")
    return problem("credentials", "AWS", "none found", _CREDENTIALS)
