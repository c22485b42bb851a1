"""`flask user` and `flask apikey`: who may come in, without a browser."""

import functools
import json
import sys
from collections.abc import Callable
from typing import ParamSpec
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.accounts import audit, keys, messages, passwords, schema, service
from kiosk.accounts.models import Account, ApiKey
from kiosk.accounts.permissions import Role
from kiosk.core.text import normalise
from kiosk.edge.messages import MESSAGES
from kiosk.edge.transaction import reading, writing_session
from kiosk.errors import DomainError, NotFoundError

user = AppGroup("user", help="People who sign in.")
apikey = AppGroup("apikey", help="Keys with which programs read figures or make slips.")

Parameters = ParamSpec("Parameters")

email_option = click.option("--email", required=True, help="Address of the account.")
stdin_option = click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from the first line of standard input.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


def in_words(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Tell what the data refuse in words, with exit status 1."""

    @functools.wraps(command)
    def told(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        try:
            command(*arguments, **options)
        except DomainError as error:
            words = messages.FAULTS.get(str(error.details.get("reason")))
            raise click.ClickException(str(words or MESSAGES[error.code])) from None

    return told


@user.command("create")
@email_option
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", help="Name as shown; without it the part before the @.")
@stdin_option
@json_option
@in_words
def create_user(
    email: str, role: str, name: str | None, *, password_stdin: bool, as_json: bool
) -> None:
    """Make an account; asks for the password unless it comes on standard input."""
    draft = schema.draft_of(email, name or email.partition("@")[0], role)
    password_hash = passwords.new_hash(
        _password(from_stdin=password_stdin), email=draft.email, name=draft.name
    )
    with writing_session() as session:
        account = service.create(
            session,
            service.home(session),
            draft,
            password_hash=password_hash,
            must_change=False,
            now=clock.now(),
        )
        _record(session, "account.create", account.email, role=account.role)
        made = _described(account)
    click.echo(
        json.dumps(made, ensure_ascii=False) if as_json else f"Đã tạo {made['email']}."
    )


@user.command("reset")
@email_option
@stdin_option
@in_words
def reset_user(email: str, *, password_stdin: bool) -> None:
    """Replace a password, end the account's sessions and let it in again."""
    account = _account(reading(), email)
    own = {"email": account.email, "name": account.name}
    reading().rollback()
    password_hash = passwords.new_hash(_password(from_stdin=password_stdin), **own)
    with writing_session() as session:
        account = _account(session, email)
        action = "account.enable" if account.disabled_at else "account.reset"
        service.enable(account)
        service.set_password(account, password_hash, must_change=False)
        _record(session, action, account.email)
    click.echo(f"Đã đặt lại mật khẩu của {own['email']}.")


@user.command("disable")
@email_option
@in_words
def disable_user(email: str) -> None:
    """Shut an account and end its sessions; it can be opened again with `user reset`."""
    with writing_session() as session:
        account = _account(session, email)
        service.disable(session, account, now=clock.now())
        _record(session, "account.disable", account.email)
        shut = account.email
    click.echo(f"Đã khóa {shut}.")


@user.command("list")
@json_option
@in_words
def list_users(*, as_json: bool) -> None:
    """List every account with its role and whether it is disabled."""
    session = reading()
    rows = [_described(row) for row in service.listing(session, service.home(session))]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        shut = "đã khóa" if row["disabled_at"] else ""
        click.echo(f"{row['email']}\t{row['role']}\t{row['name']}\t{shut}".rstrip())


@apikey.command("create")
@click.option("--name", required=True, help="The program that will hold the key.")
@click.option("--scope", required=True, type=click.Choice(keys.SCOPES))
@json_option
@in_words
def create_key(name: str, scope: str, *, as_json: bool) -> None:
    """Make a key and print it, once; it is sent as `Authorization: Bearer`."""
    with writing_session() as session:
        row, key = keys.create(
            session,
            service.home(session),
            name=schema.name_of(name),
            scope=scope,
            now=clock.now(),
        )
        _record(session, "apikey.create", row.name, scope=scope)
        made = {"id": str(row.id), "name": row.name, "scope": row.scope, "key": key}
    click.echo(json.dumps(made, ensure_ascii=False) if as_json else key)


@apikey.command("list")
@json_option
@in_words
def list_keys(*, as_json: bool) -> None:
    """List every key by name, scope and whether it is revoked; never the key itself."""
    session = reading()
    rows = [_key_described(row) for row in keys.listing(session, service.home(session))]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        shut = "đã thu hồi" if row["revoked_at"] else ""
        click.echo(f"{row['id']}\t{row['scope']}\t{row['name']}\t{shut}".rstrip())


@apikey.command("revoke")
@click.option("--id", "key_id", required=True, type=click.UUID, help="As listed.")
@in_words
def revoke_key(key_id: UUID) -> None:
    """Make a key worthless from now on."""
    with writing_session() as session:
        row = keys.revoke(session, service.home(session), key_id, now=clock.now())
        _record(session, "apikey.revoke", row.name, scope=row.scope)
        name = row.name
    click.echo(f"Đã thu hồi {name}.")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        line = sys.stdin.readline()
        return line.removesuffix("\n").removesuffix("\r")
    return str(click.prompt("Mật khẩu", hide_input=True, confirmation_prompt=True))


def _account(session: Session, email: str) -> Account:
    account = service.find_by_email(session, normalise(email))
    if account is None:
        raise NotFoundError(what="account")
    return account


def _record(session: Session, action: str, subject: str, **detail: str) -> None:
    command = click.get_current_context()
    group = command.parent.info_name if command.parent else ""
    audit.record(
        session,
        actor=f"flask {group} {command.info_name}",
        action=action,
        subject=subject,
        detail=detail,
        now=clock.now(),
    )


def _described(account: Account) -> dict[str, str | None]:
    shut = account.disabled_at
    return {
        "id": str(account.id),
        "email": account.email,
        "name": account.name,
        "role": account.role,
        "disabled_at": shut.isoformat() if shut else None,
    }


def _key_described(row: ApiKey) -> dict[str, str | None]:
    shut = row.revoked_at
    return {
        "id": str(row.id),
        "name": row.name,
        "scope": row.scope,
        "revoked_at": shut.isoformat() if shut else None,
    }
