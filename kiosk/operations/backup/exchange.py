"""PostgreSQL: every table replaced by a dump's, in one transaction.

pg_restore writes the statements and psql runs them, because what must be inside the
transaction is more than pg_restore does: the locks that keep every sheet either in the
safety copy or in the new tables, the removal of tables that a younger release added,
and the counts that must be right before it commits. When we die, psql reads the end of
its input before COMMIT, and PostgreSQL rolls back.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kiosk.operations.backup import census
from kiosk.operations.backup.clients import NO_RIGHTS, Clients, Target, failed
from kiosk.operations.backup.faults import BackupError
from kiosk.operations.backup.postgresql import target_of

END = "--end--"
# Less than deadlock_timeout, so that we step back before somebody else must.
LOCK_TIMEOUT = "SET LOCAL lock_timeout = '800ms';"
TRIES = 60
IN_USE = (b"55P03", b"40P01")
ROUTINES = sa.text(
    "SELECT p.oid::regprocedure::text FROM pg_proc p "
    "WHERE p.pronamespace = current_schema()::regnamespace AND NOT EXISTS "
    "(SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)


def exchange(
    engine: Engine,
    clients: Clients,
    dump: Path,
    wanted: Mapping[str, int],
    keep: Callable[[], None],
) -> None:
    """Put a dump's tables in the place of those that are there.

    `keep` makes the safety copy: it is called when nobody can write any more.
    """
    tables, routines = _standing(engine)
    with _session(clients, target_of(engine), dump.parent) as psql:
        psql.say("BEGIN;", LOCK_TIMEOUT)
        if tables:
            psql.ask(_lock(tables, "EXCLUSIVE"))
            keep()
            # From here on nobody can read either.
            psql.ask(_lock(tables, "ACCESS EXCLUSIVE"))
            psql.say(f"DROP TABLE {', '.join(tables)};")
        psql.say(*(f"DROP ROUTINE {routine};" for routine in routines))
        psql.feed(clients, dump)
        found = psql.ask("RESET search_path;", _counts(engine, wanted))
        _compare(dict(line.rsplit("|", 1) for line in found), wanted)
        psql.ask("COMMIT;")


def _standing(engine: Engine) -> tuple[list[str], list[str]]:
    quote = engine.dialect.identifier_preparer.quote
    with engine.connect() as connection:
        tables = [quote(name) for name in census.table_names(connection)]
        return tables, list(connection.scalars(ROUTINES))


def _lock(tables: Sequence[str], mode: str) -> str:
    """Lock all tables or none, again and again; a subtransaction gives locks back."""
    return (
        f"DO $lock$ BEGIN FOR attempt IN 1..{TRIES} LOOP BEGIN "
        f"LOCK TABLE {', '.join(tables)} IN {mode} MODE; RETURN; "
        "EXCEPTION WHEN lock_not_available OR deadlock_detected THEN "
        "PERFORM pg_sleep(random() * 0.2); END; END LOOP; "
        "RAISE lock_not_available; END $lock$;"
    )


def _counts(engine: Engine, tables: Mapping[str, int]) -> str:
    quote = engine.dialect.identifier_preparer.quote_identifier
    parts = [
        f"SELECT {_text_of(name)} || '|' || count(*) FROM {quote(name)}"  # noqa: S608 - quoted
        for name in sorted(tables)
    ]
    return " UNION ALL ".join(parts) + ";"


def _text_of(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _compare(found: Mapping[str, str], wanted: Mapping[str, int]) -> None:
    for name, count in wanted.items():
        if found.get(name) != str(count):
            told = f"{name}: {found.get(name)} / {count}"
            raise BackupError("copy_differs", found=told)


class _Psql:
    """A conversation with psql; the first error ends it, and with it the transaction."""

    def __init__(self, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        self._process, self._errors = process, errors
        self._input = cast("IO[bytes]", process.stdin)
        self._output = cast("IO[bytes]", process.stdout)

    def say(self, *statements: str) -> None:
        """Send statements."""
        with self._broken():
            self._input.write("\n".join((*statements, "")).encode("utf-8"))
            self._input.flush()

    def ask(self, *statements: str) -> list[str]:
        """Send statements, wait until they are done, return what they printed."""
        self.say(*statements, f"\\echo {END}")
        lines: list[str] = []
        for raw in self._output:
            line = raw.decode("utf-8").rstrip("\n")
            if line == END:
                return lines
            if line:
                lines.append(line)
        raise self._failed()

    def feed(self, clients: Clients, dump: Path) -> None:
        """Send the statements that a dump holds."""
        arguments = (*NO_RIGHTS, "--file=-", str(dump))
        with (dump.parent / "pg_restore.err").open("w+b") as errors:
            writer = clients.start("pg_restore", *arguments, stderr=errors)
            try:
                with writer, self._broken():
                    shutil.copyfileobj(cast("IO[bytes]", writer.stdout), self._input)
                    self._input.flush()
            finally:
                writer.kill()
            if writer.returncode != 0:
                raise failed("pg_restore", _text(errors))

    @contextmanager
    def _broken(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError as error:
            raise self._failed() from error

    def _failed(self) -> BackupError:
        self._process.wait()
        said = _text(self._errors)
        if any(state in said for state in IN_USE):
            return BackupError("in_use")
        return failed("psql", said)


@contextmanager
def _session(clients: Clients, target: Target, work: Path) -> Iterator[_Psql]:
    # Only the code of an error is told: its text may repeat a row.
    options = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--no-password",
               "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=sqlstate")  # fmt: skip
    with (work / "psql.err").open("w+b") as errors:
        process = clients.start(
            "psql",
            *options,
            f"--dbname={target.conninfo}",
            stderr=errors,
            target=target,
            listening=True,
        )
        try:
            yield _Psql(process, errors)
        finally:
            with suppress(BrokenPipeError):
                process.communicate()


def _text(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
