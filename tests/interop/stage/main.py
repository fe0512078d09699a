"""Every client that is installed, through every capability; then the table."""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from driver import Driver
from trials import Stage, Trials

HERE = Path(__file__).parent.parent


def cell(client: str, name: str, trial: Callable, cannot: dict[str, str], notes: list[str]) -> str:
    # Who cannot do v2 cannot do it in GBK either.
    reason = cannot.get(name) or cannot.get(name.split(" ")[0])
    if reason:
        if name in cannot:
            notes.append(f"{client} · {name}: n/a, {reason}")
        return "n/a"
    try:
        trial()
        return "ok"
    # Whatever went wrong, the other cells are still of interest.
    except Exception as error:
        notes.append(f"{client} · {name}: FAIL, {type(error).__name__}: {error}")
        return "FAIL"


def row(stage: Stage, client: str, about: dict, cache: Path, folder: Path, notes: list[str]) -> dict[str, str]:
    cannot = about["cannot"]
    driver = Driver(about, cache, folder / f"{client}.log")
    try:
        trials = Trials(stage, driver, about).trials()
        cells = {name: cell(client, name, trial, cannot, notes) for name, trial in trials.items()}
    finally:
        driver.stop()
    if "FAIL" in cells.values():
        notes.append(f"{client} said:\n{(folder / f'{client}.log').read_text(errors='replace')[-4000:]}")
    return cells


def table(rows: dict[str, dict[str, str]]) -> str:
    columns = list(next(iter(rows.values())))
    wide = max(map(len, rows)) + 2
    lines = ["".ljust(wide) + "  ".join(columns)]
    for client, cells in rows.items():
        lines.append(client.ljust(wide) + "  ".join(cells[column].ljust(len(column)) for column in columns).rstrip())
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alipay", required=True, help="the alipay command")
    parser.add_argument("--cache", required=True, type=Path, help="where the clients are installed")
    parser.add_argument("clients", nargs="*")
    arguments = parser.parse_args()

    # So that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    known = json.loads((HERE / "clients.json").read_text(encoding="utf-8"))
    rows, notes = {}, []
    with tempfile.TemporaryDirectory(prefix="interop-") as name:
        folder = Path(name)
        stage = Stage(arguments.alipay, folder)
        try:
            for client in arguments.clients:
                print(f"{known[client]['package']} ...", file=sys.stderr, flush=True)
                rows[client] = row(stage, client, known[client], arguments.cache, folder, notes)
        finally:
            stage.stop()
    if rows:
        print(table(rows), *notes, sep="\n")
    return int(any("FAIL" in cells.values() for cells in rows.values()))


if __name__ == "__main__":
    sys.exit(main())
