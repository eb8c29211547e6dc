"""The logs of `make run` stay small while it runs, and tell of each fault once."""

import logging
import stat
import sys
import time
from pathlib import Path

import pytest

from config import log_files
from config.logs import IS_LOGGED, Repeats, Traces
from config.processes import Supervisor

WRITE = "import time\nwhile True: print('x' * 99, flush=True); time.sleep(0.0005)"


def test_a_process_that_writes_without_end_fills_so_many_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "MAX_BYTES", 10_000)
    with Supervisor(tmp_path) as supervisor:
        child = supervisor.start("talker", [sys.executable, "-c", WRITE])
        deadline = time.monotonic() + 30
        oldest = log_files.old_file(child.log, log_files.MAX_OLD_FILES)
        while not oldest.exists() and time.monotonic() < deadline:
            supervisor.rotate_logs()
            time.sleep(0.02)
        supervisor.rotate_logs()
        before = child.log.stat().st_size
        while child.log.stat().st_size == before and time.monotonic() < deadline:
            time.sleep(0.02)

        assert child.log.stat().st_size != before
        assert child.last_lines(1) == "x" * 99
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 1 + log_files.MAX_OLD_FILES
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert b"\0" not in child.log.read_bytes()


def test_a_data_folder_lets_the_proxy_through_and_nobody_look_around(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir(mode=0o755)

    with Supervisor(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o711
        assert stat.S_IMODE((folder / "logs").stat().st_mode) == 0o700


def refuse(text: str) -> None:
    raise OSError(text)


def fail(text: str) -> OSError:
    with pytest.raises(OSError, match="refused") as failed:
        refuse(text)
    return failed.value


def test_the_same_trace_is_written_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    traces, clock = Traces(), [1_000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    first, *more = (
        traces(None, "error", {"event": "failed", "exc_info": fail(f"refused\nby {number}")})
        for number in range(50)
    )
    clock[0] += 61
    later = traces(None, "error", {"event": "failed", "exc_info": fail("refused")})
    other = traces(None, "error", {"event": "failed", "exc_info": ValueError("another")})

    assert "Traceback" in first["exception"]
    assert {str(each) for each in more} == {"{'event': 'failed', 'error': 'OSError: refused'}"}
    assert "Traceback" in later["exception"]
    assert "another" in other["exception"]


def test_django_does_not_repeat_what_our_line_has_told() -> None:
    told, untold = fail("refused"), fail("refused")
    Traces()(None, "error", {"event": "request_failed", "exc_info": told})

    def passes(name: str, error: Exception) -> bool:
        exc_info = (type(error), error, error.__traceback__)
        record = logging.LogRecord(name, logging.ERROR, "", 0, "", None, exc_info)
        return bool(Repeats().filter(record))

    assert IS_LOGGED in vars(told)
    assert not passes("django.request", told)
    assert passes("django.request", untold)
    assert passes("shop", told)
