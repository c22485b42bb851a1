"""OpenAPI 3.1 of the API, made from the views' own models."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from pydantic import BaseModel, Field
from spectree import Response, SecurityScheme, SpecTree
from spectree.metadata import FunctionDecorator
from spectree.models import SecureType, SecuritySchemeData

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
KEY_SCHEME = "key"


class ErrorBody(BaseModel):
    """A stable code, a sentence for a person, and the places."""

    code: str
    message: str
    details: Any = Field(description="An object; its members depend on the code")


class ErrorOut(BaseModel):
    """The one shape of every refusal."""

    error: ErrorBody


class Description(SpecTree):
    """The described views.

    The library would wrap each view and read every response again; the intake's
    views check their own input sheet by sheet, so a view is described, not wrapped.
    """

    def __init__(self) -> None:
        """Describe nothing yet."""
        super().__init__(
            "flask",
            mode="strict",
            annotations=False,
            title="Kiosk API",
            version="1",
            naming_strategy=lambda model: model.__name__,
            nested_naming_strategy=lambda _parent, child: child,
            validation_error_model=ErrorOut,
            security_schemes=[
                SecurityScheme(
                    name=KEY_SCHEME,
                    data=SecuritySchemeData(
                        type=SecureType.HTTP,
                        scheme="bearer",
                        description="A device key, or an API key for figures",
                    ),
                )
            ],
        )
        self._described: dict[Callable[..., Any], Callable[..., Any]] = {}

    def describe(
        self,
        *,
        answers: type[BaseModel],
        refuses: tuple[int, ...] = (),
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        open_to_all: bool = False,
    ) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
        """Describe a view: its body or query, its answer, its refusals' statuses."""
        models: dict[str, Any] = {f"HTTP_{code}": ErrorOut for code in (*refuses, 503)}
        stand_in = self.validate(
            json=body,
            query=query,
            resp=Response(HTTP_200=answers, **models),
            validation_error_status=422,
            skip_validation=True,
            security=[{}] if open_to_all else [{KEY_SCHEME: []}, {}],
        )

        def note(view: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
            self._described[view] = stand_in(view)
            return view

        return note

    def get_function_metadata(
        self, func: Callable[..., Any]
    ) -> FunctionDecorator | None:
        """Return what was noted of a view."""
        return super().get_function_metadata(self._described.get(func, func))


description = Description()
