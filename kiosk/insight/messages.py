"""The words of the dashboard: sentences by their codes, names, things to do."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _

from kiosk.core.periods import Month
from kiosk.edge.filters import number, percent
from kiosk.insight.sentences import Aim, Names, Points, Sentence, Share, Value

FACTOR_NAMES: dict[str, LazyString] = {
    "access": _("Tiếp cận dịch vụ"),
    "procedure": _("Thủ tục hành chính"),
    "staff": _("Công chức"),
    "result": _("Kết quả"),
    "feedback": _("Tiếp nhận góp ý, phản ánh"),
}
CHANNEL_NAMES: dict[str, LazyString] = {
    "kiosk": _("Máy tại quầy"),
    "slip": _("Có mã phiếu"),
    "qr": _("Mã QR"),
    "assisted": _("Có người giúp nhập"),
    "paper": _("Phiếu giấy"),
    "phone": _("Điện thoại"),
}
CLASS_NAMES: dict[str, LazyString] = {
    "kiosk": CHANNEL_NAMES["kiosk"],
    "verified": CHANNEL_NAMES["slip"],
    "open_qr": CHANNEL_NAMES["qr"],
    "assisted": CHANNEL_NAMES["assisted"],
    "paper": CHANNEL_NAMES["paper"],
    "phone": CHANNEL_NAMES["phone"],
}
REASON_NAMES: dict[str, LazyString] = {
    "staff": _("Thái độ phục vụ"),
    "guidance": _("Hướng dẫn hồ sơ"),
    "time": _("Thời gian giải quyết"),
    "publicity": _("Công khai thủ tục, phí"),
    "place": _("Nơi tiếp đón"),
    "result": _("Kết quả nhận được"),
}
WEEKDAY_NAMES: tuple[LazyString, ...] = (
    _("Thứ Hai"),
    _("Thứ Ba"),
    _("Thứ Tư"),
    _("Thứ Năm"),
    _("Thứ Sáu"),
    _("Thứ Bảy"),
    _("Chủ nhật"),
)
LEVEL_NAMES: tuple[LazyString, ...] = (
    _("Rất không hài lòng"),
    _("Không hài lòng"),
    _("Bình thường"),
    _("Hài lòng"),
    _("Rất hài lòng"),
)
UNKNOWN_TASKS: dict[str, LazyString] = {
    "target": _("Nhập chỉ tiêu hài lòng được giao"),
    "signatory": _("Ghi người ký báo cáo"),
    "points": _("Xác nhận quầy và lĩnh vực"),
    "opening_hours": _("Xác nhận giờ mở cửa"),
}
HIDDEN = _("(ẩn)")
VERDICT_NAMES: dict[str, LazyString] = {
    "dat": _("đạt"),
    "chua_dat": _("chưa đạt"),
    "chua_du_can_cu": _("chưa đủ căn cứ"),
}

# A word for more or less stands only under a code that a signal gives.
SENTENCES: dict[str, LazyString] = {
    "figure.full": _(
        "%(value)s\N{NO-BREAK SPACE}%%, khoảng tin cậy 95\N{NO-BREAK SPACE}%%: %(low)s–%(high)s, %(n)s phiếu"
    ),
    "figure.thin": _(
        "%(value)s\N{NO-BREAK SPACE}%%, khoảng tin cậy 95\N{NO-BREAK SPACE}%%: %(low)s–%(high)s, %(n)s phiếu, chưa đủ để kết luận"
    ),
    "figure.empty": _("Trong %(month)s chưa có phiếu nào."),
    "figure.hidden": _(
        "Trong %(month)s có quá ít phiếu nên không hiện số, để không ai đoán được người trả lời."
    ),
    "figure.too_few": _(
        "Chưa đủ dữ liệu: mới có %(n)s phiếu, cần từ %(minimum)s phiếu."
    ),
    "change.no_base": _(
        "Chưa so được với %(before)s: tháng đó có dưới %(minimum)s phiếu."
    ),
    "change.no_signal": _("Chưa thấy thay đổi so với %(before)s"),
    "change.up": _("Có thay đổi: cao hơn %(before)s"),
    "change.down": _("Có thay đổi: thấp hơn %(before)s"),
    "change.difference": _("Chênh %(value)s điểm, khoảng %(low)s đến %(high)s."),
    "verdict.no_target": _(
        "Chưa giao chỉ tiêu, nên chỉ nêu kết quả, không kết luận đạt hay chưa đạt."
    ),
    "verdict.too_few": _("Chỉ tiêu %(target)s\N{NO-BREAK SPACE}%%: chưa đủ dữ liệu."),
    "verdict.dat": _("Chỉ tiêu %(target)s\N{NO-BREAK SPACE}%%: đạt."),
    "verdict.chua_dat": _("Chỉ tiêu %(target)s\N{NO-BREAK SPACE}%%: chưa đạt."),
    "verdict.chua_du_can_cu": _(
        "Chỉ tiêu %(target)s\N{NO-BREAK SPACE}%%: chưa đủ căn cứ."
    ),
    "verdict.needs_more": _(
        "Nếu tỷ lệ giữ như hiện nay, cần thêm khoảng %(n)s phiếu để kết luận."
    ),
    "verdict.needs_unknown": _(
        "Tỷ lệ đang sát chỉ tiêu, chưa nói được cần thêm bao nhiêu phiếu."
    ),
    "chart.target": _("chỉ tiêu"),
    "trend.higher": _(
        "Hài lòng trong %(month)s cao hơn %(count)s tháng trước gộp lại: %(value)s điểm (khoảng %(low)s đến %(high)s)"
    ),
    "trend.lower": _(
        "Hài lòng trong %(month)s thấp hơn %(count)s tháng trước gộp lại: %(value)s điểm (khoảng %(low)s đến %(high)s)"
    ),
    "trend.no_signal": _("Hài lòng: chưa thấy %(month)s khác các tháng trước"),
    "trend.too_few": _("Hài lòng theo tháng: chưa đủ dữ liệu để so"),
    "visits.higher": _(
        "Chỉ phải đến một lần, %(month)s cao hơn các tháng trước: %(value)s điểm (khoảng %(low)s đến %(high)s)"
    ),
    "visits.lower": _(
        "Chỉ phải đến một lần, %(month)s thấp hơn các tháng trước: %(value)s điểm (khoảng %(low)s đến %(high)s)"
    ),
    "visits.no_signal": _(
        "Chỉ phải đến một lần: chưa thấy %(month)s khác các tháng trước"
    ),
    "visits.too_few": _("Chỉ phải đến một lần: chưa đủ dữ liệu để so"),
    "factors.lower": _("Thấp hơn các yếu tố khác: %(names)s"),
    "factors.higher": _("Cao hơn các yếu tố khác: %(names)s"),
    "factors.both": _("Thấp hơn: %(lower)s · Cao hơn: %(higher)s"),
    "factors.no_signal": _("Chưa thấy yếu tố nào khác biệt rõ"),
    "factors.too_few": _("Năm yếu tố: chưa đủ dữ liệu để so"),
    "points.lower": _("Thấp hơn các điểm lấy ý kiến khác: %(names)s"),
    "points.higher": _("Cao hơn các điểm lấy ý kiến khác: %(names)s"),
    "points.both": _("Thấp hơn: %(lower)s · Cao hơn: %(higher)s"),
    "points.no_signal": _("Chưa thấy điểm lấy ý kiến nào khác biệt rõ"),
    "points.too_few": _("Các điểm lấy ý kiến: chưa đủ dữ liệu để so"),
    "channels.lower": _("Thấp hơn các cách trả lời khác: %(names)s"),
    "channels.higher": _("Cao hơn các cách trả lời khác: %(names)s"),
    "channels.both": _("Thấp hơn: %(lower)s · Cao hơn: %(higher)s"),
    "channels.no_signal": _("Chưa thấy cách trả lời nào khác biệt rõ"),
    "channels.too_few": _("Cách trả lời: chưa đủ dữ liệu để so"),
    "reasons.most": _("Được nhắc nhiều nhất: %(name)s (%(n)s phiếu)"),
    "reasons.none": _("Điều người dân nhắc đến"),
}
FILTER_FAULTS: dict[str, LazyString] = {
    "month": _(
        "Tháng phải ghi như 2026-11, không ở tương lai và trong mười năm gần đây."
    ),
    "point": _("Không có điểm lấy ý kiến này."),
    "field": _("Không có lĩnh vực này, hoặc lĩnh vực không có quầy riêng."),
    "channel": _("Không có cách trả lời này."),
    "class": _("Không có loại phiếu này."),
    "view": _("Không có kiểu xem này."),
    "running_month": _(
        "Số của từng quầy, từng cách trả lời chỉ xem được khi tháng đã hết. "
        "Trong tháng đang chạy, số ấy có thể để lộ phiếu của một người."
    ),
}


def say(sentence: Sentence, names: Mapping[Any, object] | None = None) -> str:
    """Write a sentence in the reader's language; `names` are those of parts."""
    values = {
        name: _write(value, names or {}) for name, value in sentence.values.items()
    }
    return str(SENTENCES[sentence.code]) % values


