"""What the canary says when something is not as it must be; one sentence each."""

from collections.abc import Sequence

from kiosk.operations.canary.rules import Refusal, levels_of, points_of

NOTHING_OPEN = (
    "Chưa có điểm lấy ý kiến nào đang mở hoặc chưa có phiếu nào được công bố: "
    "không có gì để tự kiểm tra."
)


def unreachable(url: str, what: str) -> str:
    """Say that no answer came at all."""
    return (
        f"Không gửi được phiếu thử đến {url} ({what}). "
        "Xin xem máy chủ còn chạy và CANARY_URL có đúng không."
    )


def refused(refusals: Sequence[Refusal]) -> str:
    """Say which scores were not taken in, where, and what the server said."""
    levels = ", ".join(str(level) for level in levels_of(refusals))
    points = ", ".join(points_of(refusals))
    first = refusals[0]
    return (
        f"Phiếu thử mức {levels} tại {points} không được nhận đúng: "
        f"máy chủ đáp “{first.said}”, đáng lẽ là “{first.expected}”."
    )


def form_closed(status: int) -> str:
    """Say that the form behind a poster did not open."""
    return f"Phiếu trên điện thoại sau mã QR không mở được: máy chủ đáp HTTP {status}."


def form_lacks(levels: Sequence[int]) -> str:
    """Say which scores a citizen cannot choose on the phone."""
    listed = ", ".join(str(level) for level in levels)
    return f"Phiếu trên điện thoại sau mã QR thiếu mức {listed}."


def lost(found: int, sent: int) -> str:
    """Say that what was acknowledged is not in this database."""
    return (
        f"Máy chủ báo đã ghi {sent} phiếu thử nhưng cơ sở dữ liệu này chỉ có {found} "
        "phiếu đúng như đã gửi. Xin xem CANARY_URL có trỏ đúng máy chủ này không."
    )


def miscounted(cube: int, sheets: int) -> str:
    """Say that the canary's column of the cube is wrong."""
    return (
        f"Bảng đếm theo ngày ghi {cube} phiếu thử, phiếu gốc có {sheets}. "
        "Xin chạy: flask --app wsgi cube verify."
    )


def in_counts(counted: int, sheets: int) -> str:
    """Say that sheets are counted that are nobody's, or not counted that are somebody's."""
    return (
        f"Số phiếu trong tháng đếm theo ngày là {counted}, đếm từng phiếu của người dân "
        f"là {sheets}. Xin chạy: flask --app wsgi cube verify."
    )


def in_figure(figure: int, sheets: int) -> str:
    """Say that the published figure has another n than there are answers."""
    return (
        f"Con số hài lòng của tháng dựa trên {figure} phiếu, đếm từng phiếu của người dân "
        f"là {sheets}. Xin chạy: flask --app wsgi cube verify."
    )


def changes(measures: Sequence[str]) -> str:
    """Say which figures the canary's sheets change."""
    return (
        f"Phiếu thử làm thay đổi số đo {', '.join(measures)}; đáng lẽ không được tính."
    )
