"""Work logs, attachments and links over a real drop folder, byte for byte."""
import hashlib
import os
import random
import unittest

import case
import harness

MORE = """
[worklogs]
from = "both"
[attachments]
from = "both"
bytes_max = "100MiB"
names_refused = ["*.exe"]
[links]
types = ["blocks", "relates"]
"""


def with_objects(draft):
    """The drafted contract, with every kind of object in it."""
    kept, drop = [], False
    for line in harness.default_contract(draft).splitlines(keepends=True):
        if line.startswith("["):
            drop = line.strip() in ("[worklogs]", "[attachments]", "[links]")
        if not drop:
            kept.append(line)
    return "".join(kept) + MORE


class ObjectCase(case.SyncCase):
    options = {"edit_contract": with_objects}

    def files(self, site, key):
        return sorted((one["filename"], hashlib.sha256(site.jira.download(one["content"])).hexdigest())
                      for one in site.jira.issue(key, "attachment")["attachment"])

    def has_files(self, site, key, files, seconds=60):
        wanted = sorted((name, hashlib.sha256(content).hexdigest()) for name, content in files)
        self.wait(lambda: self.files(site, key) == wanted, seconds, f"{key} at {site.name} has {len(files)} files")


class Objects(ObjectCase):
    name = "objects"
    options = {"edit_contract": with_objects, "record": True}

    def test_work_logs_cross_and_are_edited_and_deleted(self):
        here = self.hq.jira.create("worked on")
        first = self.hq.jira.work_log(here, "dug", "2024-01-02T03:04:05.678+0200", 3600)
        self.hq.jira.work_log(here, "filled\r\nagain", "2024-01-03T03:04:05.678+0000", 60)
        there = self.only(self.field, "worked on")
        self.wait(lambda: len(self.field.jira.work_logs(there)) == 2, what="two work logs")
        self.equal()
        before = self.field.jira.issue(there, "timetracking")["timetracking"].get("remainingEstimate")
        self.hq.jira.edit_work_log(here, first, comment="dug deeper", timeSpentSeconds=7200)
        self.wait(lambda: any(one["timeSpentSeconds"] == 7200 for one in self.field.jira.work_logs(there)),
                  what="the edit")
        self.equal()
        self.hq.jira.delete_work_log(here, first)
        self.wait(lambda: len(self.field.jira.work_logs(there)) == 1, what="the deletion")
        after = self.field.jira.issue(there, "timetracking")["timetracking"].get("remainingEstimate")
        self.assertEqual(before, after, "the remaining estimate is nobody's but that Jira's")

    def test_attachments_cross_both_ways_with_equal_bytes_and_are_deleted(self):
        here = self.hq.jira.create("with files")
        files = [("empty.txt", b""), ("same.txt", b"one"), ("same.txt", b"two"), ("gr\u00fc\u00dfe.bin", bytes(range(256)) * 999)]
        for name, content in files:
            self.hq.jira.attach(here, name, content)
        there = self.only(self.field, "with files")
        self.has_files(self.field, there, files)
        self.field.jira.attach(there, "back.png", b"\x89PNG")
        files.append(("back.png", b"\x89PNG"))
        self.has_files(self.hq, here, files)
        gone = [one for one in self.hq.jira.issue(here, "attachment")["attachment"] if one["filename"] == "empty.txt"]
        self.hq.jira.delete_attachment(gone[0]["id"])
        self.has_files(self.field, there, files[1:])
        self.equal()

    def test_links_cross_whatever_the_order_of_birth(self):
        first, second = self.hq.jira.create("link source"), self.hq.jira.create("link target")
        self.hq.jira.link("Blocks", first, second)
        there, other = self.only(self.field, "link source"), self.only(self.field, "link target")

        def links():
            return [(one["type"]["name"], one["outwardIssue"]["key"])
                    for one in self.field.jira.issue(there, "issuelinks")["issuelinks"] if "outwardIssue" in one]
        self.wait(lambda: links() == [("Blocks", other)], what="the link, in its direction")
        mine = self.field.jira.issue(there, "issuelinks")["issuelinks"][0]["id"]
        self.field.jira.delete_link(mine)
        self.wait(lambda: self.hq.jira.issue(first, "issuelinks")["issuelinks"] == [], what="the link is gone")


