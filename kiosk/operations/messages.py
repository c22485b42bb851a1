"""What keeping the service says to people: of jobs, and of what is not ready.

A job's sentence is kept in its row, so it has one language: that of the commands.
"""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.operations.rules import Outcome

DIED = "Lần chạy trước dừng giữa chừng, không rõ vì sao; việc đang được làm lại."
NO_DATABASE = (
    "Cơ sở dữ liệu không trả lời hoặc chưa có dữ liệu gốc. Xin xem cơ sở dữ liệu còn chạy "
    "không; máy mới cài thì chạy: flask --app wsgi init."
)
RESULTS = {
    "done": "xong",
    "failed": "không xong",
    "not_due": "chưa đến hạn",
    "under_way": "đang được làm ở lần chạy khác",
}
LEDGER_AWAY = "Cơ sở dữ liệu không trả lời nên chưa làm được việc này."

READINESS: Mapping[str, LazyString] = {
    "database": _(
        "Cơ sở dữ liệu không nhận ghi trong hai giây, phiếu gửi lên chưa được ghi. "
        "Xin xem cơ sở dữ liệu còn chạy, ổ đĩa còn chỗ và còn ghi được không."
    ),
    "init": _(
        "Cơ sở dữ liệu chưa có dữ liệu gốc. Xin chạy lệnh: flask --app wsgi init."
    ),
    "disk": _("Ổ đĩa sắp đầy. Xin xóa bớt tệp không dùng hoặc thay ổ lớn hơn."),
    "tick": _(
        "Việc định kỳ không chạy. Xin xem bộ hẹn giờ còn gọi lệnh “flask tick” "
        "năm phút một lần không."
    ),
    "cube": _(
        "Có ngày chờ đếm lại đã hơn một giờ. Xin chạy lệnh: flask --app wsgi tick."
    ),
    "backup": _(
        "Đã quá 26 giờ chưa có bản sao lưu mới. Xin chạy lệnh: flask --app wsgi tick, "
        "rồi đọc câu báo lỗi."
    ),
    "canary": _(
        "Lần tự kiểm tra đường nhận phiếu gần nhất không đạt hoặc đã quá 13 giờ. "
        "Xin chạy lệnh: flask --app wsgi canary run, rồi đọc câu báo lỗi."
    ),
    "devices": _(
        "Có máy tính bảng im lặng trong giờ làm việc. "
        "Xin đăng nhập, mở bảng điều khiển để biết máy nào và phải làm gì."
    ),
}


def unexpected(error: Exception) -> str:
    """Name what nobody thought of; where it happened is in the log."""
    return f"Lỗi ngoài dự kiến ({type(error).__name__}); chi tiết nằm trong nhật ký máy chủ."


def told(outcome: Outcome) -> str:
    """Write a line of what became of a job."""
    if outcome.failure is not None:
        return f"{outcome.name}: {outcome.failure}"
    detail = ", ".join(
        f"{name} {value}" for name, value in (outcome.detail or {}).items()
    )
    return f"{outcome.name}: {RESULTS[outcome.result]}{detail and f' ({detail})'}"
