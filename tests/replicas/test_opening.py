"""What stands in the way of a record on PostgreSQL is said in a line, without the password."""

import builtins
import sys
from typing import Any

import pytest

from models.database import Database, DatabaseNotReady, open_database


def test_a_server_that_is_not_there_is_named_and_the_password_is_not() -> None:
    with pytest.raises(DatabaseNotReady) as told:
        open_database("postgresql://xuncha:a-secret@127.0.0.1:1/xuncha")
    assert "the record in [data] database cannot be opened" in str(told.value)
    assert "Connection refused" in str(told.value)
    assert "a-secret" not in str(told.value)


def test_a_missing_driver_is_named_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    importing = builtins.__import__

    def without_psycopg(name: str, *rest: Any, **values: Any) -> Any:
        if name.split(".")[0] == "psycopg":
            raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")
        return importing(name, *rest, **values)

    monkeypatch.delitem(sys.modules, "psycopg", raising=False)
    monkeypatch.setattr(builtins, "__import__", without_psycopg)
    with pytest.raises(DatabaseNotReady) as told:
        open_database("postgres://host/xuncha")
    assert str(told.value) == (
        "PostgreSQL needs a driver that is not installed (psycopg). Install it with: pip install 'psycopg[binary]'"
    )


def test_commits_wait_for_the_disk_whatever_the_server_was_told(database: str) -> None:
    careless = Database(
        f"{database}&options=-csynchronous_commit%3Doff%20-cdefault_transaction_isolation%3Dserializable"
    )
    with careless.writing() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
    careless.close()
