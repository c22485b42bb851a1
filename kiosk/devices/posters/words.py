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
        f"Đưa vào ô{TOGETHER}vuông bên{TOGETHER}này.",
        f"Chọn khuôn{TOGETHER}mặt. Một{TOGETHER}phút là{TOGETHER}xong.",
    ),
    "en": (
        "Open the camera on your phone.",
        "Point it at this square.",
        "Pick a face. One minute.",
    ),
}
PRIVACY = {
    "vi": "Không hỏi tên. Lãnh đạo Trung tâm đọc để sửa cách phục\u00a0vụ; "
    "cán bộ tại quầy không xem được phiếu của Ông/Bà.",
    "en": "No name is asked. Read by the Centre's management, not by the counter.",
}
BY_HAND = {
    "vi": "Không quét được? Xin gõ địa chỉ này",
    "en": "Cannot scan? Type this address",
}
