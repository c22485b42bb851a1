"""`flask backup`: make a copy of everything, prove one, bring one back."""

import functools
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import ParamSpec

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.engine import URL

from kiosk import clock
from kiosk.config import Settings
from kiosk.core.database import prepare_engine
from kiosk.core.periods import LOCAL_ZONE
from kiosk.extensions import db, migrate
from kiosk.operations.backup import restoring, revisions, service
from kiosk.operations.backup.census import Cube
from kiosk.operations.backup.faults import BackupError
from kiosk.operations.backup.messages import PROVED

backup_cli = AppGroup("backup", help="Copies of everything, in one file each.")

Parameters = ParamSpec("Parameters")

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
new_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
old_file = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


def in_words(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Tell what the data or the machine refuse, with exit status 1."""

    @functools.wraps(command)
    def told(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        try:
            command(*arguments, **options)
        except BackupError as error:
            raise click.ClickException(error.sentence) from None

    return told


@backup_cli.command("create")
@new_file
@json_option
@in_words
def create_command(file: Path, *, as_json: bool) -> None:
    """Make a copy of everything in one FILE and prove it; taps go on meanwhile."""
    made = service.create(db.engine, _settings(), file, clock.now())
    _say(made, as_json=as_json)


@backup_cli.command("verify")
@old_file
@json_option
@in_words
def verify_command(file: Path, *, as_json: bool) -> None:
    """Prove that FILE is whole and can be brought back; changes nothing."""
    found = service.verify(db.engine, _settings(), file, bring_up_to_date)
    _say(found, as_json=as_json)


@backup_cli.command("restore")
@old_file
@click.option("--force", is_flag=True, help="Replace the sheets that are there.")
@json_option
@in_words
def restore_command(file: Path, *, force: bool, as_json: bool) -> None:
    """Put FILE in the place of the database; what was there is kept beside it."""
    done = restoring.restore(
        db.engine, _settings(), file, clock.now(), bring_up_to_date, force=force
    )
    described = _restored(done)
    click.echo(
        json.dumps(described, ensure_ascii=False) if as_json else _restored_text(done)
    )


def bring_up_to_date(url: URL) -> None:
    """Bring the database at an address to this release's tables."""
    app = Flask("kiosk.operations.backup")
    app.config.update(
        SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True}
    )
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True)
    with app.app_context():
        prepare_engine(db.engine)
        flask_migrate.upgrade(directory=str(revisions.MIGRATIONS))
        db.engine.dispose()


def _settings() -> Settings:
    settings: Settings = current_app.config["KIOSK"]
    return settings


def _say(backup: service.Backup, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(service.described(backup), ensure_ascii=False))
        return
    held, created = backup.manifest.census, backup.manifest.created_at
    megabytes = f"{backup.size / 1e6:.1f}".replace(".", ",")
    lines = [
        f"{backup.path}: {megabytes} MB, tạo lúc {_local(created)}.",
        f"Có {held.sheets} phiếu ({held.revisions} lượt ghi).",
        f"Phiếu mới nhất nhận lúc {_local(held.newest_received_at)}.",
        PROVED[backup.proof.depth],
        *_cube_lines(backup.proof.cube or backup.manifest.cube),
    ]
    click.echo("\n".join(lines))


def _restored(done: restoring.Restored) -> dict[str, object]:
    held = done.manifest.census
    newest = held.newest_received_at
    return {
        "file": done.path.name,
        "created_at": done.manifest.created_at.isoformat(),
        "sheets": held.sheets,
        "revisions": held.revisions,
        "newest_received_at": newest.isoformat() if newest else None,
        "proved": done.depth,
        "migrated_from": _older(held.revision),
        "safety_copy": str(done.safety_copy) if done.safety_copy else None,
        "cube_differences": done.cube.differences,
        "cube_pending": list(done.cube.pending),
    }


def _restored_text(done: restoring.Restored) -> str:
    held, created = done.manifest.census, _local(done.manifest.created_at)
    until = _local(_until(done))
    lines = [
        f"Đã khôi phục {held.sheets} phiếu ({held.revisions} lượt ghi).",
        f"Bản sao tạo lúc {created}; số dòng của mọi bảng khớp bản kê.",
        f"Phiếu nhận sau {until} không có trong bản sao.",
        "Máy tính bảng còn giữ phiếu nào sẽ tự gửi phiếu đó.",
    ]
    if done.safety_copy:
        lines.append(f"Dữ liệu trước khi khôi phục: {done.safety_copy}")
    if _older(held.revision):
        lines.append("Bản sao của bản phần mềm cũ hơn đã được đưa lên bản này.")
    lines += [
        *_cube_lines(done.cube),
        "Xin khởi động lại máy chủ.",
        f"Xin làm lại những việc đã làm sau {until}, nếu có:",
        "khóa tài khoản, thu hồi máy, xóa lời viết thêm.",
    ]
    return "\n".join(lines)


def _until(done: restoring.Restored) -> datetime:
    """Return the moment after which nothing is in the backup: it waited for its turn."""
    created, newest = (
        done.manifest.created_at,
        done.manifest.census.newest_received_at,
    )
    return max(created, newest or created)


def _cube_lines(cube: Cube | None) -> list[str]:
    if cube is None:
        return []
    lines = []
    if cube.pending:
        lines.append(f"{len(cube.pending)} ngày đang chờ đếm lại.")
    lines.append(
        f"Bảng đếm lệch {cube.differences} chỗ so với phiếu. Chạy: flask --app wsgi cube rebuild"
        if cube.differences
        else f"Bảng đếm khớp với {cube.sheets} phiếu đã đối chiếu."
    )
    return lines


def _older(revision: str) -> str | None:
    return None if revision == revisions.head() else revision


def _local(moment: datetime | None) -> str:
    if moment is None:
        return "(chưa có)"
    return f"{moment.astimezone(LOCAL_ZONE):%H:%M:%S %d/%m/%Y}"
