"""What the backup commands say; they answer in Vietnamese, as every command does."""

FAULTS = {
    "disk_full": "Hết chỗ trên đĩa tại {place}. Xin dọn bớt rồi chạy lại; chưa có gì thay đổi.",
    "no_access": "Không đọc hoặc ghi được {place}: {said}.",
    "busy": "Cơ sở dữ liệu {place} đang bị chương trình khác giữ. Xin thử lại sau ít phút.",
    "damaged": "Cơ sở dữ liệu {place} bị hỏng, không đọc hết được.",
    "database": "Cơ sở dữ liệu {place} báo lỗi, không làm tiếp được.",
    "no_database": "Chưa có cơ sở dữ liệu tại {place}. Xin chạy: flask --app wsgi init",
    "not_started": "Cơ sở dữ liệu chưa có dữ liệu gốc. Xin chạy: flask --app wsgi init",
    "memory": "Cơ sở dữ liệu nằm trong bộ nhớ thì không sao lưu được.",
    "exists": "Đã có tệp {place}. Xin chọn tên khác; bản sao cũ không bị ghi đè.",
    "no_directory": "Không có thư mục {place}. Nếu đó là ổ gắn ngoài, xin kiểm tra đã gắn chưa.",
    "not_backup": "{name} không phải bản sao do hệ thống này tạo.",
    "cut": "Bản sao {name} bị cắt cụt. Xin dùng bản khác.",
    "changed": "Bản sao {name} đã bị sửa hoặc hỏng ({part}). Xin dùng bản khác.",
    "newer_format": "Bản sao {name} do bản phần mềm mới hơn tạo. Xin cập nhật phần mềm rồi khôi phục.",
    "newer_release": (
        "Bản sao {name} có cấu trúc dữ liệu {revision} của bản phần mềm mới hơn. "
        "Xin cập nhật phần mềm rồi khôi phục."
    ),
    "other_engine": (
        "Bản sao {name} là của {found}, còn máy này dùng {wanted}. Không chuyển được từ loại "
        "này sang loại kia; xin đặt DATABASE_URL đúng loại rồi khôi phục."
    ),
    "copy_damaged": "Dữ liệu trong bản sao không qua được kiểm tra của cơ sở dữ liệu ({found}).",
    "copy_differs": "Dữ liệu trong bản sao không khớp bản kê ({found}).",
    "holds_sheets": (
        "Cơ sở dữ liệu đang có {sheets} phiếu. Khôi phục sẽ thay tất cả bằng bản sao. "
        "Nếu đúng ý, xin thêm --force; dữ liệu hiện có được chép riêng trước."
    ),
    "target_damaged": (
        "Không đọc được cơ sở dữ liệu hiện có ({place}). Nếu vẫn muốn khôi phục, xin thêm --force."
    ),
    "target_lost": (
        "Tệp {place} hỏng đến mức không ghi vào được. Xin dừng máy chủ, chuyển tệp này cùng hai "
        "tệp có đuôi -wal và -shm đi chỗ khác, rồi khôi phục lại."
    ),
    "client_missing": (
        "Không tìm thấy chương trình {program} của PostgreSQL. Xin cài gói postgresql-client bản "
        "{needed} trở lên, hoặc đặt PG_BIN là thư mục chứa nó."
    ),
    "client_old": (
        "{program} tìm thấy là bản {found}, cũ hơn máy chủ PostgreSQL bản {needed}. "
        "Xin cài postgresql-client bản {needed} trở lên, hoặc đặt PG_BIN."
    ),
    "client_failed": "{program} không làm được: {said}",
    "in_use": (
        "Không giành được quyền thay bảng vì cơ sở dữ liệu đang bận. Chưa có gì thay đổi; "
        "xin dừng máy chủ rồi chạy lại."
    ),
    "set_aside": "{sentence} Tệp được giữ riêng tại {place}, không tính là bản sao.",
}

PROVED = {
    "restored": "Đã khôi phục thử: dữ liệu mở được, đủ số dòng, khóa ngoại đúng.",
    "read": (
        "Đã đọc hết bản sao và đối chiếu mã kiểm, nhưng CHƯA khôi phục thử: tài khoản cơ sở dữ liệu "
        "không có quyền CREATEDB hoặc máy này không dùng PostgreSQL."
    ),
    "hashed": (
        "Chỉ đối chiếu được mã kiểm của tệp: máy này không có pg_restore, CHƯA khôi phục thử."
    ),
}
