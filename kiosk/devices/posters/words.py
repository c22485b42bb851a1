"""What a poster says; both languages stand on one sheet, so gettext is no help here."""

TOGETHER = "\N{NO-BREAK SPACE}"

# The tablet's question in its own words: balanced, about the service, not an officer.
QUESTION = {
    "vi": f"Ông/Bà thấy việc phục{TOGETHER}vụ hôm{TOGETHER}nay thế{TOGETHER}nào?",
    "en": "How was the service today?",
}
STEPS = {
    "vi": (
        f"Mở máy{TOGETHER}ảnh trên điện{TOGETHER}thoại.",
        f"Hướng vào ô{TOGETHER}vuông bên{TOGETHER}cạnh.",
        f"Chọn khuôn{TOGETHER}mặt. Một{TOGETHER}phút là{TOGETHER}xong.",
    ),
    "en": (
        "Open the camera on your phone.",
        "Point it at this square.",
        "Pick a face. One minute.",
    ),
}
# Who may read it: "comments.read" in kiosk/accounts/permissions.py.
PRIVACY = {
    "vi": f"Không hỏi tên. Lãnh đạo đọc để sửa cách phục{TOGETHER}vụ; "
    "cán bộ tại quầy không xem được phiếu của Ông/Bà.",
    "en": "No name is asked. Read by management, not by staff at the counter.",
}
# For every language, so that nobody hangs it up.
DEMO = "DỮ LIỆU MINH HỌA · DEMONSTRATION ONLY"
BY_HAND = {
    "vi": "Không quét được? Xin gõ địa chỉ này",
    "en": "Cannot scan? Type this address",
}
