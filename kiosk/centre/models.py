"""Tables of the unit: who it is, where it asks, when it is open, what it aims at."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.database import Base, UtcDateTime


class Centre(Base):
    """One one-stop service centre; an installation may hold many."""

    __tablename__ = "centre"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    commune_vi: Mapped[str]
    commune_en: Mapped[str]
    signatory_name: Mapped[str | None]
    signatory_title: Mapped[str | None]
    hours_confirmed: Mapped[bool] = mapped_column(default=False)
    points_confirmed: Mapped[bool] = mapped_column(default=False)
    poster_key: Mapped[bytes] = mapped_column(
        comment="Signs poster codes; kept with the data so that posters outlive a PC"
    )


class ServiceField(Base):
    """A field of service (lĩnh vực)."""

    __tablename__ = "service_field"

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]
    retired_on: Mapped[date | None]


class Point(Base):
    """A place where citizens are asked: a counter, the exit, the hall."""

    __tablename__ = "point"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('counter', 'exit', 'hall')", name="kind"),
    )

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str]
    position: Mapped[int]
    retired_on: Mapped[date | None]


class PointField(Base):
    """A field of service dealt with at a point."""

    __tablename__ = "point_field"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["centre_id", "point_code"], ["point.centre_id", "point.code"]
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "field_code"],
            ["service_field.centre_id", "service_field.code"],
        ),
    )

    centre_id: Mapped[int] = mapped_column(primary_key=True)
    point_code: Mapped[str] = mapped_column(primary_key=True)
    field_code: Mapped[str] = mapped_column(primary_key=True)


class OpeningHours(Base):
    """One session of one weekday, in local time; Monday is 0."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("opens < closes", name="order"),
    )

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    opens: Mapped[time] = mapped_column(primary_key=True)
    closes: Mapped[time]


class CalendarDay(Base):
    """A day off, or a day worked instead; it wins over the weekday."""

    __tablename__ = "calendar_day"
    __table_args__ = (sa.CheckConstraint("kind IN ('off', 'work')", name="kind"),)

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    note_vi: Mapped[str]
    note_en: Mapped[str]
    source: Mapped[str]
    provisional: Mapped[bool] = mapped_column(default=False)


class Target(Base):
    """What the centre aims at for a measure, from a day on; empty until someone decides."""

    __tablename__ = "target"
    __table_args__ = (
        sa.CheckConstraint("value > 0 AND value <= 1", name="value"),
        sa.CheckConstraint("length(source) > 0", name="source"),
    )

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[float] = mapped_column(comment="A share, 0 to 1")
    source: Mapped[str] = mapped_column(comment="The decision that set it")
    set_by: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
