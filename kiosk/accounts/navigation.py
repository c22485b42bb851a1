"""The rooms that a person may enter, as links; the access table decides."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_login import current_user

from kiosk.edge.access import ENDPOINTS, Staff, StaffOrKey

ROOMS: tuple[tuple[str, LazyString], ...] = (
    ("dashboard.show", _("Bảng điều khiển")),
    ("alarms.show", _("Cảnh báo")),
)
SETTINGS: tuple[tuple[str, LazyString], ...] = (
    ("centre_settings.centre", _("Trung tâm")),
    ("place_settings.points", _("Điểm lấy ý kiến")),
    ("place_settings.fields", _("Lĩnh vực")),
    ("device_settings.devices", _("Máy tính bảng")),
    ("centre_settings.targets", _("Chỉ tiêu")),
    ("calendar_settings.calendar", _("Lịch nghỉ")),
    ("people.people", _("Tài khoản")),
    ("accounts.audit_log", _("Nhật ký")),
    ("accounts.own", _("Tài khoản của tôi")),
)
SETTINGS_PATH = "/settings/"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation; `current` while its page, or one below it, is shown."""

    url: str
    label: object
    current: bool


def main_links() -> list[Link]:
    """Return the rooms of the signed-in person, and the settings as one more."""
    links = _links(ROOMS)
    settings = settings_links()
    if settings:
        here = request.path.startswith(SETTINGS_PATH)
        links.append(Link(settings[0].url, _("Cài đặt"), current=here))
    return links


def settings_links() -> list[Link]:
    """Return the settings pages of the signed-in person."""
    return _links(SETTINGS)


def _links(entries: tuple[tuple[str, LazyString], ...]) -> list[Link]:
    if not current_user.is_authenticated or current_user.must_change:
        return []
    links = []
    for endpoint, label in entries:
        access = ENDPOINTS[endpoint]
        assert isinstance(access, Staff | StaffOrKey)  # noqa: S101 - a fault in this file
        if current_user.may(access.permission):
            url = url_for(endpoint)
            links.append(Link(url, label, current=_is_here(url)))
    return links


def _is_here(url: str) -> bool:
    return request.path == url or request.path.startswith(f"{url}/")
