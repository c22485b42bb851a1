"""Accounts of others: made, described, reset, disabled and opened again."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.accounts import messages, passwords, permissions, schema, service
from kiosk.accounts.forms import NewPersonForm, PersonForm, show_fault
from kiosk.accounts.models import Account
from kiosk.accounts.permissions import Role
from kiosk.edge.audit import record
from kiosk.edge.transaction import reading, writing_session
from kiosk.errors import BadFieldError, DuplicateError, NotFoundError

blueprint = Blueprint("people", __name__, url_prefix="/settings/accounts")


@blueprint.get("")
def people() -> ResponseReturnValue:
    """List every account."""
    return render_template(
        "accounts/people.html",
        people=service.listing(reading(), current_user.centre_id),
        role_names=messages.ROLES,
        manages=permissions.manages,
    )


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """Ask who the new person is."""
    return _new_page(_new_form())


def _new_form() -> NewPersonForm:
    form = NewPersonForm()
    form.offer(permissions.MANAGED[Role(current_user.role)])
    return form


def _new_page(form: NewPersonForm) -> str:
    return render_template(
        "accounts/new.html", form=form, role_rights=messages.ROLE_RIGHTS
    )


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    """Make an account and show its first password, once."""
    form = _new_form()
    if not form.validate():
        return _new_page(form), 422
    try:
        draft = schema.draft_of(form.email.data, form.name.data, form.role.data)
        password, password_hash = _one_time_password(draft.email, draft.name)
        with writing_session() as session:
            service.create(
                session,
                current_user.centre_id,
                draft,
                password_hash=password_hash,
                must_change=True,
                now=clock.now(),
            )
            detail = {"name": draft.name, "role": draft.role}
            record(session, action="account.create", subject=draft.email, detail=detail)
    except (BadFieldError, DuplicateError) as error:
        show_fault(form, error)
        return _new_page(form), error.status
    return _password_page(draft.email, draft.name, password), 201


def _one_time_password(email: str, name: str) -> tuple[str, str]:
    password = passwords.one_time_password()
    return password, passwords.new_hash(password, email=email, name=name)


def _password_page(email: str, name: str, password: str) -> str:
    return render_template(
        "accounts/password.html", email=email, name=name, password=password
    )


@blueprint.get("/<uuid:account_id>")
def person(account_id: UUID) -> ResponseReturnValue:
    """Show one account and what can be done with it."""
    account = _managed(reading(), account_id)
    return _person_page(account, _person_form(account))


def _managed(session: Session, account_id: UUID) -> Account:
    account = service.find(session, current_user.centre_id, account_id)
    if account is None:
        raise NotFoundError
    service.check_managed(current_user.role, account)
    return account


def _person_form(account: Account) -> PersonForm:
    form = PersonForm(data={"name": account.name, "role": account.role})
    form.offer(permissions.MANAGED[Role(current_user.role)])
    return form


def _person_page(account: Account, form: PersonForm) -> str:
    return render_template(
        "accounts/person.html",
        person=account,
        form=form,
        role_names=messages.ROLES,
        role_rights=messages.ROLE_RIGHTS,
    )


@blueprint.post("/<uuid:account_id>")
def change(account_id: UUID) -> ResponseReturnValue:
    """Give the account another name or role."""
    account = _managed(reading(), account_id)
    form = _person_form(account)
    if not form.validate():
        return _person_page(account, form), 422
    try:
        name, role = schema.name_of(form.name.data), schema.role_of(form.role.data)
        with writing_session() as session:
            account = _managed(session, account_id)
            if role != account.role:
                _check_other(account)
            detail = {"name": name, "role": role}
            service.describe(session, account, name=name, role=role)
            record(
                session, action="account.change", subject=account.email, detail=detail
            )
    except BadFieldError as error:
        show_fault(form, error)
        return _person_page(_managed(reading(), account_id), form), 422
    flash(_("Đã lưu tài khoản."))
    return redirect(url_for(".people"))


def _check_other(account: Account) -> None:
    """Refuse what would shut the signed-in person out."""
    if account.id == current_user.id:
        raise BadFieldError(field="role", reason="yourself")


@blueprint.get("/<uuid:account_id>/reset")
def ask_reset(account_id: UUID) -> ResponseReturnValue:
    """Ask before a password is replaced."""
    account = _managed(reading(), account_id)
    return render_template("accounts/reset.html", person=account)


@blueprint.post("/<uuid:account_id>/reset")
def reset(account_id: UUID) -> ResponseReturnValue:
    """Replace the password, open the account again, and show the new one, once."""
    account = _managed(reading(), account_id)
    password, password_hash = _one_time_password(account.email, account.name)
    with writing_session() as session:
        account = _managed(session, account_id)
        action = "account.enable" if account.disabled_at else "account.reset"
        service.enable(account)
        service.set_password(account, password_hash, must_change=True)
        record(session, action=action, subject=account.email)
    return _password_page(account.email, account.name, password)


@blueprint.get("/<uuid:account_id>/disable")
def ask_disable(account_id: UUID) -> ResponseReturnValue:
    """Ask before somebody is shut out."""
    account = _managed(reading(), account_id)
    return render_template("accounts/disable.html", person=account)


@blueprint.post("/<uuid:account_id>/disable")
def disable(account_id: UUID) -> ResponseReturnValue:
    """Shut an account and end its sessions."""
    try:
        with writing_session() as session:
            account = _managed(session, account_id)
            _check_other(account)
            service.disable(session, account, now=clock.now())
            record(session, action="account.disable", subject=account.email)
    except BadFieldError as error:
        flash(str(messages.FAULTS[str(error.details["reason"])]), "error")
        return redirect(url_for(".person", account_id=account_id))
    flash(_("Đã khóa tài khoản."))
    return redirect(url_for(".people"))
