"""What a rejected sheet's code says to a person."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

MESSAGES: dict[str, LazyString] = {
    "field_missing": _("Phiếu thiếu một mục bắt buộc."),
    "field_unknown": _("Phiếu có một mục không được biết."),
    "duplicate_key": _("Một mục của phiếu được ghi hai lần."),
    "value_type": _("Một mục của phiếu sai kiểu."),
    "value_range": _("Một giá trị của phiếu nằm ngoài khoảng cho phép."),
    "option_unknown": _("Phiếu có một lựa chọn không tồn tại."),
    "duplicate_option": _("Một lựa chọn được ghi hai lần."),
    "question_unknown": _("Phiếu trả lời một câu hỏi không tồn tại."),
    "answer_required": _("Phiếu thiếu câu trả lời bắt buộc."),
    "text_too_long": _("Phần viết thêm quá dài."),
    "survey_unknown": _("Không có phiên bản phiếu này."),
    "point_unknown": _("Không có điểm lấy ý kiến này."),
    "point_foreign": _("Mã QR không thuộc điểm lấy ý kiến này."),
    "slip_unknown": _("Mã trên giấy hẹn không đúng hoặc đã dùng."),
    "code_unknown": _("Mã QR không đúng hoặc không còn dùng."),
    "channel_not_allowed": _("Nơi gửi không được dùng kênh này."),
}
