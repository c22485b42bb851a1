"""What is wrong with a phone form, said to the citizen who filled it in."""

from flask_babel import gettext as _

from kiosk.capture.forms import FormFault
from kiosk.edge.filters import number


def message(fault: FormFault) -> str:
    """Say what happened and how to mend it; odd faults carry their code for support."""
    if fault.code == "text_too_long":
        return str(
            _(
                "Phần viết thêm dài %(length)s ký tự, nhiều nhất là %(limit)s. "
                "Xin bớt %(excess)s ký tự.",
                length=number(fault.length),
                limit=number(fault.limit),
                excess=number(fault.length - fault.limit),
            )
        )
    if fault.code == "answer_required":
        return str(_("Xin chọn một mức hài lòng."))
    if fault.code == "stale":
        return str(
            _(
                "Trang này mở đã lâu nên phiếu chưa được ghi. "
                "Các câu trả lời còn nguyên bên dưới, xin bấm Gửi phiếu lần nữa."
            )
        )
    return str(_odd(fault))


def _odd(fault: FormFault) -> str:
    if fault.code == "repeated":
        text = _("Câu này gửi lên hai câu trả lời. Xin chọn lại một câu.")
    elif fault.code == "question_unknown":
        text = _("Phiếu gửi lên có mục lạ nên chưa được ghi. Xin gửi lại.")
    else:
        text = _("Câu trả lời này không có trong phiếu. Xin chọn lại.")
    return f"{text} ({fault.code})"