def month_name(month: Month) -> str:
    """Write a month inside a sentence: tháng 11/2026, November 2026."""
    if _is_vietnamese():
        # Without a break between the word and its number.
        return f"tháng\u00a0{month.number}/{month.year}"
    return f"{get_locale().months['format']['wide'][month.number]} {month.year}"


def month_label(month: Month) -> str:
    """Write a month where it stands alone: Tháng 11/2026, November 2026."""
    name = month_name(month)
    return name[0].upper() + name[1:]


def month_tick(month: Month) -> str:
    """Write a month under a chart: T11, Nov."""
    if _is_vietnamese():
        return f"T{month.number}"
    return str(get_locale().months["format"]["abbreviated"][month.number])


def aim(share: float) -> str:
    """Write a target as it was set: 90, 92,5."""
    return percent(share, 0 if round(share * 1000) % 10 == 0 else 1)


def points(value: float) -> str:
    """Write a difference of shares in points, with its sign: +0,4."""
    text = number(abs(value) * 100, 1)
    sign = "" if float(round(abs(value) * 100, 1)) == 0 else "+" if value > 0 else "−"
    return f"{sign}{text}"


def _is_vietnamese() -> bool:
    return str(get_locale().language) == "vi"


def _write(value: Value, names: Mapping[Any, object]) -> str:
    if isinstance(value, Share):
        return percent(value.value)
    if isinstance(value, Aim):
        return aim(value.value)
    if isinstance(value, Points):
        return points(value.value)
    if isinstance(value, Names):
        return ", ".join(str(names.get(key, key)) for key in value.keys)
    return month_name(value) if isinstance(value, Month) else number(value)
