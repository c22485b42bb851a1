"""The cube: narrow tables of daily counts, each rebuilt a day at a time.

Every table's key is its dimensions; a day is deleted and inserted whole, because
groups can vanish when a revision moves an answer. Size depends on days and
dimensions, never on the number of answer sheets.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.database import Base


class CubeAnswer(Base):
    """Answers by value, for every question whose options are small integers."""

    __tablename__ = "cube_answer"
    __table_args__ = (sa.CheckConstraint("n > 0", name="n"),)

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    point: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    n: Mapped[int]


class CubeIndex(Base):
    """Sheets by how many factor questions they answered and how many with 4 or 5."""

    __tablename__ = "cube_index"
    __table_args__ = (
        sa.CheckConstraint("answered >= 1", name="answered"),
        sa.CheckConstraint("satisfied BETWEEN 0 AND answered", name="satisfied"),
        sa.CheckConstraint("sheets > 0", name="sheets"),
    )

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    point: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    answered: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    satisfied: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    sheets: Mapped[int]


class CubeHour(Base):
    """Overall answers by local hour."""

    __tablename__ = "cube_hour"
    __table_args__ = (
        sa.CheckConstraint("n > 0", name="n"),
        sa.CheckConstraint("satisfied BETWEEN 0 AND n", name="satisfied"),
    )

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    point: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]
    satisfied: Mapped[int]


class CubeReason(Base):
    """Reasons given, by the score they were given with."""

    __tablename__ = "cube_reason"
    __table_args__ = (sa.CheckConstraint("n > 0", name="n"),)

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    point: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    overall: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    n: Mapped[int]


class CubeSheet(Base):
    """Answer sheets by how they ended, and how many of them want a second look."""

    __tablename__ = "cube_sheet"
    __table_args__ = (sa.CheckConstraint("sheets > 0", name="sheets"),)

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    point: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    sheets: Mapped[int]
    assisted: Mapped[int]
    late: Mapped[int]
    clock_fault: Mapped[int]