class RenamedCase(ObjectCase):
    def shown(self, site, key):
        issue = site.jira.issue(key, "issuelinks,customfield_10106")
        options = sorted(one["value"] for one in issue["customfield_10106"] or [])
        return options, [one["type"]["name"] for one in issue["issuelinks"]]


class Renamed(RenamedCase):
    """An administrator gives things other names; no issue changes, and nothing may leave."""
    name = "renamed"

    def test_renamed_link_types_and_options_take_nothing_away(self):
        source, target = self.hq.jira.create("renamed source"), self.hq.jira.create("renamed target")
        self.hq.jira.link("Blocks", source, target)
        self.hq.jira.edit(source, customfield_10106=[{"value": "Linux"}, {"value": "Windows"}])
        there = self.only(self.field, "renamed source")
        crossed = (["Linux", "Windows"], ["Blocks"])
        self.wait(lambda: self.shown(self.field, there) == crossed, what="options and link")
        self.hq.jira.do("link-type", name="Blocks", rename="Stops")
        self.hq.jira.do("option", field="customfield_10106", value="Linux", rename="GNU/Linux")
        self.hq.jira.edit(source, summary="renamed source, read again")
        self.only(self.field, "renamed source, read again")

        def listed():
            lines = [line for line in self.hq.cli("queue", codes=None).stdout.splitlines() if "unmapped" in line]
            return [any(what in line for line in lines) for what in ("platforms[GNU/Linux]", "link blocks")]
        self.wait(lambda: all(listed()), what="the queue lists both")
        self.assertEqual(self.shown(self.field, there), crossed)
        self.hq.stop()
        self.pair.rebind(self.hq)
        config = self.hq.config.read_text()
        self.assertIn('blocks = "Stops"', config)
        self.hq.config.write_text(config.replace('values = { windows = ', 'values = { linux = "GNU/Linux", windows = '))
        self.hq.start()
        self.hq.jira.edit(source, summary="renamed source, bound again")
        self.only(self.field, "renamed source, bound again")
        self.assertEqual(self.shown(self.field, there), crossed)
        self.field.jira.edit(there, customfield_10106=[{"value": "Linux"}])
        self.wait(lambda: self.shown(self.hq, source) == (["GNU/Linux"], ["Stops"]), what="an edit of the peer's")


class RenamedAndTaken(RenamedCase):
    """While a name is not bound, the peer takes away what stands under it: that must not come back."""
    name = "renamed-taken"

    def test_what_the_peer_takes_away_waits_for_the_name(self):
        source, target = self.hq.jira.create("taken source"), self.hq.jira.create("taken target")
        self.hq.jira.link("Blocks", source, target)
        self.hq.jira.edit(source, customfield_10106=[{"value": "Linux"}, {"value": "Windows"}])
        there = self.only(self.field, "taken source")
        self.wait(lambda: self.shown(self.field, there) == (["Linux", "Windows"], ["Blocks"]), what="options and link")
        self.hq.jira.do("link-type", name="Blocks", rename="Stops")
        self.hq.jira.do("option", field="customfield_10106", value="Linux", rename="GNU/Linux")
        self.field.jira.edit(there, customfield_10106=[{"value": "Windows"}])
        self.field.jira.delete_link(self.field.jira.issue(there, "issuelinks")["issuelinks"][0]["id"])

        def held():
            lines = [line for line in self.hq.cli("queue", codes=None).stdout.splitlines() if "held" in line]
            return [any(what in line for line in lines) for what in ("platforms[linux]", "link blocks")]
        self.wait(lambda: all(held()), what="the queue lists both as held")
        self.hq.stop()
        config = self.hq.config.read_text()
        config = config.replace('blocks = "Blocks"', 'blocks = "Stops"').replace('linux = "Linux"', 'linux = "GNU/Linux"')
        self.hq.config.write_text(config)
        self.hq.start()
        self.hq.jira.edit(source, summary="taken source, bound again")
        self.only(self.field, "taken source, bound again")
        self.assertEqual(self.shown(self.field, there), (["Windows"], []))
        self.hq.cli("retry", source)
        self.wait(lambda: self.shown(self.hq, source) == (["Windows"], []), what="taken away here, too")
        self.stays_quiet()
        self.assertEqual(self.shown(self.field, there), (["Windows"], []))


