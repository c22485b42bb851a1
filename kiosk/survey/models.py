"""Table of published questionnaires."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.database import Base, Json, UtcDateTime


class SurveyVersion(Base):
    """One version of a questionnaire; a trigger refuses any change of its definition."""

    __tablename__ = "survey_version"
    __table_args__ = (sa.CheckConstraint("version >= 1", name="version"),)

    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    sha256: Mapped[str] = mapped_column(comment="Of the definition's canonical JSON")
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
