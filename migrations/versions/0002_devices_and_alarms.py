"""What tablets report, how they are paired, alarms, and the ledger of periodic work.

Columns are added one by one where a table has triggers: making such a table anew, as
a batch does on SQLite, would drop them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("closed_at IS NULL")
# A canary's key is made anew for each run, so the table can do without its row.
CANARIES = "DELETE FROM device WHERE kind = 'canary'"
# As in 0001, with the new column: what was answered never changes.
GUARD = {
    "sqlite": (
        "CREATE TRIGGER answer_offset_kept BEFORE UPDATE OF clock_offset_ms "
        "ON answer_sheet "
        "BEGIN SELECT RAISE(ABORT, 'answer_sheet is append-only'); END"
    ),
    "postgresql": (
        "CREATE TRIGGER answer_offset_kept BEFORE UPDATE OF clock_offset_ms "
        "ON answer_sheet FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ),
}


def upgrade() -> None:
    op.add_column(
        "answer_sheet",
        sa.Column(
            "clock_offset_ms",
            sa.BigInteger(),
            nullable=True,
            comment="Our clock minus the device's: measured at capture, else at sending",
        ),
    )
    op.execute(GUARD[op.get_bind().dialect.name])
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(), nullable=False, server_default="tablet")
        )
        batch_op.add_column(
            sa.Column(
                "pin",
                sa.String(),
                nullable=True,
                comment="Opens the staff panel on the tablet; keeps hands off, not burglars",
            )
        )
        batch_op.add_column(
            sa.Column("seen_at", MOMENT, nullable=True, comment="Of its last heartbeat")
        )
        batch_op.add_column(
            sa.Column(
                "report", JSON, nullable=True, comment="What its last heartbeat said"
            )
        )
        batch_op.create_check_constraint(
            op.f("ck_device_kind"), "kind IN ('tablet', 'canary')"
        )
    _create_tables()


def _create_tables() -> None:
    op.create_table(
        "pairing_request",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "key_hash", sa.String(), nullable=False, comment="SHA-256 of the key"
        ),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_pairing_request_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "code", name=op.f("pk_pairing_request")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_pairing_request_key_hash")),
    )
    op.create_table(
        "alarm",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "subject", sa.String(), nullable=False, comment="A device's id, or empty"
        ),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("raising_mailed_at", MOMENT, nullable=True),
        sa.Column("closing_mailed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_alarm_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("pk_alarm")),
    )
    op.create_index(
        "uq_alarm_open",
        "alarm",
        ["centre_id", "kind", "subject"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_alarm_raised_at", "alarm", ["centre_id", "raised_at"])
    op.create_table(
        "job",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("succeeded_at", MOMENT, nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("detail", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centre.id"], name=op.f("fk_job_centre_id")
        ),
        sa.PrimaryKeyConstraint("centre_id", "name", name=op.f("pk_job")),
    )


def downgrade() -> None:
    op.drop_table("job")
    op.drop_index("ix_alarm_raised_at", table_name="alarm")
    op.drop_index("uq_alarm_open", table_name="alarm")
    op.drop_table("alarm")
    op.drop_table("pairing_request")
    op.execute(CANARIES)
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_device_kind"), type_="check")
        batch_op.drop_column("report")
        batch_op.drop_column("seen_at")
        batch_op.drop_column("pin")
        batch_op.drop_column("kind")
    drop = "DROP TRIGGER answer_offset_kept"
    if op.get_bind().dialect.name == "postgresql":
        drop += " ON answer_sheet"
    op.execute(drop)
    op.drop_column("answer_sheet", "clock_offset_ms")
