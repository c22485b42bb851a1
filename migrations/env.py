"""Alembic's environment: the models' schema, on whichever engine the app is bound to."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

import kiosk.accounts.models
import kiosk.capture.models
import kiosk.centre.models
import kiosk.devices.models
import kiosk.insight.models
import kiosk.operations.models
import kiosk.survey.models
import kiosk.watch.models  # noqa: F401 - models must be known to the metadata
from kiosk.core.database import WRITING, Base
from kiosk.extensions import db

LOCK_TIMEOUT = "SET lock_timeout = '10s'"


def run(connection: Connection) -> None:
    """Run the asked migrations, each in a transaction of its own."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        transactional_ddl=True,
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Open the connection and run."""
    with db.engine.connect() as connection:
        writer = connection.execution_options(**{WRITING: True})
        if writer.dialect.name == "postgresql":
            writer.exec_driver_sql(LOCK_TIMEOUT)
            writer.commit()
        run(writer)


main()
