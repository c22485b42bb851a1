"""What is written about a person, from a form or a command, into a frozen type."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from kiosk.accounts.permissions import Role
from kiosk.core.text import normalise
from kiosk.errors import BadFieldError

MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """A person as described by whoever makes the account."""

    email: str
    name: str
    role: Role


def folded_email(text: str) -> str:
    """Return an address as it is compared; it need not be one."""
    return normalise(text).strip().lower()


def draft_of(email: str, name: str, role: str) -> Draft:
    """Read the three; raise BadFieldError for the first that is not usable."""
    return Draft(email_of(email), name_of(name), role_of(role))


def email_of(text: str) -> str:
    """Read an e-mail address; nothing is asked of the network."""
    try:
        valid = validate_email(
            normalise(text).strip(), check_deliverability=False, allow_smtputf8=False
        )
    except EmailNotValidError:
        raise BadFieldError(field="email", reason="email") from None
    return (valid.ascii_email or valid.normalized).lower()


def name_of(text: str) -> str:
    """Read a person's name, on one line."""
    name = " ".join(normalise(text).split())
    if not name or len(name) > MAX_NAME_LENGTH:
        raise BadFieldError(field="name", reason="name")
    return name


def role_of(text: str) -> Role:
    """Read a role by its code."""
    try:
        return Role(text)
    except ValueError:
        raise BadFieldError(field="role", reason="role") from None
