"""The figures API as OpenAPI describes it: the query and the answer."""

from pydantic import BaseModel, ConfigDict, Field

Share = float | None


class MeasuresIn(BaseModel):
    """The parameters of a question; anything unknown is refused with 422."""

    model_config = ConfigDict(populate_by_name=True)

    measure: str = Field(
        description="satisfaction, index, one_visit or factor:<access, procedure, "
        "staff, result, feedback>"
    )
    first: str = Field(
        alias="from", description="First day of the first month, as 2026-01-01"
    )
    end: str = Field(
        alias="to",
        description="First day of the month after the last, at most ten years",
    )
    by: str = Field(default="month", description="month, or period: all months as one")
    split: str | None = Field(
        default=None, description="point, field, channel, or factor (of index only)"
    )
    kind: str | None = Field(
        default=None,
        alias="class",
        description="verified, kiosk, open_qr, assisted, paper or phone",
    )
    point: str | None = Field(default=None, description="Code of one point")
    field: str | None = Field(
        default=None, description="Code of a field that has points of its own"
    )
    channel: str | None = Field(
        default=None, description="kiosk, qr, slip, assisted, paper or phone"
    )


class MeasureRowOut(BaseModel):
    """One figure; every number is null where small cells are protected."""

    month: str = Field(description="First month of the row, as 2026-10")
    end_month: str | None = Field(
        default=None, description="With by=period: the month after the last"
    )
    point: str | None = Field(default=None, description="With split=point: its code")
    field: str | None = Field(
        default=None,
        description="With split=field: its code; null for points of several fields",
    )
    channel: str | None = Field(default=None, description="With split=channel")
    factor: str | None = Field(default=None, description="With split=factor")
    numerator: int | None
    denominator: int | None
    value: Share = Field(description="A share, 0 to 1")
    low: Share = Field(description="Lower end of the interval")
    high: Share = Field(description="Upper end of the interval")
    confidence: float
    mean: float | None = Field(
        description="Of the levels 1 to 5, where they are a scale"
    )
    counts: dict[str, int] | None = Field(description="Answers by value")
    population: int | None = Field(description="Dossiers brought, where counted")
    coverage: Share = Field(description="Answer sheets by dossiers brought")
    target: Share
    verdict: str | None = Field(description="dat, chua_dat or chua_du_can_cu")
    change: str | None = Field(
        description="up, down or no_signal against the period before"
    )
    suppressed: bool = Field(description="Hidden, because few people answered")


class MeasuresOut(BaseModel):
    """The rows of one measure, month by month."""

    measure: str
    formula_version: int
    rows: list[MeasureRowOut]
