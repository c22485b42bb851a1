"""What each error code says to a person: what happened and how to mend it."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

MESSAGES: dict[str, LazyString] = {
    "refused": _("Yêu cầu không hợp lệ. Xin kiểm tra lại rồi gửi lại."),
    "not_found": _("Không tìm thấy nội dung này. Xin kiểm tra lại địa chỉ."),
    "not_allowed": _("Tài khoản này không có quyền làm việc đó."),
    "device_unknown": _(
        "Máy này chưa được ghép hoặc đã bị thu hồi. Xin báo người phụ trách máy tính."
    ),
    "already_paired": _("Máy này đã được ghép. Xin mở trang /kiosk."),
    "too_many_pairings": _(
        "Đang có quá nhiều máy chờ ghép. Xin chờ vài phút rồi thử lại."
    ),
    "rescue_file": _("Tệp này không phải tệp phiếu mà máy này đã lưu."),
    "not_json": _("Nội dung gửi lên không phải JSON hoặc bị cắt giữa chừng."),
    "envelope": _("Gói dữ liệu sai cấu trúc. Xem mục “details” để biết chỗ sai."),
    "too_large": _("Nội dung gửi lên quá lớn. Xin chia nhỏ rồi gửi lại."),
    "media_type": _("Nội dung phải có kiểu application/json."),
    "filter": _("Bộ lọc có giá trị không tồn tại. Xin chọn lại."),
    "survey_changed": _("Phiên bản phiếu này đã dùng; xin lập phiên bản mới."),
    "reference_data": _("Tệp dữ liệu gốc có lỗi. Xem mục “details” để biết chỗ sai."),
    "taken": _("Tên này đã có. Xin chọn tên khác."),
    "field": _("Một ô nhập chưa đúng. Xin sửa rồi gửi lại."),
    "too_many_attempts": _("Đã thử quá nhiều lần. Xin chờ ít phút rồi thử lại."),
    "too_many_sheets": _(
        "Điểm này vừa nhận quá nhiều phiếu trong ít phút. Xin gửi lại sau."
    ),
    "unavailable": _("Máy chủ đang bận, chưa ghi nhận gì. Xin gửi lại sau ít giây."),
    "bad_request": _("Yêu cầu không hợp lệ. Xin tải lại trang rồi thử lại."),
    "page_expired": _(
        "Trang đã hết hạn, chưa ghi nhận gì. Xin quay lại, tải lại trang rồi gửi lần nữa."
    ),
    "unauthorized": _("Cần đăng nhập hoặc khóa truy cập hợp lệ."),
    "method_not_allowed": _("Địa chỉ này không nhận cách gửi đó."),
    "internal": _("Hệ thống gặp lỗi. Lỗi đã được ghi lại; xin thử lại sau."),
}
