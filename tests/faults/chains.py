"""Chains of migrations to be killed in: the program's own, and the same with more steps, as later versions will have.

The steps added do what upgrades do: add a column, fill it from others, rebuild a table that others point at.
"""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

import models.database

ADD_AND_FILL = '''"""A column, filled from another"""

import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("people", sa.Column("shouted", sa.Text(), nullable=True))
    people = sa.table("people", sa.column("id", sa.Integer()), sa.column("name"), sa.column("shouted"))
    rows = op.get_bind().execute(sa.select(people.c.id, people.c.name)).all()
    for row in rows:
        op.execute(people.update().where(people.c.id == row.id).values(shouted=row.name.upper()))
    op.create_table("echoes", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("text", sa.Text()))
    op.execute("INSERT INTO echoes (text) SELECT shouted FROM people")
'''
REBUILD = '''"""A table that others point at, rebuilt"""

import sqlalchemy as sa
from alembic import op

revision = "9002"
down_revision = "9001"


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None, recreate="always") as batch_op:
        batch_op.alter_column("shouted", existing_type=sa.Text(), nullable=False)
    op.drop_table("echoes")
'''


@dataclass(frozen=True)
class Chain:
    """Migrations in a folder, oldest first."""

    folder: Path
    versions: tuple[str, ...]

    @property
    def head(self) -> str:
        return self.versions[-1]

    def files(self) -> list[Path]:
        return [Path(models.database.__file__), *sorted(self.folder.rglob("*.py"))]


def _chain(folder: Path) -> Chain:
    config = Config()
    config.set_main_option("script_location", str(folder))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return Chain(folder, tuple(script.revision for script in scripts)[::-1])


def released() -> Chain:
    return _chain(models.database.MIGRATIONS)


def later(folder: Path) -> Chain:
    """The program's own and two more."""
    before = released().head
    shutil.copytree(models.database.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9001_add.py").write_text(ADD_AND_FILL.format(before=before), encoding="utf-8")
    (folder / "versions" / "9002_rebuild.py").write_text(REBUILD, encoding="utf-8")
    return _chain(folder)


# what a record looks like

Shape = tuple[str | None, frozenset[tuple[str, frozenset[str]]]]  # version, every table and index as written


def shape(path: Path) -> Shape:
    """What a record's tables are, as SQLite itself keeps them; nothing at all counts as no version."""
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        # Whoever rebuilds a table writes its constraints in any order.
        made = frozenset((name, frozenset(line.strip(", \t") for line in sql.splitlines())) for name, sql in found)
        versioned = any(name == "alembic_version" for name, _ in made)
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if versioned else None
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return (row[0] if row else None), made
    finally:
        connection.close()


def counts(path: Path) -> dict[str, int]:
    """Rows by table."""
    connection = sqlite3.connect(path)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
    finally:
        connection.close()


SAMPLES = {
    "INTEGER": 1,
    "BIGINT": 1,
    "BOOLEAN": 1,
    "DOUBLE": 1.5,
    "JSON": "{}",
    "DATE": "2018-08-06",
    "DATETIME": "2018-08-06 01:00:00.000000",
    "TEXT": "word",
    "VARCHAR": "word",
}


def fill(path: Path) -> None:
    """One row into every table, each pointing at the others: what a migration must carry over."""
    connection = sqlite3.connect(path)
    try:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if table == "alembic_version":
                continue
            kinds = {row[1]: row[2].split("(")[0] for row in connection.execute(f'PRAGMA table_info("{table}")')}
            names = ", ".join(f'"{name}"' for name in kinds)
            marks = ", ".join("?" * len(kinds))
            values = [1 if name == "id" else SAMPLES[kind] for name, kind in kinds.items()]
            connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', values)
        connection.commit()
    finally:
        connection.close()
