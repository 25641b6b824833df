"""Issue keys in texts mean the same issue at both sites, also when its copy comes later, and never echo."""
import unittest

import case
import test_link
import test_objects


def with_keys(draft):
    return test_link.with_keys(test_objects.with_objects(draft))


class Keys:
    """The same tests for two projects of different and of equal keys."""

    def mentions(self, site, key, text):
        self.shows(site, key, {"description": text})

    def word(self, key):
        """What stands for a key of the peer's that has no issue here."""
        ours = self.hq.jira.project == self.field.jira.project
        return key.replace("-", "\u2011") if ours else key

    def pair_of(self, summary, **fields):
        here = self.hq.jira.create(summary, **fields)
        return here, self.only(self.field, summary)

    def writes(self, site, key):
        """How often the agent changed the issue's description since it was made."""
        story = site.jira.get(f"/issue/{key}", expand="changelog")["changelog"]["histories"]
        return sum(item["field"] == "description" for one in story if one["author"]["name"] == "valise"
                   for item in one["items"])

    def test_keys_of_shared_issues_cross_both_ways(self):
        here, there = self.pair_of("the target")
        first, copy = self.pair_of("who names it", description=f"see {here}, not https://x/browse/{here}")
        self.mentions(self.field, copy, f"see {there}, not https://x/browse/{here}")
        self.field.jira.edit(copy, description=f"see {there}, not https://x/browse/{here}\nand {copy}")
        self.mentions(self.hq, first, f"see {here}, not https://x/browse/{here}\nand {first}")
        self.hq.jira.edit(first, description=f"see {here}, not https://x/browse/{here}\nand {first}\nno")
        self.mentions(self.field, copy, f"see {there}, not https://x/browse/{here}\nand {copy}\nno")
        self.hq.jira.edit(first, summary=f"like {here}")
        self.shows(self.field, copy, {"summary": f"like {there}"})
        self.field.jira.comment(copy, f"{there}: done")
        self.says(self.hq, first, [f"{here}: done"])
        self.hq.jira.work_log(first, f"on {here}", "2024-01-02T03:04:05.678+0200", 3600)
        self.wait(lambda: [one["comment"].split("\n")[-1] for one in self.field.jira.work_logs(copy)] == [f"on {there}"],
                  what="the work log's key")

    def test_a_key_is_a_word_until_its_issue_is_here_and_then_rewritten_once(self):
        later = self.hq.jira.create("comes later", labels=["at-home"])
        first, copy = self.pair_of("named before it came", description=f"wait for {later}\nsecond")
        self.hq.jira.comment(first, f"{later} is not ready")
        word = self.word(later)
        self.mentions(self.field, copy, f"wait for {word}\nsecond")
        self.says(self.field, copy, [f"{word} is not ready"])
        self.assertIn(f"the peer's {later}, which is not here", self.field.cli("explain", copy).stdout)
        self.field.jira.edit(copy, description=f"wait for {word}\nsecond, edited")  # the token stays
        self.mentions(self.hq, first, f"wait for {later}\nsecond, edited")
        before = self.writes(self.field, copy)

        self.hq.jira.edit(later, labels=[])
        there = self.only(self.field, "comes later")
        self.mentions(self.field, copy, f"wait for {there}\nsecond, edited")
        self.says(self.field, copy, [f"{there} is not ready"])
        self.equal_keys(first, f"wait for {later}\nsecond, edited")
        self.stays_quiet()
        self.assertNotIn("which is not here", self.field.cli("explain", copy).stdout)
        self.assertEqual(self.writes(self.field, copy) - before, 1)
        self.assertEqual(self.writes(self.hq, first), 1)  # FIELD's one edit

    def equal_keys(self, key, text):
        self.mentions(self.hq, key, text)
        for site in self.pair.sites:
            self.assertNotIn("conflict-lost", site.cli("queue", "--all", codes=None).stdout)

    def test_an_edit_of_the_text_goes_before_the_key(self):
        later = self.hq.jira.create("also later", labels=["at-home"])
        first, copy = self.pair_of("edited first", description=f"one {later}\ntwo")
        self.mentions(self.field, copy, f"one {self.word(later)}\ntwo")
        self.field.stop()
        self.field.jira.edit(copy, description="all new")
        self.hq.jira.edit(later, labels=[])
        self.field.start()
        self.only(self.field, "also later")
        self.mentions(self.hq, first, "all new")
        self.mentions(self.field, copy, "all new")


class OwnKeys(Keys, case.SyncCase):
    name = "keys"
    starts = False
    options = {"edit_contract": with_keys, "record": True}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hq.tune({"jira": {"scope": "labels is EMPTY OR labels not in (at-home)"}})
        cls.pair.start()


class OneKey(OwnKeys):
    """Both projects have the same key."""
    name = "keys-same"
    options = {"edit_contract": with_keys, "projects": ("HQ", "HQ")}


if __name__ == "__main__":
    unittest.main()
