"""Forms of this room; what was typed stays when it is refused, but for passwords."""

from collections.abc import Callable

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, ValidationError

from kiosk.accounts import messages, schema
from kiosk.accounts.permissions import Role
from kiosk.errors import BadFieldError, DomainError, DuplicateError


def _readable(read: Callable[[str], object]) -> Callable[[FlaskForm, Field], None]:
    """Make a validator of a reader, so that all faults of a form are told at once."""

    def check(_form: FlaskForm, field: Field) -> None:
        try:
            read(field.data)
        except BadFieldError as error:
            raise ValidationError(
                messages.FAULTS[str(error.details["reason"])]
            ) from None

    return check


def show_fault(form: FlaskForm, error: DomainError) -> None:
    """Put a refusal of the data at the field that it is about."""
    if isinstance(error, DuplicateError):
        text = _("Địa chỉ này đã có tài khoản.")
    else:
        text = messages.FAULTS[str(error.details["reason"])]
    field = form[str(error.details["field"])]
    field.errors = [*field.errors, text]


class SignInForm(FlaskForm):
    """Who one is."""

    email = StringField(
        _("Thư điện tử"), validators=[InputRequired(_("Ghi địa chỉ thư điện tử."))]
    )
    password = PasswordField(
        _("Mật khẩu"), validators=[InputRequired(_("Nhập mật khẩu."))]
    )


class PasswordForm(FlaskForm):
    """A new password of one's own."""

    current = PasswordField(
        _("Mật khẩu hiện tại"), validators=[InputRequired(_("Nhập mật khẩu hiện tại."))]
    )
    password = PasswordField(
        _("Mật khẩu mới"), validators=[InputRequired(_("Nhập mật khẩu mới."))]
    )
    repeated = PasswordField(
        _("Nhập lại mật khẩu mới"),
        validators=[InputRequired(_("Nhập lại mật khẩu mới."))],
    )

    def validate_repeated(self, field: PasswordField) -> None:
        """Refuse a slip of the finger that nobody could see."""
        if self.password.data and field.data != self.password.data:
            raise ValidationError(_("Hai lần nhập mật khẩu mới không giống nhau."))


def _name() -> StringField:
    return StringField(
        _("Họ và tên"),
        validators=[InputRequired(messages.FAULTS["name"]), _readable(schema.name_of)],
    )


def _role() -> RadioField:
    return RadioField(_("Vai trò"), validators=[InputRequired(messages.FAULTS["role"])])


class PersonForm(FlaskForm):
    """What is known of a person who signs in."""

    name = _name()
    role = _role()

    def offer(self, roles: frozenset[Role]) -> None:
        """Let only these roles be chosen."""
        self.role.choices = [
            (role.value, messages.ROLES[role]) for role in Role if role in roles
        ]


class NewPersonForm(PersonForm):
    """A person who is to sign in from now on; declared anew, in the page's order."""

    name = _name()
    email = StringField(
        _("Thư điện tử"),
        validators=[
            InputRequired(messages.FAULTS["email"]),
            _readable(schema.email_of),
        ],
    )
    role = _role()
