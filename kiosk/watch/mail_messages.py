"""The mail about alarms: Vietnamese first, then the same in short in English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _

from kiosk.edge.filters import moment
from kiosk.watch.messages import advice, lasted, sentence
from kiosk.watch.models import Alarm


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of one mail."""

    subject: str
    text: str


def write(
    raised: Sequence[Alarm],
    closed: Sequence[Alarm],
    names: Mapping[str, str],
    *,
    centre: Mapping[str, str],
    link: str,
) -> Letter:
    """Write what is new and what is over; `centre` holds its name by language."""
    with force_locale("vi"):
        subject = _subject(raised, closed, names)
        vietnamese = _body(raised, closed, names, link, with_advice=True)
    with force_locale("en"):
        english = _body(raised, closed, names, link, with_advice=False)
    parts = (centre["vi"], vietnamese, "— — —", centre["en"], english)
    return Letter(subject, "\n\n".join(parts) + "\n")


def _subject(
    raised: Sequence[Alarm], closed: Sequence[Alarm], names: Mapping[str, str]
) -> str:
    if len(raised) == 1 and not closed:
        return str(_("Cảnh báo: %(what)s", what=sentence(raised[0], names)))
    if len(closed) == 1 and not raised:
        return str(_("Đã hết: %(what)s", what=sentence(closed[0], names)))
    counts = {"raised": len(raised), "closed": len(closed)}
    return str(_("Cảnh báo: %(raised)s việc mới, %(closed)s việc đã hết", **counts))


def _body(
    raised: Sequence[Alarm],
    closed: Sequence[Alarm],
    names: Mapping[str, str],
    link: str,
    *,
    with_advice: bool,
) -> str:
    lines = []
    if raised:
        lines.append(_("Mới:"))
    for alarm in raised:
        lines.append(f"- {sentence(alarm, names)}")
        if with_advice:
            lines.append(f"  {advice(alarm)}")
    if closed:
        lines += ["", _("Đã hết:")] if lines else [_("Đã hết:")]
    lines += [f"- {sentence(alarm, names)} ({_span(alarm)})" for alarm in closed]
    lines += ["", _("Xem và xác nhận đã biết: %(link)s", link=link)]
    return "\n".join(lines)


def _span(alarm: Alarm) -> str:
    assert alarm.closed_at is not None  # noqa: S101 - only closed ones come here
    length = lasted(alarm.closed_at - alarm.raised_at)
    begun = moment(alarm.raised_at)
    return str(_("từ %(begun)s, kéo dài %(length)s", begun=begun, length=length))
