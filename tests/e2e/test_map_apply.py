"""A changed binding rewrites and sends nothing by itself; `map apply` lists, and does what is asked."""
import json
import re

import case

SEVERITY = "customfield_10105"
PLATFORMS = "customfield_10106"


class MapApply(case.SyncCase):
    name = "map-apply"
    options = {"record": True}

    def bind(self, changes):
        """Edits values of FIELD's binding and starts its agent anew, as an operator would."""
        self.field.stop()
        text = self.field.config.read_text()
        for old, new in changes.items():
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        self.field.config.write_text(text)
        self.field.cli("check-config")
        self.field.start()

    def listed(self, *words):
        out = self.field.cli("map", "apply", "--json", *words).stdout
        return {(one["issue"], one["register"]): one for one in map(json.loads, out.splitlines())}

    def pair_of(self, summary, **fields):
        here = self.hq.jira.create(summary, **fields)
        return here, self.only(self.field, summary)

    def quiet(self):
        """No change waits, none is on its way."""
        def look():
            for site in self.pair.sites:
                now = json.loads(site.cli("status", "--json", codes=None).stdout)
                if any(now[name] for name in ("changes_unpacked", "packets_unacked", "changes_waiting",
                                              "writes_underway", "values_pending")):
                    return False
            return True
        self.wait(look, what="both sites are quiet")

    def test_either_side_is_written_anew_as_asked(self):
        here, there = self.pair_of("swapped", **{SEVERITY: {"value": "Major"}, PLATFORMS: [{"value": "Linux"}]})
        other, other_there = self.pair_of("sent", **{SEVERITY: {"value": "Critical"}})
        touched, touched_there = self.pair_of("edited since", **{SEVERITY: {"value": "Major"}})
        self.shows(self.field, there, {SEVERITY: "Major", PLATFORMS: ["Linux"]})
        self.shows(self.field, other_there, {SEVERITY: "Critical"})
        self.shows(self.field, touched_there, {SEVERITY: "Major"})
        self.quiet()
        self.assertEqual(self.listed(), {})
        self.bind({'major = "Major", critical = "Critical"': 'major = "Critical", critical = "Major"',
                   'linux = "Linux", windows = "Windows"': 'linux = "Windows", windows = "Linux"'})

        # An edit of something else makes valise read each of them anew: nothing else crosses.
        for key in (there, other_there, touched_there):
            self.field.jira.edit(key, environment="touched")
        for key in (here, other, touched):
            self.shows(self.hq, key, {"environment": "touched"})
        self.quiet()
        self.shows(self.hq, here, {SEVERITY: "Major", PLATFORMS: ["Linux"]})
        self.shows(self.field, there, {SEVERITY: "Major", PLATFORMS: ["Linux"]})

        found = self.listed()
        self.assertEqual({key for key, _ in found}, {there, other_there, touched_there})
        one = found[(there, "severity")]
        self.assertEqual((one["shown"], one["agreed"], one["here"], one["peer"]),
                         ("Major", "major", "Critical", "critical"))
        shown = self.field.cli("map", "apply", "--field", "severity")
        self.assertIn("--write here --yes", shown.stderr)
        self.assertEqual(len(re.findall(r"severity: shows", shown.stdout)), 3)
        self.field.cli("map", "apply", "--yes", codes=(64,))
        self.field.cli("map", "apply", "--field", "nowhere", codes=(64,))
        self.field.cli("map", "apply", "--issue", "NO-1", codes=(64,))

        self.field.cli("map", "apply", "--write", "here", "--issue", there, "--yes")
        self.shows(self.field, there, {SEVERITY: "Critical", PLATFORMS: ["Windows"]})
        # A request made while no agent runs waits for the next one; what a person does before it
        # runs is newer.
        self.field.stop()
        self.field.cli("map", "apply", "--write", "peer", "--yes")
        self.field.jira.edit(touched_there, **{SEVERITY: {"value": "Blocker"}})
        self.field.start()
        self.shows(self.hq, other, {SEVERITY: "Major"})
        self.shows(self.hq, touched, {SEVERITY: "Blocker"})
        self.quiet()
        self.shows(self.hq, here, {SEVERITY: "Major", PLATFORMS: ["Linux"]})
        self.shows(self.field, other_there, {SEVERITY: "Critical"})
        self.shows(self.field, touched_there, {SEVERITY: "Blocker"})
        self.assertEqual(self.listed(), {})
        said = self.field.cli("map", "apply")
        self.assertIn("nothing is translated otherwise", said.stderr)

        # One issue that Jira does not show hides no other.
        self.field.jira.faults({"method": "GET", "path": "/issue/" + self.field.jira.get(f"/issue/{there}")["id"], "fault": "error_before",
                                "status": 403, "every": 1})
        alone = self.field.cli("map", "apply", codes=(2,))
        self.field.jira.faults()
        self.assertIn(there + " is left out", alone.stderr)
        self.assertIn("nothing is translated otherwise", alone.stderr)

        # And once more: nothing is left to do.
        self.field.cli("map", "apply", "--write", "here", "--yes")
        self.quiet()
        self.shows(self.field, there, {SEVERITY: "Critical", PLATFORMS: ["Windows"]})

    def test_a_held_value_is_written_when_the_binding_has_a_word_for_it(self):
        self.bind({', blocker = "Blocker" }': " }"})
        here, there = self.pair_of("held", **{SEVERITY: {"value": "Blocker"}})
        self.wait(lambda: "severity" in self.field.cli("queue", codes=None).stdout, what="it is held")
        self.bind({'"Minor", ': '"Minor", blocker = "Blocker", '})
        self.assertIn((there, "severity"), self.listed("--issue", there))
        self.field.cli("map", "apply", "--write", "here", "--field", "severity", "--yes")
        self.shows(self.field, there, {SEVERITY: "Blocker"})
        self.wait(lambda: not json.loads(self.field.cli("status", "--json", codes=None).stdout)["values_held"],
                  what="the hold has ended")
        self.shows(self.hq, here, {SEVERITY: "Blocker"})

    def test_what_was_given_while_a_name_was_unbound_crosses_once_it_is_bound(self):
        (first, first_there), (second, second_there) = self.pair_of("links"), self.pair_of("is linked")
        line = next(line for line in self.field.config.read_text().splitlines() if line.startswith("environment = "))
        self.bind({line + "\n": "", 'sweep_every = "2s"': 'sweep_every = "1h"'})
        self.field.jira.do("link-type", name="Relates", rename="Belongs to")
        self.field.jira.link("Belongs to", first_there, second_there)
        self.field.jira.edit(second_there, environment="on the ship", summary="is linked, and read since")
        self.shows(self.hq, second, {"summary": "is linked, and read since"})
        self.field.jira.edit(first_there, summary="links, and read since")
        self.shows(self.hq, first, {"summary": "links, and read since", "issuelinks": []})
        self.shows(self.hq, second, {"environment": None})
        self.bind({'"Relates"': '"Belongs to"', "[bind.fields]\n": "[bind.fields]\n" + line + "\n"})
        self.shows(self.hq, second, {"environment": "on the ship"})
        self.wait(lambda: self.hq.jira.issue(first, "issuelinks")["issuelinks"], what="the link")
        self.assertIn("newly bound", self.field.log_text())
