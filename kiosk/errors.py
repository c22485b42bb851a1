"""The error tree: each error has a stable code and an HTTP status.

Messages for people are made at the edge, in the reader's language, from the code.
"""

from collections.abc import Mapping
from typing import ClassVar


class DomainError(Exception):
    """Something asked of us that the data or the rules refuse."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422

    def __init__(self, **details: object) -> None:
        """Keep what the message needs; never personal data."""
        super().__init__(self.code)
        self.details: Mapping[str, object] = details


class NotFoundError(DomainError):
    """There is nothing under that name."""

    code = "not_found"
    status = 404


class NotAllowedError(DomainError):
    """This person or program may not do that."""

    code = "not_allowed"
    status = 403


class UnknownDeviceError(DomainError):
    """No device key, an unknown one, or a revoked one."""

    code = "device_unknown"
    status = 401


class AlreadyPairedError(DomainError):
    """The key that asks to be paired opens already."""

    code = "already_paired"
    status = 409


class TooManyPairingsError(DomainError):
    """Too many tablets wait to be paired; details.retry_after is in seconds."""

    code = "too_many_pairings"
    status = 429


class RescueFileError(DomainError):
    """A file is not what this tablet saved; details.reason says why."""

    code = "rescue_file"
    status = 422


class NotJsonError(DomainError):
    """The body is not JSON, or was cut."""

    code = "not_json"
    status = 400


class EnvelopeError(DomainError):
    """The body is JSON of the wrong shape; details.faults names each place."""

    code = "envelope"
    status = 422


class BodyTooLargeError(DomainError):
    """The body passes the limit; details.limit is in bytes."""

    code = "too_large"
    status = 413


class MediaTypeError(DomainError):
    """The body is not declared as application/json."""

    code = "media_type"
    status = 415


class BadFilterError(DomainError):
    """A figure was asked for with a parameter that does not exist here."""

    code = "filter"
    status = 422


class SurveyChangedError(DomainError):
    """A published version was given another definition."""

    code = "survey_changed"
    status = 409


class ReferenceDataError(DomainError):
    """A reference file is not usable; details.faults names file and key."""

    code = "reference_data"
    status = 422


class DuplicateError(DomainError):
    """That name is taken."""

    code = "taken"
    status = 409


class BadFieldError(DomainError):
    """One field of what was sent is not usable; details.field and details.reason."""

    code = "field"
    status = 422


class TooManyAttemptsError(DomainError):
    """Too many failed attempts; details.retry_after is in seconds."""

    code = "too_many_attempts"
    status = 429


class TooManySheetsError(DomainError):
    """One poster sent too much at once; details.retry_after is in seconds."""

    code = "too_many_sheets"
    status = 429


class UnavailableError(DomainError):
    """The database did not answer; nothing was stored, send it again."""

    code = "unavailable"
    status = 503
