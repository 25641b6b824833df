"""What once broke it: a Jira restored from a backup, internal comments, large values."""
import json
import shutil
import time
import unittest

import case
import harness

LARGE = {"options": ["--text-limit", "2000000"]}


class Restored(case.SyncCase):
    """HQ's Jira is restored from a backup; what the peer has stays."""
    name = "restored-jira"
    starts = False

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(case.temporary_folder())
        cls.saved = folder / "hq-state.json"
        cls.options = {"hq": {"state": cls.saved}, "folder": folder / "pair"}
        super().setUpClass()

    def queue(self, site):
        return [json.loads(line) for line in site.cli("queue", "--json", codes=(0, 2)).stdout.splitlines()]

    def test_nothing_of_a_restored_jira_leaves_until_an_operator_says_so(self):
        self.pair.start()
        first = self.hq.jira.create("first", description="one")
        there = self.only(self.field, "first")
        self.equal()
        time.sleep(2)  # until the stand-in has saved
        backup = self.saved.with_name("backup.json")
        shutil.copy(self.saved, backup)
        self.hq.jira.edit(first, description="two, after the backup")
        self.shows(self.field, there, {"description": "two, after the backup"})
        self.hq.jira.create("second, after the backup")
        second = self.only(self.field, "second, after the backup")
        self.equal()

        self.hq.stop()
        self.pair.standins[0].stop()
        self.pair.standins[0].log.close()
        shutil.copy(backup, self.saved)
        self.hq.standin = self.pair.standins[0] = harness.StandIn(self.pair.folder, "HQ", state=self.saved)
        self.hq.jira.create("stranger under an old key")
        self.hq.tune({"jira": {"url": self.hq.standin.url}})
        self.hq.start()
        self.wait(lambda: {row["kind"] for row in self.queue(self.hq)} >= {"rollback"}, what="a listed rollback")
        time.sleep(3)
        self.shows(self.field, there, {"description": "two, after the backup"})
        self.shows(self.field, second, {"summary": "second, after the backup"})

        self.hq.cli("retry", first, codes=(0, 2))  # this Jira is right
        self.shows(self.field, there, {"description": "one"})


class Comments(case.SyncCase):
    name = "comments"

    def test_internal_comments_of_a_service_desk_stay(self):
        here = self.hq.jira.create("ticket")
        there = self.only(self.field, "ticket")
        internal = [{"key": "sd.public.comment", "value": {"internal": True}}]
        self.hq.jira.comment(here, "never for customers", properties=internal)
        self.assertNotIn("never for customers", self.hq.cli("preview", codes=(0, 2)).stdout)
        self.hq.jira.comment(here, "for everybody")
        self.says(self.field, there, ["for everybody"])
        time.sleep(1)
        self.assertEqual(self.bodies(self.field, there), ["for everybody"])


class Crowded(case.SyncCase):
    """A peer that floods one issue: what is too many is held, and the rest flows."""
    name = "crowded"
    COMMENTS, TAKEN = 10_000, 5_000  # [sync] objects_max, unless set

    def test_ten_thousand_comments_on_one_issue(self):
        crowded = self.hq.jira.create("crowded")
        there = self.only(self.field, "crowded")
        for number in range(self.COMMENTS):
            self.hq.jira.comment(crowded, f"comment {number}")
        self.hq.jira.create("the next one")
        self.only(self.field, "the next one")

        def count():
            return self.field.jira.get(f"/issue/{there}/comment", maxResults=1)["total"]
        self.wait(lambda: count() >= self.TAKEN, 200, "as many comments as are taken")
        rows = self.wait(lambda: [row for row in map(json.loads, self.field.cli("queue", "--json", codes=(0, 2)).stdout
                                                     .splitlines()) if row["state"] == "too-many"],
                         60, "one listed row")
        self.assertEqual(len(rows), 1, rows)
        self.hq.jira.edit(crowded, summary="crowded, and renamed")
        self.shows(self.field, there, {"summary": "crowded, and renamed"})
        self.assertEqual(count(), self.TAKEN)


class Large(case.SyncCase):
    name = "large"
    options = {"hq": LARGE, "field": {"options": ["--first-id", "50000", *LARGE["options"]]}}

    def test_more_than_one_record_of_values_is_written_in_several_writes(self):
        text = "x" * 400_000
        self.hq.jira.create("large", description=text, environment=text, customfield_10101=text)
        there = self.only(self.field, "large")
        self.shows(self.field, there, {"description": text, "environment": text, "customfield_10101": text})
        self.hq.jira.create("after it")
        self.only(self.field, "after it")


if __name__ == "__main__":
    unittest.main()
