"""What is said about a file of sheets that was carried from a tablet."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.capture import messages, rescue

FAULTS: dict[str, LazyString] = {
    "missing": _("Chọn tệp phiếu đã lưu từ máy."),
    "format": _(
        "Đây không phải tệp phiếu lưu từ máy tính bảng, hoặc tệp bị cắt. Xin lưu lại từ máy."
    ),
    "version": _(
        "Tệp do một phiên bản khác của phần mềm ghi. Xin nâng cấp máy chủ rồi nhập lại."
    ),
    "device": _("Tệp này của một máy khác. Xin mở trang của máy đó rồi nhập."),
    "seal": _(
        "Không mở được tệp: tệp đã bị sửa, hoặc máy đã được ghép lại sau khi lưu. Xin lưu lại từ máy."
    ),
    "too_large": _("Tệp lớn quá 20 MB. Xin lưu lại từ máy, hoặc báo nơi hỗ trợ."),
}

STATUSES: dict[str, LazyString] = {
    "stored": _("Mới, đã nhận"),
    "revised": _("Bổ sung cho phiếu đã có"),
    "duplicate": _("Đã có từ trước, không tính lần nữa"),
    "conflict": _("Khác với phiếu đã có, để riêng cho người xem"),
    "rejected": _("Không đọc được hoặc sai, không nhận"),
}

# Where an entry lies in the file; the number follows.
PLACES: dict[str, LazyString] = {
    "queue": _("hàng chờ, phiếu thứ %(number)s"),
    "quarantine": _("phần để riêng, phiếu thứ %(number)s"),
    rescue.UNREADABLE: _("phần không đọc được, mục thứ %(number)s"),
}


def place(name: str) -> str:
    """Say where in the file an entry lies."""
    kind, _dot, number = name.partition(".")
    return str(PLACES[kind]) % {"number": number}


def reason(code: str) -> str:
    """Say why an entry was refused."""
    if code == rescue.UNREADABLE:
        return str(_("Mục này không phải một phiếu."))
    return str(messages.MESSAGES[code])
