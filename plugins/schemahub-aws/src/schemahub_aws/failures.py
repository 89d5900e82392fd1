"""What a failed request means: send it again, tell a person, or let the caller decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

_SERVER_ERROR = 500
_TOO_MANY = 429
_AGAIN = frozenset(
    {
        "ConditionalRequestConflict",  # S3: another conditional request was under way
        "OperationAborted",
        "RequestTimeout",  # 400: the body did not arrive in time
        "IncompleteBody",
        "BadDigest",  # damaged on its way
        "XAmzContentChecksumMismatch",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestLimitExceeded",
        "ProvisionedThroughputExceededException",
        "RequestThrottled",
        "LimitExceededException",
        "TransactionInProgressException",
        "PriorRequestNotComplete",
    }
)
_CREDENTIALS = frozenset(
    {
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "UnrecognizedClientException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidToken",
        "MissingAuthenticationToken",
        "ExpiredToken",
        "ExpiredTokenException",
    }
)
_CLOCK = frozenset({"RequestTimeTooSkewed", "RequestExpired"})
_REGION = frozenset(
    {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301"}
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AllAccessDisabled", "Forbidden", "403"})


class Refused(Exception):
    """The service answered with one of the codes that the caller asked to see.

    `doubtful`: an earlier request of the same call may have taken effect without its reply arriving.
    """

    def __init__(self, code: str, *, doubtful: bool) -> None:
        """Keep both."""
        super().__init__(code)
        self.code = code
        self.doubtful = doubtful


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What error messages say of one service: the permissions it takes, and how to make what is missing."""

    permissions: str
    missing: tuple[str, ...]
    """Codes that say that the bucket, table, ... does not exist."""
    make: str


def code_of(error: ClientError) -> str:
    """Return the service's own name for the error; for a HEAD, which has no body, the status."""
    return str(error.response.get("Error", {}).get("Code", ""))


def may_be_repeated(error: ClientError | BotoCoreError) -> bool:
    """Tell whether the same request may succeed a little later."""
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return code_of(error) in _AGAIN or status >= _SERVER_ERROR or status == _TOO_MANY
    passing = (
        exceptions.HTTPClientError,
        exceptions.IncompleteReadError,
        exceptions.FlexibleChecksumError,
    )
    return isinstance(error, passing) or type(error).__name__ == "ResponseParserError"


def reason(error: ClientError | BotoCoreError) -> str:
    """Return what the service or the connection said, in one line without a secret."""
    from botocore.exceptions import ClientError

    if not isinstance(error, ClientError):
        return str(error)
    said = error.response.get("Error", {}).get("Message", "")
    return f"{code_of(error)}: {said}" if said else code_of(error)


def for_a_person(error: ClientError | BotoCoreError, service: Service, where: str) -> ConfigError:
    """Return the error that says what a person has to change."""
    from botocore.exceptions import ClientError

    if not isinstance(error, ClientError):
        hint = "Credentials come from the role, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        return ConfigError("AWS cannot be used", where=where, found=str(error), hint=hint)
    message, advice = _advice(code_of(error), service, _region_of(error))
    return ConfigError(message, where=where, found=reason(error), hint=advice)


def _advice(code: str, service: Service, region: str | None) -> tuple[str, str | None]:
    if code in service.missing:
        return "it does not exist", service.make
    if code in _DENIED:
        return "access is denied", f"The role or user needs {service.permissions}."
    if code in _CREDENTIALS:
        return "the credentials are not accepted", "Renew them, or check AWS_PROFILE."
    if code in _REGION:
        return "it is in another region", f"Set AWS_REGION{f' to {region}' if region else ''}."
    if code in _CLOCK:
        return "this machine's clock is wrong", "Set it by NTP."
    return "the request was refused", None


def _region_of(error: ClientError) -> str | None:
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    found = headers.get("x-amz-bucket-region") or error.response.get("Error", {}).get("Region")
    return str(found) if found else None
