"""The words of the alarms: what is wrong, what to do, how long it lasted."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.edge.filters import moment, number, percent

# Everything that ends a line or a word, but what holds a number to its unit.
BREAK = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")

SENTENCES: dict[str, LazyString] = {
    "silence": _("%(name)s: 0 phiếu trong %(open_hours)s giờ mở cửa"),
    "away": _("%(name)s: không liên lạc được từ %(since)s"),
    "clock.fast": _("%(name)s: đồng hồ chạy nhanh %(minutes)s phút"),
    "clock.slow": _("%(name)s: đồng hồ chạy chậm %(minutes)s phút"),
    "quarantine": _("%(name)s: %(sheets)s lượt chạm máy chủ không nhận, còn giữ ở máy"),
    "missing": _("%(name)s: không rõ %(sheets)s lượt chạm nay ở đâu"),
    "stuck": _(
        "%(name)s: %(sheets)s lượt chạm chờ gửi từ %(since)s, dù vẫn có liên lạc"
    ),
    "memory": _("%(name)s: phiếu chờ gửi chỉ nằm trong trang đang mở"),
    "battery": _("%(name)s: pin còn %(percent)s\N{NO-BREAK SPACE}%%, không cắm sạc"),
    "server_clock.fast": _(
        "Đồng hồ máy chủ nhanh hơn mọi máy tính bảng %(minutes)s phút"
    ),
    "server_clock.slow": _(
        "Đồng hồ máy chủ chậm hơn mọi máy tính bảng %(minutes)s phút"
    ),
    "mail": _("Không gửi được thư báo: %(reason)s"),
    "job": _("Việc định kỳ “%(job)s” không xong: %(failure)s"),
    "canary": _("Phiếu thử không đi hết đường từ %(since)s"),
    "backup": _("Chưa có bản sao lưu mới từ %(since)s"),
    "restore": _("Chưa thử khôi phục lại được bản sao lưu từ %(since)s"),
    "disk": _("Ổ đĩa máy chủ còn trống %(free)s\N{NO-BREAK SPACE}%% (%(free_mb)s MB)"),
    "database": _("Cơ sở dữ liệu không ghi được"),
    "cube": _("%(days)s ngày có số đếm lệch hoặc chờ đếm quá lâu"),
}
OTHER = _("Có việc bất thường: %(kind)s %(name)s")

ADVICE: dict[str, LazyString] = {
    "silence": _(
        "Xem máy có đặt đúng chỗ, màn hình có sáng không; chạm “Chữ to” xem máy có đáp. "
        "Đừng chạm thử mức hài lòng: lần nào cũng thành phiếu thật."
    ),
    "away": _("Xem máy có bật, có điện và có Wi-Fi không. Phiếu đã chạm vẫn ở máy."),
    "clock.fast": _(
        "Bật ngày giờ tự động ở máy. Phiếu vẫn được nhận, giờ đã được tính lại."
    ),
    "quarantine": _(
        "Ở máy, mở bảng của cán bộ, lưu các phiếu ra tệp rồi gửi người phụ trách máy tính."
    ),
    "missing": _(
        "Đừng xóa gì ở máy. Lưu các phiếu ra tệp từ bảng của cán bộ rồi báo người phụ trách."
    ),
    "stuck": _(
        "Mở bảng của cán bộ ở máy để xem lý do. Đừng xóa dữ liệu trình duyệt: phiếu nằm ở đó."
    ),
    "memory": _(
        "Đừng tắt trang khi còn phiếu chờ. Tắt chế độ ẩn danh, dọn bớt bộ nhớ của máy."
    ),
    "battery": _("Cắm sạc, xem ổ điện và dây sạc."),
    "server_clock.fast": _(
        "Bật đồng bộ giờ (NTP) ở máy chủ. Giờ của phiếu và hạn của sao lưu theo đồng hồ này."
    ),
    "mail": _("Xem SMTP_URL và MAIL_FROM. Hệ thống tự gửi lại trong ít phút."),
    "job": _(
        "Hệ thống tự làm lại: phiếu thử sau một giờ, việc khác sau vài phút. Nếu còn, xem nhật ký của máy chủ."
    ),
    "canary": _("Xem máy chủ web và chứng thư của địa chỉ công khai."),
    "backup": _("Chạy: flask --app wsgi backup create thu.tar, rồi xem lỗi."),
    "restore": _("Chạy: flask --app wsgi backup verify với bản mới nhất, rồi xem lỗi."),
    "disk": _(
        "Xóa tệp cũ không cần hoặc thêm ổ đĩa. Khi đầy, phiếu nằm chờ ở các máy."
    ),
    "database": _("Xem nhật ký của máy chủ. Phiếu nằm chờ ở các máy, không mất."),
    "cube": _("Chạy: flask --app wsgi cube rebuild, rồi cube verify."),
}
ADVICE["clock.slow"] = ADVICE["clock.fast"]
ADVICE["server_clock.slow"] = ADVICE["server_clock.fast"]
OTHER_ADVICE = _("Báo người phụ trách máy chủ.")

JOBS: dict[str, LazyString] = {
    "cube": _("đếm lại số liệu"),
    "backup": _("sao lưu"),
    "canary": _("phiếu thử"),
    "watch": _("theo dõi máy"),
}
MAIL_REASONS: dict[str, LazyString] = {
    "auth": _("máy chủ thư không nhận tên hoặc mật khẩu"),
    "recipients": _("máy chủ thư không nhận một địa chỉ người nhận"),
    "sender": _("máy chủ thư không nhận địa chỉ MAIL_FROM"),
    "dropped": _("máy chủ thư ngắt giữa chừng"),
    "refused": _("máy chủ thư từ chối"),
    "tls": _("chứng thư của máy chủ thư không đúng"),
    "no_tls": _("máy chủ thư không có TLS, nên không gửi mật khẩu cho nó"),
    "timeout": _("máy chủ thư không trả lời"),
    "unreachable": _("không nối được tới máy chủ thư"),
    "address": _("một địa chỉ thư viết sai"),
    "nobody": _("không có tài khoản lãnh đạo hoặc quản trị nào để nhận"),
}

LASTED_DAYS = _("%(count)s ngày")
LASTED_HOURS = _("%(count)s giờ")
LASTED_MINUTES = _("%(count)s phút")
UNKNOWN_MOMENT = _("trước tới nay")


class Alarmed(Protocol):
    """An alarm, as far as its words need it."""

    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def detail(self) -> Mapping[str, Any]: ...


def sentence(alarm: Alarmed, names: Mapping[str, str]) -> str:
    """Say what is wrong, in one line whatever a tablet is called."""
    name = names.get(alarm.subject, alarm.subject)
    values = {key: _write(key, value) for key, value in alarm.detail.items()}
    values |= {"name": name, "kind": alarm.kind}
    values["job"] = str(JOBS.get(alarm.subject, alarm.subject))
    try:
        text = str(SENTENCES.get(_code(alarm), OTHER)) % values
    except KeyError:
        # Written by a release that knew other details.
        text = str(OTHER) % values
    return BREAK.sub(" ", text).strip()


def advice(alarm: Alarmed) -> LazyString:
    """Say what to do about it."""
    return ADVICE.get(_code(alarm), OTHER_ADVICE)


def lasted(duration: timedelta) -> str:
    """Write how long an alarm was open, to the minute."""
    minutes = max(0, int(duration / timedelta(minutes=1)))
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    # Whoever reads of days or hours needs the next smaller unit at most.
    parts = [(LASTED_DAYS, days), (LASTED_HOURS, hours)]
    parts.append((LASTED_MINUTES, 0 if days else minutes))
    written = [str(unit) % {"count": count} for unit, count in parts if count]
    return " ".join(written) or str(LASTED_MINUTES) % {"count": 0}


def _code(alarm: Alarmed) -> str:
    # The offset is the server's clock minus the tablet's.
    is_server_ahead = alarm.detail.get("minutes", 0) > 0
    if alarm.kind == "clock":
        return "clock.slow" if is_server_ahead else "clock.fast"
    if alarm.kind == "server_clock":
        return "server_clock.fast" if is_server_ahead else "server_clock.slow"
    return alarm.kind


def _write(key: str, value: object) -> str:
    if key == "since":
        return (
            moment(datetime.fromisoformat(str(value))) if value else str(UNKNOWN_MOMENT)
        )
    if key == "reason":
        return str(MAIL_REASONS.get(str(value), value))
    if key == "free" and isinstance(value, float):
        return percent(value)
    if isinstance(value, int):
        return number(abs(value))
    return str(value)
