#!/usr/bin/env python3
"""quickstart's eyes and hands in both Jiras: look.py URL KEY URL KEY wait|work|conflict|table|end"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "e2e"))
import compare  # noqa: E402
from jira import Jira  # noqa: E402

URL, KEY, PEER_URL, PEER_KEY, WHAT = sys.argv[1:6]
hq, field = Jira(URL, KEY), Jira(PEER_URL, PEER_KEY, "bob-token")


def compared():
    return compare.compare(URL, KEY, "hq", PEER_URL, PEER_KEY, "field")


def partner(summary, jira):
    keys = jira.keys_of(summary)
    if len(keys) != 1:
        sys.exit(f"{summary!r} is there {len(keys)} times: {keys}")
    return keys[0]


def wait():
    end = time.monotonic() + 180
    while True:
        result = compared()
        if result.is_equal:
            print("; ".join(result.lines()))
            return
        if time.monotonic() > end:
            print("\n".join(result.differences[:10]))
            sys.exit("the two projects are not in step after three minutes")
        time.sleep(1)


def work():
    first = partner("Dome stops at 180 degrees", field)
    field.edit(first, priority={"name": "Critical"}, labels=["dome", "motor", "seen-in-the-field"])
    field.transition(first, "Resolve Issue", resolution={"name": "Fixed"})
    field.comment(first, "Exchanged the limit switch; [~alice] please check tonight.")
    made = field.create("Spare limit switches are used up", "Task", description="Two left of ten.")
    print(f"FIELD: {first}: priority, label, resolved, one comment; new issue {made}")
    # Both sites must have it all before the comparison says anything.
    end = time.monotonic() + 120
    while not hq.keys_of("Spare limit switches are used up"):
        if time.monotonic() > end:
            sys.exit("the new issue did not reach HQ")
        time.sleep(0.5)


def conflict():
    summary = "Calibrate the flat field lamp"
    here, there = partner(summary, hq), partner(summary, field)
    hq.edit(here, description="HQ: use the 20 W lamp.")
    time.sleep(1.1)
    field.edit(there, description="FIELD, a second later: use the 50 W lamp.")
    print(f"HQ: description of {here}; FIELD: description of {there}, a second later")


def cut(text, width):
    text = " ".join((text or "").split())
    return text[:width - 1] + "…" if len(text) > width else text.ljust(width)


def row(left, right):
    print(f"{cut(left, 58)} | {cut(right, 58)}")


def table():
    row("HQ", "FIELD")
    row("-" * 58, "-" * 58)
    pairs = sorted(compared().pairs, key=lambda pair: int(pair[0].key.split("-")[1]))
    shown = pairs[:6] + [pair for pair in pairs[6:] if pair[0].values["summary"] in (
        "Calibrate the flat field lamp", "Spare limit switches are used up")]
    for one, other in shown:
        row(*(f"{issue.key} {issue.values['summary']}" for issue in (one, other)))
        row(*(f"  {issue.values['status']}, {issue.values['resolution'] or 'unresolved'}, "
              f"{issue.values['priority']}, {' '.join(issue.values['labels'])}" for issue in (one, other)))
        if one.values["summary"] == "Calibrate the flat field lamp":
            row(*(f"  {issue.values['description']}" for issue in (one, other)))
        if one.comments:
            row(*(f"  last comment: {jira.comments(issue.key)[-1]['body']}"
                  for jira, issue in ((hq, one), (field, other))))
    print(f"and {len(pairs) - len(shown)} more issues")


def end():
    result = compared()
    print("; ".join(result.lines()) + f": {URL}/browse/{KEY} and {PEER_URL}/browse/{PEER_KEY}")


{"wait": wait, "work": work, "conflict": conflict, "table": table, "end": end}[WHAT]()
