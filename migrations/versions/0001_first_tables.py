"""First tables: the centre, people, surveys, devices, answer sheets, the cube.

Rules: never import kiosk; schema and data changes apart; upgrade and downgrade keep
data; what takes a long lock is split.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

# What was answered, and what was asked, never changes; a comment may be erased.
SHEET_COLUMNS = """
    centre_id, id, revision, survey, survey_version, point, channel, origin,
    captured_at, received_at, occurred_at, local_day, local_hour, language, outcome,
    assisted, flipped, late, clock_fault, overall, answers, content_sha256
"""
SURVEY_COLUMNS = "centre_id, code, version, definition, sha256, published_at"
GUARDS = (
    ("answer_sheet_kept", "answer_sheet", SHEET_COLUMNS, ""),
    (
        "answer_comment_kept",
        "answer_sheet",
        "comment",
        "WHEN (NEW.comment IS NOT NULL)",
    ),
    ("survey_version_kept", "survey_version", SURVEY_COLUMNS, ""),
    (
        "audit_entry_kept",
        "audit_entry",
        "centre_id, id, at, actor_id, actor, action, subject, detail",
        "",
    ),
)
IMMUTABLE = {
    "sqlite": [
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table} {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for name, table, columns, condition in GUARDS
    ],
    "postgresql": [
        (
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        ),
        *(
            f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table} "
            f"FOR EACH ROW {condition} EXECUTE FUNCTION refuse_change()"
            for name, table, columns, condition in GUARDS
        ),
    ],
}


def upgrade() -> None:
    op.create_table(
        "centre",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("commune_vi", sa.String(), nullable=False),
        sa.Column("commune_en", sa.String(), nullable=False),
        sa.Column("signatory_name", sa.String(), nullable=True),
        sa.Column("signatory_title", sa.String(), nullable=True),
        sa.Column("hours_confirmed", sa.Boolean(), nullable=False),
        sa.Column("points_confirmed", sa.Boolean(), nullable=False),
        sa.Column(
            "poster_key",
            sa.LargeBinary(),
            nullable=False,
            comment="Signs poster codes; kept with the data so that posters outlive a PC",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
        sa.UniqueConstraint("code", name=op.f("uq_centre_code")),
    )
    op.create_table(
        "dirty_mark",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint(
            "centre_id", "day", "token", name=op.f("pk_dirty_mark")
        ),
    )
    op.create_table(
        "account",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column(
            "session_epoch",
            sa.Integer(),
            nullable=False,
            comment="Raised to end every open session",
        ),
        sa.Column(
            "must_change",
            sa.Boolean(),
            nullable=False,
            comment="The password was set by somebody else",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('head', 'clerk', 'leader', 'supervisor', 'admin')",
            name=op.f("ck_account_role"),
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email")),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_account_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "api_key",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "scope IN ('figures', 'slips')", name=op.f("ck_api_key_scope")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_api_key_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "actor",
            sa.String(),
            nullable=False,
            comment="Name as it was, or the command",
        ),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_audit_entry_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_at", ["centre_id", "at"], unique=False)

    op.create_table(
        "calendar_day",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note_vi", sa.String(), nullable=False),
        sa.Column("note_en", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('off', 'work')", name=op.f("ck_calendar_day_kind")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_calendar_day_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "cube_answer",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_cube_answer_n")),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_cube_answer_centre_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id",
            "day",
            "point",
            "channel",
            "question",
            "value",
            name=op.f("pk_cube_answer"),
        ),
    )
    op.create_table(
        "cube_hour",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_cube_hour_n")),
        sa.CheckConstraint(
            "satisfied BETWEEN 0 AND n", name=op.f("ck_cube_hour_satisfied")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_cube_hour_centre_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "day", "hour", "point", "channel", name=op.f("pk_cube_hour")
        ),
    )
    op.create_table(
        "cube_index",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("answered", sa.SmallInteger(), nullable=False),
        sa.Column("satisfied", sa.SmallInteger(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.CheckConstraint("answered >= 1", name=op.f("ck_cube_index_answered")),
        sa.CheckConstraint(
            "satisfied BETWEEN 0 AND answered", name=op.f("ck_cube_index_satisfied")
        ),
        sa.CheckConstraint("sheets > 0", name=op.f("ck_cube_index_sheets")),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_cube_index_centre_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id",
            "day",
            "point",
            "channel",
            "answered",
            "satisfied",
            name=op.f("pk_cube_index"),
        ),
    )
    op.create_table(
        "cube_reason",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("overall", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_cube_reason_n")),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_cube_reason_centre_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id",
            "day",
            "point",
            "channel",
            "reason",
            "overall",
            name=op.f("pk_cube_reason"),
        ),
    )
    op.create_table(
        "cube_sheet",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("assisted", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("clock_fault", sa.Integer(), nullable=False),
        sa.CheckConstraint("sheets > 0", name=op.f("ck_cube_sheet_sheets")),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_cube_sheet_centre_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id",
            "day",
            "point",
            "channel",
            "outcome",
            name=op.f("pk_cube_sheet"),
        ),
    )
    op.create_table(
        "opening_hours",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("ck_opening_hours_order")),
        sa.CheckConstraint(
            "weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_opening_hours_centre_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "weekday", "opens", name=op.f("pk_opening_hours")
        ),
    )
    op.create_table(
        "point",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('counter', 'exit', 'hall')", name=op.f("ck_point_kind")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_point_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "code", name=op.f("pk_point")),
    )
    op.create_table(
        "service_field",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_service_field_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "code", name=op.f("pk_service_field")),
    )
    op.create_table(
        "sheet_conflict",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('content', 'origin')", name=op.f("ck_sheet_conflict_reason")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_sheet_conflict_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_sheet_conflict")),
        sa.UniqueConstraint(
            "centre_id",
            "sheet_id",
            "revision",
            "content_sha256",
            name=op.f("uq_sheet_conflict_centre_id_sheet_id_revision_content_sha256"),
        ),
    )
    with op.batch_alter_table("sheet_conflict", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sheet_conflict_received_at", ["centre_id", "received_at"], unique=False
        )

    op.create_table(
        "sign_in_failure",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject",
            sa.String(),
            nullable=False,
            comment="Keyed hash of what was typed",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_sign_in_failure_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_sign_in_failure")),
    )
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sign_in_failure_subject", ["centre_id", "subject", "at"], unique=False
        )

    op.create_table(
        "survey_version",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column(
            "sha256",
            sa.String(),
            nullable=False,
            comment="Of the definition's canonical JSON",
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("ck_survey_version_version")),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_survey_version_centre_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "code", "version", name=op.f("pk_survey_version")
        ),
    )
    op.create_table(
        "target",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False, comment="A share, 0 to 1"),
        sa.Column(
            "source", sa.String(), nullable=False, comment="The decision that set it"
        ),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(source) > 0", name=op.f("ck_target_source")),
        sa.CheckConstraint("value > 0 AND value <= 1", name=op.f("ck_target_value")),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_target_centre_id")
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "measure", "valid_from", name=op.f("pk_target")
        ),
    )
    op.create_table(
        "answer_sheet",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column(
            "id",
            sa.Uuid(),
            nullable=False,
            comment="Made by the device at the first tap",
        ),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("survey_version", sa.Integer(), nullable=False),
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column(
            "origin",
            sa.String(),
            nullable=False,
            comment="device:<id> or poster:<serial>",
        ),
        sa.Column(
            "captured_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="As the device's clock said",
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "occurred_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Capture time corrected by the device's clock offset",
        ),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("local_hour", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("assisted", sa.Boolean(), nullable=False),
        sa.Column("flipped", sa.Boolean(), nullable=False),
        sa.Column(
            "late",
            sa.Boolean(),
            nullable=False,
            comment="Received over 92 days after capture",
        ),
        sa.Column(
            "clock_fault",
            sa.Boolean(),
            nullable=False,
            comment="Captured after it was sent",
        ),
        sa.Column("overall", sa.SmallInteger(), nullable=True),
        sa.Column("answers", JSON, nullable=False),
        sa.Column(
            "comment",
            sa.String(),
            nullable=True,
            comment="Free text; the only part that may be erased",
        ),
        sa.Column(
            "content_sha256",
            sa.String(),
            nullable=False,
            comment="Of the canonical content: tells a duplicate from a conflict",
        ),
        sa.CheckConstraint(
            "channel IN ('kiosk', 'qr', 'slip', 'assisted', 'paper', 'phone', 'canary')",
            name=op.f("ck_answer_sheet_channel"),
        ),
        sa.CheckConstraint(
            "outcome IN ('completed', 'skipped', 'timeout')",
            name=op.f("ck_answer_sheet_outcome"),
        ),
        sa.CheckConstraint(
            "local_hour BETWEEN 0 AND 23", name=op.f("ck_answer_sheet_local_hour")
        ),
        sa.CheckConstraint(
            "overall BETWEEN 1 AND 5", name=op.f("ck_answer_sheet_overall")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_answer_sheet_revision")),
        sa.ForeignKeyConstraint(
            ["centre_id", "point"],
            ["point.centre_id", "point.code"],
            name=op.f("fk_answer_sheet_centre_id_point"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "survey", "survey_version"],
            [
                "survey_version.centre_id",
                "survey_version.code",
                "survey_version.version",
            ],
            name=op.f("fk_answer_sheet_centre_id_survey_survey_version"),
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "id", "revision", name=op.f("pk_answer_sheet")
        ),
    )
    with op.batch_alter_table("answer_sheet", schema=None) as batch_op:
        batch_op.create_index(
            "ix_answer_sheet_comment",
            ["centre_id", "local_day"],
            unique=False,
            sqlite_where=sa.text("comment IS NOT NULL"),
            postgresql_where=sa.text("comment IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_answer_sheet_local_day", ["centre_id", "local_day"], unique=False
        )

    op.create_table(
        "device",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("point_code", sa.String(), nullable=False),
        sa.Column(
            "key_hash", sa.String(), nullable=False, comment="SHA-256 of the key"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id", "point_code"],
            ["point.centre_id", "point.code"],
            name=op.f("fk_device_centre_id_point_code"),
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_device")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_device_key_hash")),
    )
    op.create_table(
        "point_field",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("point_code", sa.String(), nullable=False),
        sa.Column("field_code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id", "field_code"],
            ["service_field.centre_id", "service_field.code"],
            name=op.f("fk_point_field_centre_id_field_code"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "point_code"],
            ["point.centre_id", "point.code"],
            name=op.f("fk_point_field_centre_id_point_code"),
        ),
        sa.PrimaryKeyConstraint(
            "centre_id", "point_code", "field_code", name=op.f("pk_point_field")
        ),
    )
    op.create_table(
        "poster_code",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("point_code", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id", "point_code"],
            ["point.centre_id", "point.code"],
            name=op.f("fk_poster_code_centre_id_point_code"),
        ),
        sa.PrimaryKeyConstraint("centre_id", "serial", name=op.f("pk_poster_code")),
    )
    for statement in IMMUTABLE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change() CASCADE")
    op.drop_table("poster_code")
    op.drop_table("point_field")
    op.drop_table("device")
    with op.batch_alter_table("answer_sheet", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_sheet_local_day")
        batch_op.drop_index(
            "ix_answer_sheet_comment",
            sqlite_where=sa.text("comment IS NOT NULL"),
            postgresql_where=sa.text("comment IS NOT NULL"),
        )

    op.drop_table("answer_sheet")
    op.drop_table("target")
    op.drop_table("survey_version")
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_failure_subject")

    op.drop_table("sign_in_failure")
    with op.batch_alter_table("sheet_conflict", schema=None) as batch_op:
        batch_op.drop_index("ix_sheet_conflict_received_at")
    op.drop_table("sheet_conflict")
    op.drop_table("service_field")
    op.drop_table("point")
    op.drop_table("opening_hours")
    op.drop_table("cube_sheet")
    op.drop_table("cube_reason")
    op.drop_table("cube_index")
    op.drop_table("cube_hour")
    op.drop_table("cube_answer")
    op.drop_table("calendar_day")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_at")

    op.drop_table("audit_entry")
    op.drop_table("api_key")
    op.drop_table("account")
    op.drop_table("dirty_mark")
    op.drop_table("centre")
