"""Migrations: one line of history, both ways, and the schema that the models describe."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from kiosk.core.database import Base
from kiosk.extensions import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from kiosk.config import Settings
    from tests.engines import TestDatabase

MIGRATIONS = Path(__file__).parents[2] / "migrations"
SCRIPTS = ScriptDirectory(str(MIGRATIONS))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


@pytest.fixture
def empty_app(
    database: TestDatabase, settings_for: Callable[[str], Settings]
) -> Iterator[Flask]:
    """Yield an application whose database has no tables yet."""
    from kiosk.app import create_app

    app = create_app(settings_for(database.empty_url()))
    with app.app_context():
        yield app
        db.engine.dispose()


def table_names() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_history_is_one_line() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1


def test_numbers_have_no_gaps() -> None:
    assert [f"{n:04d}" for n in range(1, len(REVISIONS) + 1)] == REVISIONS


@pytest.mark.parametrize("path", sorted((MIGRATIONS / "versions").glob("*.py")))
def test_a_migration_stands_alone(path: Path) -> None:
    """Models change; a migration must do tomorrow what it does today."""
    code = path.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(from|import) (kiosk|analytics)", code, re.MULTILINE)
    assert re.match(r"\d{4}_[a-z0-9_]+\.py", path.name)


def test_models_equal_the_schema(empty_app: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_checks_equal_the_models_checks(empty_app: Flask) -> None:
    """Alembic does not compare CHECK constraints; a forgotten one stays unseen."""
    flask_migrate.upgrade()
    inspector = sa.inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {
            str(constraint.name)
            for constraint in table.constraints
            if isinstance(constraint, sa.CheckConstraint)
        }
        found = {str(c["name"]) for c in inspector.get_check_constraints(table.name)}
        assert {name for name in found if name != "None"} == wanted, table.name


def test_up_down_and_up_again(empty_app: Flask) -> None:
    flask_migrate.upgrade()
    there = table_names()
    assert there == set(Base.metadata.tables)
    flask_migrate.downgrade(revision="base")
    assert table_names() == set()
    flask_migrate.upgrade()
    assert table_names() == there


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_step_keeps_the_rows_both_ways(empty_app: Flask, revision: str) -> None:
    fill(empty_app)
    before = row_counts()
    assert before["centre"] == 1
    previous = SCRIPTS.get_revision(revision).down_revision
    flask_migrate.downgrade(revision=previous or "base")
    flask_migrate.upgrade()
    if previous is None:  # the first step down removes the tables themselves
        fill(empty_app)
    assert row_counts() == before


def fill(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["init"])
    assert result.exit_code == 0, result.output
    db.session.remove()  # the command ran in this context and may still be reading


def row_counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            name: connection.execute(count(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
        }


def count(table: sa.Table) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(table)
