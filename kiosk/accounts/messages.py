"""What this room says to people: faults of a field, roles, permissions, deeds."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.accounts import rules
from kiosk.accounts.permissions import Role

FAULTS: dict[str, LazyString] = {
    "email": _("Ghi địa chỉ thư điện tử đầy đủ, như ten@haiphong.gov.vn."),
    "name": _("Ghi tên, nhiều nhất 100 ký tự."),
    "role": _("Chọn một vai trò trong danh sách."),
    "scope": _("Chọn figures hoặc slips."),
    "last_admin": _(
        "Đây là quản trị viên cuối cùng. Xin tạo hoặc mở lại một quản trị viên khác trước."
    ),
    "yourself": _("Không tự khóa tài khoản hoặc tự đổi vai trò của mình được."),
    "password_wrong": _("Mật khẩu hiện tại không đúng."),
    "password_same": _("Mật khẩu mới phải khác mật khẩu hiện tại."),
    "password_short": _(
        "Mật khẩu cần ít nhất %(count)d ký tự. Một câu dễ nhớ là tốt nhất.",
        count=rules.MIN_LENGTH,
    ),
    "password_long": _(
        "Mật khẩu dài quá %(count)d ký tự. Xin rút ngắn.", count=rules.MAX_LENGTH
    ),
    "password_digits": _(
        "Mật khẩu chỉ có chữ số thì giống số căn cước hoặc số điện thoại. Xin thêm chữ."
    ),
    "password_repeats": _(
        "Mật khẩu lặp lại quá ít ký tự. Xin dùng nhiều ký tự khác nhau."
    ),
    "password_personal": _(
        "Mật khẩu gần như chỉ là tên hoặc địa chỉ thư của người dùng. Xin chọn câu khác."
    ),
    "password_common": _(
        "Mật khẩu này nằm trong số những từ bị đoán đầu tiên. Xin chọn câu khác."
    ),
}

ROLES: dict[str, LazyString] = {
    Role.HEAD: _("Lãnh đạo Trung tâm"),
    Role.CLERK: _("Cán bộ tiếp nhận"),
    Role.LEADER: _("Lãnh đạo UBND xã"),
    Role.SUPERVISOR: _("Giám sát (MTTQ, đoàn thể)"),
    Role.ADMIN: _("Quản trị hệ thống"),
}

ROLE_RIGHTS: dict[str, LazyString] = {
    Role.HEAD: _(
        "Xem số liệu, ý kiến và nhật ký; đặt giờ, điểm, chỉ tiêu; quản lý máy tính bảng và tài khoản cán bộ."
    ),
    Role.CLERK: _(
        "Chỉ xem số liệu tổng hợp của những ngày đã qua; không đọc ý kiến của người dân."
    ),
    Role.LEADER: _("Xem số liệu, ý kiến và nhật ký; không thay đổi gì."),
    Role.SUPERVISOR: _("Xem số liệu, ý kiến và nhật ký; không thay đổi gì."),
    Role.ADMIN: _(
        "Xem số liệu tổng hợp và nhật ký; cài đặt; quản lý máy tính bảng và mọi tài khoản; không đọc ý kiến."
    ),
}

ACTIONS: dict[str, LazyString] = {
    "sign_in": _("Đăng nhập"),
    "sign_in.failed": _("Đăng nhập không thành công"),
    "sign_out": _("Đăng xuất"),
    "password.change": _("Đổi mật khẩu của mình"),
    "password.failed": _("Đổi mật khẩu: mật khẩu hiện tại không đúng"),
    "account.create": _("Tạo tài khoản"),
    "account.change": _("Sửa tài khoản"),
    "account.reset": _("Đặt lại mật khẩu"),
    "account.disable": _("Khóa tài khoản"),
    "account.enable": _("Mở lại tài khoản"),
    "apikey.create": _("Tạo khóa truy cập"),
    "apikey.revoke": _("Thu hồi khóa truy cập"),
    "point.add": _("Thêm điểm lấy ý kiến"),
    "point.change": _("Sửa điểm lấy ý kiến"),
    "point.confirm": _("Xác nhận danh sách điểm"),
    "point.retire": _("Ngừng dùng điểm"),
    "point.reopen": _("Dùng lại điểm"),
    "field.add": _("Thêm lĩnh vực"),
    "field.rename": _("Đổi tên lĩnh vực"),
    "field.retire": _("Ngừng dùng lĩnh vực"),
    "field.reopen": _("Dùng lại lĩnh vực"),
    "centre.signatory": _("Đổi người ký"),
    "centre.hours": _("Đổi giờ mở cửa"),
    "calendar.set": _("Đặt ngày nghỉ hoặc làm bù"),
    "calendar.remove": _("Bỏ ngày nghỉ hoặc làm bù"),
    "target.set": _("Đặt chỉ tiêu"),
    "target.remove": _("Bỏ chỉ tiêu"),
    "device.pair": _("Ghép máy tính bảng"),
    "device.pair_again": _("Ghép lại máy tính bảng"),
    "device.change": _("Đổi tên hoặc chuyển máy tính bảng"),
    "device.pin_show": _("Xem PIN của máy tính bảng"),
    "device.pin_new": _("Đổi PIN của máy tính bảng"),
    "device.rescue": _("Nhập tệp phiếu lưu từ máy tính bảng"),
    "device.revoke": _("Thu hồi máy tính bảng"),
    "poster.retire": _("Thay tờ mã QR"),
    "alarm.acknowledge": _("Xác nhận đã biết cảnh báo"),
    "backup.restore": _("Khôi phục dữ liệu từ bản sao"),
}
