"""What a tablet reported, in words."""

from datetime import datetime

from flask_babel import LazyString, format_decimal
from flask_babel import lazy_gettext as _

from kiosk.core.periods import LOCAL_ZONE, local_day
from kiosk.devices.inventory import Line
from kiosk.devices.schema import Heartbeat

# Less is nothing that a person would set a clock for.
CLOCK_IS_RIGHT_MS = 60_000
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

STORAGES: dict[tuple[str, bool | None], LazyString] = {
    ("indexeddb", True): _("Lưu bền, trình duyệt không tự xóa"),
    ("indexeddb", False): _("Lưu trong máy; trình duyệt có thể xóa khi máy hết chỗ"),
    ("indexeddb", None): _("Lưu bền"),
}
IN_MEMORY = _("Chỉ trong trang: tắt máy là mất")


def state(line: Line, now: datetime) -> str:
    """Say how a tablet is, in two or three words."""
    seen = line.device.seen_at
    if line.presence == "revoked":
        return str(_("Đã thu hồi"))
    if seen is None:
        return str(_("Chưa báo lần nào"))
    if line.presence == "running":
        return str(_("Đang chạy"))
    return str(_("Chưa thấy từ %(moment)s", moment=short(seen, now)))


def short(moment: datetime, now: datetime) -> str:
    """Write a moment of today by its time alone."""
    shown = moment.astimezone(LOCAL_ZONE)
    if local_day(moment) == local_day(now):
        return shown.strftime("%H:%M")
    return shown.strftime("%H:%M %d/%m/%Y")


def battery(report: Heartbeat) -> str:
    """Say how full the battery is."""
    if report.battery is None:
        return str(_("Trình duyệt không cho biết"))
    level = format_decimal(round(report.battery.level * 100))
    if report.battery.charging:
        return str(_("%(level)s %%, đang cắm điện", level=level))
    return str(_("%(level)s %%, không cắm điện", level=level))


def storage(report: Heartbeat) -> str:
    """Say where sheets wait, and whether they are safe there."""
    if report.storage.kind == "memory":
        return str(IN_MEMORY)
    return str(STORAGES[report.storage.kind, report.storage.persisted])


def clock(report: Heartbeat) -> str:
    """Say how far the tablet's clock is off."""
    offset = report.clock_offset_ms
    if offset is None:
        return str(_("Chưa đo được"))
    if abs(offset) < CLOCK_IS_RIGHT_MS:
        return str(_("Đúng giờ"))
    size = _span(abs(offset))
    return str(
        _("Chậm %(span)s", span=size) if offset > 0 else _("Nhanh %(span)s", span=size)
    )


def account(report: Heartbeat) -> str:
    """Say where every sheet is that was ever tapped on the tablet."""
    said = _(
        "Đã chạm %(tapped)s · đã gửi %(acknowledged)s · đang chờ %(queue)s",
        tapped=format_decimal(report.tapped),
        acknowledged=format_decimal(report.acknowledged),
        queue=format_decimal(report.queue),
    )
    if not report.quarantine:
        return str(said)
    apart = _("để riêng %(count)s", count=format_decimal(report.quarantine))
    return f"{said} · {apart}"


def _span(milliseconds: int) -> str:
    if milliseconds < 2 * HOUR_MS:
        return str(_("%(count)s phút", count=format_decimal(milliseconds // MINUTE_MS)))
    if milliseconds < 2 * DAY_MS:
        return str(_("%(count)s giờ", count=format_decimal(milliseconds // HOUR_MS)))
    return str(_("%(count)s ngày", count=format_decimal(milliseconds // DAY_MS)))
