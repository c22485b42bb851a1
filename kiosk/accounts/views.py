"""Signing in and out, one's own password, and the record of what was done."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from flask_wtf import FlaskForm

from kiosk import clock
from kiosk.accounts import audit, messages, passwords, rules, service, signing
from kiosk.accounts import session as staff_session
from kiosk.accounts.forms import PasswordForm, SignInForm, show_fault
from kiosk.accounts.navigation import main_links
from kiosk.accounts.session import Person
from kiosk.edge.audit import record
from kiosk.edge.transaction import reading, writing_session
from kiosk.errors import BadFieldError, NotFoundError, TooManyAttemptsError

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/login", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Open a session for whoever knows the password."""
    if current_user.is_authenticated:
        return redirect(_landing())
    form = SignInForm()
    if request.method == "GET":
        return _sign_in_page(form)
    if not form.validate():
        return _sign_in_page(form), 422
    return _try(form)


def _try(form: SignInForm) -> ResponseReturnValue:
    now = clock.now()
    try:
        person = signing.sign_in(form.email.data, form.password.data, now=now)
    except TooManyAttemptsError as error:
        return _sign_in_page(form, _wait(error)), 429, _retry_after(error)
    if person is None:
        refusal = _("Thư điện tử hoặc mật khẩu không đúng.")
        return _sign_in_page(form, refusal), 401
    staff_session.begin(person, now)
    return redirect(_landing())


def _sign_in_page(form: SignInForm, refusal: str = "") -> str:
    if refusal:
        form.form_errors.append(refusal)
    return render_template("accounts/sign_in.html", form=form)


def _wait(error: TooManyAttemptsError) -> str:
    minutes = -(-int(str(error.details["retry_after"])) // 60)
    return str(
        ngettext(
            "Đã thử quá nhiều lần. Xin chờ %(num)d phút rồi thử lại.",
            "Đã thử quá nhiều lần. Xin chờ %(num)d phút rồi thử lại.",
            minutes,
        )
    )


def _retry_after(error: TooManyAttemptsError) -> dict[str, str]:
    return {"Retry-After": str(error.details["retry_after"])}


def _landing() -> str:
    """Return where the visitor was going, or the first room that is open to the role."""
    target = request.args.get("next", "")
    if rules.is_own_path(target):
        return target
    links = main_links()
    return links[0].url if links else url_for("accounts.own")


@blueprint.post("/logout")
def sign_out() -> ResponseReturnValue:
    """End every session of the account: a copy of the cookie must not outlive this."""
    if current_user.is_authenticated:
        with writing_session() as session:
            account = service.find(session, current_user.centre_id, current_user.id)
            if account is not None:
                service.end_sessions(account)
            record(session, action="sign_out", subject=current_user.email)
    staff_session.end()
    flash(_("Đã đăng xuất."))
    return redirect(url_for("accounts.sign_in"))


@blueprint.route("/settings/account", methods=["GET", "POST"])
def own() -> ResponseReturnValue:
    """Show what one may do, and change one's own password."""
    form = PasswordForm()
    if request.method == "GET":
        return _own_page(form)
    if not form.validate():
        return _own_page(form), 422
    try:
        person = _change_password(form)
    except BadFieldError as error:
        show_fault(form, error)
        return _own_page(form), 422
    except TooManyAttemptsError as error:
        form.form_errors.append(_wait(error))
        return _own_page(form), 429, _retry_after(error)
    staff_session.begin(person, clock.now())
    flash(_("Đã đổi mật khẩu. Những máy khác đang dùng tài khoản này đã bị đăng xuất."))
    return redirect(_landing())


def _own_page(form: FlaskForm) -> str:
    return render_template(
        "accounts/own.html",
        form=form,
        role_names=messages.ROLES,
        role_rights=messages.ROLE_RIGHTS,
        min_length=rules.MIN_LENGTH,
    )


def _change_password(form: PasswordForm) -> Person:
    now = clock.now()
    proven = signing.proven(
        current_user.email, form.current.data, failure="password.failed", now=now
    )
    if proven is None:
        raise BadFieldError(field="current", reason="password_wrong")
    if form.password.data == form.current.data:
        raise BadFieldError(field="password", reason="password_same")
    password_hash = passwords.new_hash(
        form.password.data, email=proven.email, name=proven.name
    )
    with writing_session() as session:
        account = service.find(session, proven.centre_id, proven.id)
        if account is None:
            raise NotFoundError
        service.set_password(account, password_hash, must_change=False)
        record(session, action="password.change", subject=proven.email)
        return Person.of(account)


@blueprint.get("/settings/audit")
def audit_log() -> ResponseReturnValue:
    """Show what was done, newest first."""
    number = request.args.get("page", 1, type=int)
    page = audit.page(reading(), current_user.centre_id, number)
    return render_template(
        "accounts/audit.html",
        page=page,
        action_names=messages.ACTIONS,
        unknown=signing.UNKNOWN,
    )