class Silent(Objects):
    """The same where nothing of it moves `updated` (pitfall 8), so that only the sweep finds it."""
    name = "silent"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for site in cls.pair.sites:
            quiet = {"do": "touches", "workLog": False, "link": False, "attachmentDelete": False}
            status, text = site.jira.raw("POST", "/standin/do", quiet)
            assert status < 300, text


class Filtered(ObjectCase):
    name = "filtered"

    def test_a_filtered_file_stays_and_is_listed(self):
        here = self.hq.jira.create("with a program")
        self.hq.jira.attach(here, "Setup.EXE", b"MZ")
        self.hq.jira.attach(here, "readme.txt", b"read me")
        there = self.only(self.field, "with a program")
        self.has_files(self.field, there, [("readme.txt", b"read me")])
        self.wait(lambda: "filtered" in self.hq.cli("queue", codes=None).stdout, what="the queue lists it")


# A multiple of what an agent may hold; VALISE_LARGE_MIB=1024 for 1 GiB.
LARGE_MIB = int(os.environ.get("VALISE_LARGE_MIB", "80"))


class LargeFile(ObjectCase):
    name = "large-file"
    options = {"edit_contract": lambda draft: with_objects(draft).replace("100MiB", f"{LARGE_MIB}MiB"),
               **{site: {"options": ["--attachment-limit", str(LARGE_MIB << 20)]} for site in ("hq", "field")}}

    def test_a_large_attachment_crosses_in_flat_memory(self):
        here = self.hq.jira.create("large")
        chance = random.Random(1)
        content = b"".join(chance.randbytes(1 << 20) for _ in range(LARGE_MIB))
        self.hq.jira.attach(here, "large.bin", content)
        there = self.only(self.field, "large")
        self.has_files(self.field, there, [("large.bin", content)], seconds=240 + 3 * LARGE_MIB)
        if harness.IS_SANITIZED:
            return  # shadow memory is no figure
        for site in self.pair.sites:
            peak = harness.peak_mib(site)
            print(f"{LARGE_MIB} MiB attachment: {site.name} peak {peak:.1f} MiB")
            self.assertLess(peak, 64)


class ClosedIssues(ObjectCase):
    """FIELD's workflow lets nobody edit a closed issue, as Jira's classic one (jira.issue.editable)."""
    name = "closed"
    starts = False
    options = {"edit_contract": with_objects,
               "field": {"options": ["--first-id", "50000", "--closed-is-frozen"]}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for summary in ("closed long ago", "closed and reopened"):
            key = cls.hq.jira.create(summary)
            cls.hq.jira.work_log(key, "dug", "2024-01-02T03:04:05.678+0200", 3600)
            cls.hq.jira.comment(key, "done")
            cls.hq.jira.transition(key, "Closed", resolution={"name": "Fixed"})
        cls.pair.start()

    def test_what_comes_with_the_closing_is_written_before_it(self):
        there = self.only(self.field, "closed long ago")
        self.shows(self.field, there, {"status": "Closed"})
        self.wait(lambda: len(self.field.jira.work_logs(there)) == 1, what="its work log")
        self.says(self.field, there, ["done"])

    def test_what_comes_after_it_waits_until_the_issue_is_open_again(self):
        there = self.only(self.field, "closed and reopened")
        self.shows(self.field, there, {"status": "Closed"})
        here = self.only(self.hq, "closed and reopened")
        self.hq.jira.edit(here, description="not forgotten")
        self.hq.jira.attach(here, "late.txt", b"late")
        held = lambda: self.field.cli("queue", codes=(0, 2)).stdout.count("not-editable")
        self.wait(lambda: held() == 2, what="both are held")
        self.hq.jira.transition(here, "Reopened")
        self.shows(self.field, there, {"status": "Reopened", "description": "not forgotten"})
        self.has_files(self.field, there, [("late.txt", b"late")])
        self.wait(lambda: held() == 0, what="nothing is held")


if __name__ == "__main__":
    unittest.main()
