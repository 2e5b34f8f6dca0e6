"""A small directory of lists: one centre with two laboratories, and ways to spoil it."""

import csv
from pathlib import Path

WEEK = "2026-W49"

SETTINGS = "centres:\n  works:\n    zone: Europe/Moscow\n    tick_minutes: 5\n"

LISTS = {
    "centres.csv": "centre,name\nworks,The works\n",
    "laboratories.csv": "laboratory,centre,name\nsmt,works,Surface mounting\nclimate,works,Climate\n",
    "opening_hours.csv": (
        "laboratory,unit,days,opens,closes\nsmt,,Mon-Fri,08:00,18:00\nclimate,,Mon-Sat,09:00,13:00\n,OVEN-2,Sun,10:00,24:00\n"
    ),
    "units.csv": (
        "unit,laboratory,name,type,lanes,cleaning_family,buffer_minutes,usable_minutes,hour_cost\n"
        "PRINT-1,smt,Printer,printer,1,screens,10,\nOVEN-1,climate,Oven 1,oven,2,hot,,\n"
        "OVEN-2,climate,Oven 2,oven,,,,\n"
    ),
    "unit_capabilities.csv": (
        "unit,capability,quantity,low,high\n"
        "PRINT-1,printing,board_mm,50,400\nPRINT-1,framing,,,\n"
        "OVEN-1,soaking,temp_c,20,90\nOVEN-1,soaking,volume_m3,0,0.5\nOVEN-2,soaking,temp_c,20,150\n"
    ),
    "capacities.csv": "capacity,centre,name,measure,level\npower,works,Power,kW,20\n",
    "stocks.csv": "stock,centre,name,measure\npaste,works,Solder paste,g\n",
    "deliveries.csv": "stock,at,quantity\npaste,W-1 Fri 10:00,500\npaste,2026-12-02T10:00+03:00,200\n",
    "clusters.csv": "cluster,name\nradio,Radio electronics\nguests,Guests\n",
    "entitlements.csv": "cluster,centre,share\nradio,works,72.5\nguests,works,20\n",
    "organisations.csv": "organisation,cluster,name\nkvarc,radio,Kvarc\n",
    "projects.csv": "project,organisation,cluster,name,stage\nsensor,kvarc,radio,Sensor,pilot lot\n",
    "people.csv": "person,name,centre\nT1,Anna Sokolova,works\nT2,Oleg Maltsev,works\n",
    "skills.csv": "person,skill\nT1,mounting\nT2,climate\n",
    "shifts.csv": "person,days,starts,ends\nT1,Mon-Fri,08:00,16:30\nT2,Fri-Sun,20:00,04:00\n",
    "recipes.csv": "recipe,laboratory,name\nboards,smt,Boards with soak\n",
    "recipe_parameters.csv": "recipe,parameter,default,low,high\nboards,soak_hours,48,12,96\n",
    "recipe_operations.csv": (
        "recipe,operation,crossing,head_minutes,fixed_minutes,per_piece_seconds,hours_parameter,tail_minutes,"
        "max_wait_minutes,pieces_per_run,expected_percent,room\n"
        "boards,print,solid,10,20,30,,0,,100,,\n"
        "boards,soak,unattended,30,0,0,soak_hours,20,1440,100,,\n"
        "boards,check,solid,0,60,0,,0,,,,\n"
    ),
    "recipe_units.csv": (
        "recipe,operation,need,capability,part,all_lanes,family\n"
        "boards,print,1,printing,whole,no,lead-free\nboards,soak,1,soaking,whole,yes,\nboards,check,1,framing,,,\n"
    ),
    "recipe_unit_numbers.csv": (
        "recipe,operation,need,quantity,low,high\nboards,print,1,board_mm,160,160\nboards,soak,1,temp_c,40,85\n"
    ),
    "recipe_staff.csv": (
        "recipe,operation,skill,part\nboards,print,mounting,head\nboards,soak,climate,head\nboards,soak,climate,tail\n"
    ),
    "recipe_capacities.csv": "recipe,operation,capacity,amount,part\nboards,soak,power,12,whole\n",
    "recipe_stocks.csv": "recipe,operation,stock,per_run,per_piece\nboards,print,paste,50,2\n",
    "recipe_lags.csv": "recipe,before,after,from,to,least_minutes,most_minutes\nboards,print,soak,end,start,30,240\n",
    "recipe_waivers.csv": "recipe,operation,kind\nboards,soak,calibration\n",
    "maintenance.csv": (
        "maintenance,unit,kind,every_days,every_run_hours,every_cycles,minutes,skill,early_days,late_days,expires,"
        "waivable_by,last_done\n"
        "CAL-1,OVEN-1,calibration,180,,,120,,14,7,yes,idea; prototype,W-26 Mon 09:00\n"
        "SRV-1,PRINT-1,service,,400,900,60,mounting,,,no,,W-4 Mon 09:00\n"
    ),
    "maintenance_visits.csv": (
        "maintenance,starts,ends\nCAL-1,W+0 Wed 09:00,W+0 Wed 12:00\nCAL-1,W+1 Wed 09:00,W+1 Wed 12:00\n"
    ),
    "setups.csv": (
        "centre,cleaning_family,from,to,minutes,skill,release_minutes,dirty_hours,clean_hours,cost\n"
        "works,screens,,lead-free,20,mounting,5,8,,3\n"
    ),
    "requests.csv": (
        "request,centre,project,recipe,quantity,parameters,priority,submitted,release,due,deadline,may_share,least_quantity\n"
        "R-1,works,sensor,boards,60,soak_hours=24,high,W-2 Mon 10:00,W+0 Mon 08:00,W+0 Fri 18:00,W+1 Fri 18:00,,\n"
        "R-2,works,sensor,boards,200,,,W-2 Tue 11:00,W+0 Tue 08:00,,,,\n"
    ),
}

WINDOWS = "request,operation,starts,ends\nR-1,check,W+0 Thu 08:00,W+0 Thu 17:00\nR-1,print,W+0 Tue 08:00,\n"
"""A list that may be missing: ``request_windows.csv``."""


def small_directory(path: Path) -> Path:
    """Writes the lists, which have no mistake, to ``path``."""
    for name, text in LISTS.items():
        (path / name).write_text(text, "utf-8")
    (path / "settings.yaml").write_text(SETTINGS, "utf-8")
    return path


def put(path: Path, file: str, row: int, column: str, text: str) -> None:
    """Writes ``text`` into one cell; ``row`` as a spreadsheet counts."""
    rows = _rows(path / file)
    rows[row - 1][rows[0].index(column)] = text
    _write(path / file, rows)


def append(path: Path, file: str, line: str) -> int:
    """Adds a row; its number."""
    with (path / file).open("a", encoding="utf-8") as out:
        out.write(line + "\n")
    return len(_rows(path / file))


def remove(path: Path, file: str, row: int) -> None:
    """Takes a row away."""
    rows = _rows(path / file)
    del rows[row - 1]
    _write(path / file, rows)


def replace(path: Path, file: str, old: str, new: str) -> None:
    """Replaces a text that has to be there."""
    text = (path / file).read_text("utf-8")
    assert old in text
    (path / file).write_text(text.replace(old, new), "utf-8")


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)
