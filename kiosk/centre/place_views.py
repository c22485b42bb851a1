"""Settings of where citizens are asked: the points, and the fields of service."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk import clock
from kiosk.centre import edits, service
from kiosk.centre.forms import (
    KIND_NAMES,
    NamesForm,
    NewFieldForm,
    NewPointForm,
    PointForm,
    options,
)
from kiosk.edge import audit
from kiosk.edge.language import language
from kiosk.edge.transaction import reading, writing_session
from kiosk.errors import DuplicateError

blueprint = Blueprint("place_settings", __name__, url_prefix="/settings")


@blueprint.get("/points")
def points() -> ResponseReturnValue:
    """Show the points and what is dealt with at each."""
    return _points_page(NewPointForm(formdata=None))


def _points_page(form: NewPointForm) -> str:
    session = reading()
    own = service.only_centre(session)
    listed = service.points(session, own.id, with_retired=True)
    return render_template(
        "centre/points.html",
        form=form,
        own=own,
        points=listed,
        served={
            point.code: service.fields_of_point(session, own.id, point.code)
            for point in listed
        },
        kind_names=KIND_NAMES,
    )


@blueprint.post("/points")
def add_point() -> ResponseReturnValue:
    """Open a point."""
    form = NewPointForm()
    if not form.validate():
        return _points_page(form), 422
    code = form.code.data
    try:
        with writing_session() as session:
            own = service.only_centre(session)
            change = edits.add_point(
                session, own.id, code, form.kind.data, form.names()
            )
            audit.record(session, action="point.add", subject=code, detail=change)
    except DuplicateError:
        form.code.errors = [_("Mã này đã dùng cho một điểm khác.")]
        return _points_page(form), 409
    flash(_("Đã thêm điểm lấy ý kiến."))
    return redirect(url_for(".points"))


@blueprint.post("/points/confirm")
def confirm_points() -> ResponseReturnValue:
    """Note that points and fields are as they are in the building."""
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.confirm_points(session, own.id)
        audit.record(session, action="point.confirm", subject=own.code, detail=change)
    flash(_("Đã xác nhận danh sách quầy và lĩnh vực."))
    return redirect(url_for(".points"))


@blueprint.get("/points/<string:code>")
def point(code: str) -> ResponseReturnValue:
    """Show one point."""
    session = reading()
    centre_id = service.only_centre(session).id
    found = service.point(session, centre_id, code)
    served = service.fields_of_point(session, centre_id, code)
    known = {
        "name_vi": found.name_vi,
        "name_en": found.name_en,
        "fields": [field.code for field in served],
    }
    return _point_page(code, _with_fields(PointForm(formdata=None, data=known)))


def _with_fields(form: PointForm) -> PointForm:
    session = reading()
    listed = service.fields(session, service.only_centre(session).id)
    name = f"name_{language()}"
    form.fields.choices = options(
        {field.code: getattr(field, name) for field in listed}
    )
    return form


def _point_page(code: str, form: PointForm) -> str:
    session = reading()
    centre_id = service.only_centre(session).id
    found = service.point(session, centre_id, code)
    return render_template("centre/point.html", form=form, point=found)


@blueprint.post("/points/<string:code>")
def change_point(code: str) -> ResponseReturnValue:
    """Rename a point and say which fields are dealt with there."""
    form = _with_fields(PointForm())
    if not form.validate():
        return _point_page(code, form), 422
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.change_point(
            session, own.id, code, form.names(), form.fields.data
        )
        audit.record(session, action="point.change", subject=code, detail=change)
    flash(_("Đã lưu điểm lấy ý kiến."))
    return redirect(url_for(".points"))


@blueprint.post("/points/<string:code>/retire")
def retire_point(code: str) -> ResponseReturnValue:
    """Close a point from today on."""
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.retire_point(session, clock.now(), own.id, code)
        audit.record(session, action="point.retire", subject=code, detail=change)
    flash(_("Đã ngừng dùng điểm này. Phiếu đã có vẫn được tính."))
    return redirect(url_for(".points"))


@blueprint.post("/points/<string:code>/reopen")
def reopen_point(code: str) -> ResponseReturnValue:
    """Take back the closing of a point."""
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.reopen_point(session, own.id, code)
        audit.record(session, action="point.reopen", subject=code, detail=change)
    flash(_("Đã dùng lại điểm này."))
    return redirect(url_for(".points"))


@blueprint.get("/fields")
def fields() -> ResponseReturnValue:
    """Show the fields of service."""
    return _fields_page(NewFieldForm(formdata=None))


def _fields_page(form: NewFieldForm) -> str:
    session = reading()
    own = service.only_centre(session)
    listed = service.fields(session, own.id, with_retired=True)
    return render_template("centre/fields.html", form=form, fields=listed)


@blueprint.post("/fields")
def add_field() -> ResponseReturnValue:
    """Add a field of service."""
    form = NewFieldForm()
    if not form.validate():
        return _fields_page(form), 422
    code = form.code.data
    try:
        with writing_session() as session:
            own = service.only_centre(session)
            change = edits.add_field(session, own.id, code, form.names())
            audit.record(session, action="field.add", subject=code, detail=change)
    except DuplicateError:
        form.code.errors = [_("Mã này đã dùng cho một lĩnh vực khác.")]
        return _fields_page(form), 409
    flash(_("Đã thêm lĩnh vực."))
    return redirect(url_for(".fields"))


@blueprint.get("/fields/<string:code>")
def field(code: str) -> ResponseReturnValue:
    """Show one field of service."""
    session = reading()
    found = service.field(session, service.only_centre(session).id, code)
    known = {"name_vi": found.name_vi, "name_en": found.name_en}
    return _field_page(code, NamesForm(formdata=None, data=known))


def _field_page(code: str, form: NamesForm) -> str:
    session = reading()
    found = service.field(session, service.only_centre(session).id, code)
    return render_template("centre/field.html", form=form, field=found)


@blueprint.post("/fields/<string:code>")
def rename_field(code: str) -> ResponseReturnValue:
    """Rename a field of service."""
    form = NamesForm()
    if not form.validate():
        return _field_page(code, form), 422
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.rename_field(session, own.id, code, form.names())
        audit.record(session, action="field.rename", subject=code, detail=change)
    flash(_("Đã lưu lĩnh vực."))
    return redirect(url_for(".fields"))


@blueprint.post("/fields/<string:code>/retire")
def retire_field(code: str) -> ResponseReturnValue:
    """Stop offering a field from today on."""
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.retire_field(session, clock.now(), own.id, code)
        audit.record(session, action="field.retire", subject=code, detail=change)
    flash(_("Đã ngừng dùng lĩnh vực này."))
    return redirect(url_for(".fields"))


@blueprint.post("/fields/<string:code>/reopen")
def reopen_field(code: str) -> ResponseReturnValue:
    """Take back the end of a field."""
    with writing_session() as session:
        own = service.only_centre(session)
        change = edits.reopen_field(session, own.id, code)
        audit.record(session, action="field.reopen", subject=code, detail=change)
    flash(_("Đã dùng lại lĩnh vực này."))
    return redirect(url_for(".fields"))
