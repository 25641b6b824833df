#!/usr/bin/env python3
"""Runs the end-to-end tests, several files at a time.

  run.py [--build DIR] [--jobs N] [NAME...]    NAME: sync, objects, versions, binding, lifecycle, link, keys, contract,
                                               preflight, faults, hostile, bad_input, kill, shuttle, secrets,
                                               mail, fifty

Without a name all of them, but `fifty` (the short run for the sanitized build). The last line counts.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ALL = ("kill", "faults", "lifecycle", "versions", "binding", "sync", "objects", "hostile", "bad_input", "contract",
       "preflight", "mail", "keys", "link", "map_apply", "shuttle", "secrets", "agile")


def run_one(name, environment):
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-B", "-m", "unittest", "-v", "test_" + name], cwd=HERE, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    counted = re.search(r"Ran (\d+) tests?", done.stderr)
    return name, done, int(counted[1]) if counted else 0, time.monotonic() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build).resolve()
    for program in ("valise", "jira-standin"):
        if not (build / program).exists():
            sys.exit(f"e2e: {build / program} is not there; type: tests/run.sh build")
    names = arguments.names or ALL
    unknown = [name for name in names if not (HERE / f"test_{name}.py").exists()]
    if unknown:
        sys.exit(f"e2e: no such test: {' '.join(unknown)}; there are: {' '.join(ALL)} fifty")
    environment = dict(os.environ, VALISE_BUILD=str(build), PYTHONDONTWRITEBYTECODE="1")
    tests = failed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for future in concurrent.futures.as_completed([pool.submit(run_one, one, environment) for one in names]):
            name, done, count, seconds = future.result()
            tests += count
            print(f"=== {name}: {count} tests, {seconds:.0f} s, {'ok' if done.returncode == 0 else 'FAILED'}")
            for line in done.stderr.splitlines():
                if done.returncode or " ... " in line or line.startswith(("ok", "skipped")):
                    print("  " + line)
            if done.stdout.strip():
                print(done.stdout.rstrip())
            failed += done.returncode != 0
            sys.stdout.flush()
    print(f"e2e: {len(names) - failed} files passed, {failed} failed, {tests} tests")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
