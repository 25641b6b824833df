"""Issues that exist at both sites before the first run are paired instead of made a second time."""
import json

import case
import harness


def with_keys(draft):
    text = harness.default_contract(draft)
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("share_keys")]
    at = next(number for number, line in enumerate(lines) if line.startswith("["))
    return "".join(lines[:at] + ["share_keys = true\n"] + lines[at:])


class Link(case.SyncCase):
    name = "link"
    options = {"edit_contract": with_keys, "record": True}
    starts = False

    def said(self, site, key):
        return sorted(self.bodies(site, key))

    def is_single(self, summary):
        for site in self.pair.sites:
            self.assertEqual(len(site.jira.keys_of(summary)), 1, f"{summary} at {site.name}")

    def test_pairs_are_linked_before_the_first_run(self):
        here = self.hq.jira.create("already here", description="from hq", labels=["a", "both"])
        there = self.field.jira.create("already here", description="from field", labels=["b", "both"])
        for site, key in ((self.hq, here), (self.field, there)):
            site.jira.comment(key, "both say this")
            site.jira.comment(key, f"only {site.name}")
        ours = self.hq.jira.create("in the list", description="hq's text")
        theirs = self.field.jira.create("in the list", description="field's text")
        alone = self.field.jira.create("only at field")

        shown = self.field.cli("link", there, here)
        self.assertIn(f"{there} = {here}", shown.stdout)
        self.field.cli("link", there, here, "--yes")
        self.field.cli("link", there, here, "--yes")  # once more changes nothing
        self.field.cli("link", there, ours, "--yes", codes=(1, 64))
        self.field.cli("link", alone, here, "--yes", codes=(1, 64))
        pairs = self.field.folder / "pairs.csv"
        pairs.write_text(f"local,remote\n{theirs},{ours}\n")
        self.field.cli("link", "--csv", str(pairs), "--prefer", "peer", "--yes")
        self.pair.start()

        self.only(self.hq, "only at field")
        words = ["both say this", "only field", "only hq"]
        for site, key in ((self.hq, here), (self.field, there)):
            self.wait(lambda: self.said(site, key) == words, 60, f"all words at {site.name}")
            self.shows(site, key, {"description": "from field", "labels": ["a", "b", "both"]})
        self.shows(self.field, theirs, {"description": "hq's text"})
        self.hq.jira.edit(here, summary="already here, edited")
        self.shows(self.field, there, {"summary": "already here, edited"})
        self.field.jira.edit(theirs, description="an answer")
        self.shows(self.hq, ours, {"description": "an answer"})
        for summary in ("already here, edited", "in the list", "only at field"):
            self.is_single(summary)
        self.field.cli("link", there, here, "--yes", codes=(1, 64))
        for site, key in ((self.hq, here), (self.field, there)):  # nothing came twice since
            self.assertEqual(self.said(site, key), words)


class ByField(case.SyncCase):
    name = "link-field"
    options = {"record": True}
    starts = False
    reference = "customfield_10100"

    def both(self, summary, value):
        return [site.jira.create(summary, description=f"{site.name}'s", **{self.reference: value})
                for site in self.pair.sites]

    def waiting(self):
        return json.loads(self.field.cli("status", "--json", codes=None).stdout)["links_waiting"]

    def test_pairs_are_found_by_equal_values_of_a_field(self):
        here, there = self.both("same", "REF 1")
        ours, theirs = self.both("a percent", "100% ü")
        twin, doubled = self.both("doubled", "REF-2")
        second = self.field.jira.create("doubled too", **{self.reference: "REF-2"})
        none = self.field.jira.create("without a value")
        alone = self.field.jira.create("nobody has it", **{self.reference: "REF-3"})

        link = ("link", "--field", "external-reference")
        self.field.cli("link", "--field", "description", codes=(64,))
        self.field.cli(*link, "--csv", "pairs.csv", codes=(64,))
        shown = self.field.cli(*link, "--prefer", "peer")
        self.assertIn(f'{there} = external-reference "REF 1"', shown.stdout)
        for key in (doubled, second):
            self.assertRegex(shown.stdout, rf"not linked: .*{key}")
        self.assertNotIn(none, shown.stdout)
        self.assertEqual(self.waiting(), 0)
        self.field.cli(*link, "--prefer", "peer", "--yes")
        self.field.cli(*link, "--prefer", "peer", "--yes")  # once more changes nothing
        self.assertEqual(self.waiting(), 3)
        self.pair.start()

        self.shows(self.field, there, {"description": "hq's"})
        self.shows(self.field, theirs, {"description": "hq's"})
        self.hq.jira.create("a second one", **{self.reference: "REF 1"})
        self.only(self.hq, "without a value")
        self.only(self.field, "a second one")
        for site in self.pair.sites:
            for summary, count in (("same", 1), ("a percent", 1), ("doubled", 2), ("doubled too", 1)):
                self.wait(lambda: len(site.jira.keys_of(summary)) == count, what=f"{count} {summary} at {site.name}")
        self.assertIn("link-twice", self.field.cli("queue", codes=None).stdout)
        self.hq.jira.edit(here, summary="same, edited")
        self.shows(self.field, there, {"summary": "same, edited"})

        # What found nobody waits, and is shared when it is told so.
        self.wait(lambda: self.waiting() == 1, what="one waits")
        self.assertEqual(self.hq.jira.keys_of("nobody has it"), [])
        self.field.cli(*link, "--forget", "--yes")
        self.only(self.hq, "nobody has it")
        self.assertEqual(self.waiting(), 0)
