"""The nightly backup: made, proved, thinned out; told when it could not be."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.operations.backup import archive, proof, rules, service
from kiosk.operations.backup.faults import BackupError
from kiosk.operations.rules import JobFailedError
from tests.backup.conftest import NOW, Installation, left_in, opened
from tests.engines import TestDatabase


def run(installation: Installation, now: datetime = NOW) -> dict[str, object]:
    return dict(service.run(installation.engine, 1, installation.settings, now))


def test_a_night_leaves_a_backup_named_after_its_local_time(
    centre: Installation,
) -> None:
    centre.fill(11)
    detail = run(centre)
    assert detail["file"] == "kiosk-2026-11-22-021500.tar"
    assert detail["sheets"] == 11
    assert detail["proved"] == "restored"
    assert detail["removed"] == []
    assert left_in(centre.settings.backups) == {detail["file"]}
    assert centre.settings.backups.stat().st_mode & 0o777 == 0o700
    restored = archive.read(centre.settings.backups / str(detail["file"]))
    assert restored.census.sheets == 11


def test_old_ones_go_and_what_is_not_ours_stays(centre: Installation) -> None:
    place = centre.settings.backups
    place.mkdir(parents=True)
    for days in range(1, 500):
        (place / rules.name_at(NOW - timedelta(days=days))).touch()
    others = {"notes.txt", "kiosk.db", "kiosk-2020-01-01-000000.tar.gpg"}
    for name in others:
        (place / name).touch()
    (place / "kiosk-2020-01-01-000000.tar").mkdir()  # somebody unpacked one
    detail = run(centre)
    left = left_in(place)
    assert others <= left
    assert (place / "kiosk-2020-01-01-000000.tar").is_dir()
    made = {name for name in left if (place / name).is_file()} - others
    assert len(made) == len(
        rules.kept([t for n in made if (t := rules.moment_of(n))], NOW)
    )
    assert detail["file"] in made
    assert 18 <= len(made) <= 24
    assert len(list(detail["removed"])) == 500 - len(made)  # type: ignore[call-overload]


def test_one_that_fails_its_proof_is_set_aside_and_removes_nothing(
    centre: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = centre.settings.backups
    place.mkdir(parents=True)
    old = {rules.name_at(NOW - timedelta(days=days)) for days in range(1, 60)}
    for name in old:
        (place / name).touch()

    def fail(*_: object) -> None:
        raise BackupError("copy_differs", found="answer_sheet: 9 / 10")

    with monkeypatch.context() as patched:
        patched.setattr(proof, "_prove", fail)
        with pytest.raises(JobFailedError) as caught:
            run(centre)
    aside = rules.name_at(NOW) + rules.FAILED
    assert "answer_sheet: 9 / 10" in caught.value.sentence
    assert aside in caught.value.sentence
    assert left_in(place) == old | {aside}
    # The same tick's work tried again a little later succeeds.
    later = NOW + timedelta(minutes=5)
    assert run(centre, later)["file"] == rules.name_at(later)
    assert aside in left_in(place)


def test_a_share_that_is_not_mounted_is_told(
    database: TestDatabase, tmp_path: Path
) -> None:
    """Making the directory would fill this disk and look like a good backup."""
    share = tmp_path / "share" / "kiosk"
    one = Installation(tmp_path, database.empty_url(), {"backup_dir": str(share)})
    with opened(one):
        one.command("init")
        with pytest.raises(JobFailedError) as caught:
            run(one)
        assert str(share) in caught.value.sentence
        assert not share.exists()
        share.mkdir(parents=True)
        assert run(one)["file"] in left_in(share)


def test_a_night_that_was_killed_leaves_nothing_for_ever(centre: Installation) -> None:
    place = centre.settings.backups
    place.mkdir(parents=True)
    for days in (1, 2):
        name = rules.name_at(NOW - timedelta(days=days))
        (place / f".{name}.part").write_text("half of everything")
    (place / ".somebody-elses.part").write_text("theirs")
    run(centre)
    assert left_in(place) == {rules.name_at(NOW), ".somebody-elses.part"}


def test_the_tick_may_run_it_twice_in_a_second(centre: Installation) -> None:
    run(centre)
    with pytest.raises(JobFailedError, match="Đã có tệp"):
        run(centre)
    assert left_in(centre.settings.backups) == {rules.name_at(NOW)}
