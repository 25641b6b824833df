"""What the end-to-end tests share: a pair of sites per class, and questions to both Jiras."""
import contextlib
import json
import pathlib
import re
import tempfile
import unittest

import compare
import harness

AUTHOR_LINE = re.compile(r"\A_[^\n]* \((hq|field)\), \d{4}-\d\d-\d\d \d\d:\d\d:_\n?")


@contextlib.contextmanager
def temporary_folder():
    with tempfile.TemporaryDirectory(prefix="valise-e2e-") as name:
        yield pathlib.Path(name)


class SyncCase(unittest.TestCase):
    """One pair for all tests of a class; each test makes issues of its own."""
    name = "case"
    options = {}
    starts = True

    @classmethod
    def setUpClass(cls):
        cls.pair = harness.Pair(cls.name, **cls.options)
        cls.addClassCleanup(cls.pair.close)
        cls.pair.verify()
        if cls.starts:
            cls.pair.start()
        cls.hq, cls.field = cls.pair.sites

    def wait(self, check, seconds=40, what=""):
        return self.pair.wait(check, seconds, what)

    def only(self, site, summary):
        """The key of the one issue with that summary; waits for it. Two of them are a failure."""
        def look():
            keys = site.jira.keys_of(summary)
            self.assertLess(len(keys), 2, f"{summary!r} is there {len(keys)} times at {site.name}: {keys}")
            return keys
        return self.wait(look, what=f"{summary!r} at {site.name}")[0]

    def shows(self, site, key, fields, seconds=40):
        """Waits until the issue shows these values; sets compare without order."""
        def look():
            now = site.jira.issue(key)
            return all(plain(now.get(name)) == value for name, value in fields.items())
        try:
            self.wait(look, seconds, f"{key} at {site.name} shows {fields}")
        except AssertionError as error:
            now = site.jira.issue(key)
            shown = {name: plain(now.get(name)) for name in fields}
            raise AssertionError(f"{key} at {site.name} shows {shown}, not {fields}\n{error}") from None

    def bodies(self, site, key):
        """Comment texts without author lines."""
        return [AUTHOR_LINE.sub("", one["body"]).replace("\r\n", "\n") for one in site.jira.comments(key)]

    def says(self, site, key, bodies, seconds=40):
        self.wait(lambda: self.bodies(site, key) == bodies, seconds, f"{key} at {site.name} says {bodies}")

    def equal(self, seconds=60):
        """Waits until both projects are equal, and stay so for a look."""
        last = []

        def look():
            now = compare.compare(self.hq.standin.url, self.hq.jira.project, "hq",
                                  self.field.standin.url, self.field.jira.project, "field")
            last[:] = now.differences
            return now.is_equal and len(now.ours) == len(now.theirs) and now
        try:
            return self.pair.wait(look, seconds, "both projects equal", every=1)
        except AssertionError as error:
            raise AssertionError("\n".join(last[:20]) + f"\n{error}") from None


    def stays_quiet(self):
        """When nothing is under way, no sequenced packet for three polls."""
        def statuses():
            return [json.loads(site.cli("status", "--json", codes=(0, 2)).stdout) for site in self.pair.sites]

        def under_way():
            return sum(status[name] for status in statuses()
                       for name in ("changes_unpacked", "packets_unacked", "changes_waiting", "writes_underway"))

        def polls():
            return min(site.jira.stats()["methods"]["POST"] for site in self.pair.sites)
        self.wait(lambda: under_way() == 0, what="nothing under way")
        before, begin = [status["out_sequence"] for status in statuses()], polls()
        self.wait(lambda: polls() >= begin + 3, what="three polls")
        self.assertEqual([status["out_sequence"] for status in statuses()], before)


def plain(value):
    if isinstance(value, dict):
        for name in ("name", "value", "displayName"):
            if name in value:
                child = value.get("child")
                return value[name] + (" / " + child["value"] if child else "")
        return value
    if isinstance(value, list):
        return sorted(plain(one) for one in value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return value
