"""What one site's binding does with what arrives: conditions, defaults, templates, people, visibility, keys."""
import json
import re
import unittest

import case
import harness

RULES = """
[bind.incoming.fields]
severity = ["major", "critical"]

[bind.defaults]
customfield_10101 = "by default"
customfield_10999 = "PLACEHOLDER"

[bind.security]
default = "Partners"

[bind.people]
match = ["alias", "name"]
prefix = "ext-"
unknown = "text"
text_field = "customfield_10100"

[bind.remote_key]
link = true
url = "https://hq.example/browse/{key}"
"""


def with_rules(draft):
    text = draft.replace('[people]\n', 'share_keys_here\n[people]\nbob = "Bob Builder"\ncarol = "Carol"\n', 1)
    text = text.replace("share_keys_here\n", "").replace('version = 1\n', 'version = 1\nshare_keys = true\n', 1)
    cut = text.index("[fields.background]")
    end = text.index("[fields.story-points]")
    text = text[:cut] + text[end:]
    cut = text.index("[fields.external-reference]")
    end = text.index("[fields.story-points]")
    text = text[:cut] + text[end:]
    return re.sub(r'(\[fields\.checks-done\]\n)kind = "options"\nvalues = .*\n', r'\1kind = "flag"\n', text)


class Rules(case.SyncCase):
    name = "binding"
    starts = False
    options = {"edit_contract": with_rules, "record": True,
               "field": {"options": ["--first-id", "50000", "--security-level", "Partners=role:Administrators,user:valise,user:alice"]}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        text = cls.field.config.read_text()
        text = text.replace("comments = true\n", "", 1)
        text = text.replace('summary = "summary"\n', "", 1)
        text += RULES.replace('customfield_10999 = "PLACEHOLDER"\n', "")
        text += '\n[bind.comments]\nvisibility = { role = "Administrators" }\n'
        text += '\n[bind.fields.summary]\nfield = "summary"\ntemplate = "[{site}] {value}"\n'
        assert 'values = { true = "Unit test" }  # guessed' in text
        text = text.replace('values = { true = "Unit test" }', 'values = { true = "Manual test" }', 1)
        cls.field.config.write_text(text)
        for site in cls.pair.sites:
            site.cli("check-config")
        for user in ("valise", "alice"):
            cls.field.jira.do("join", user=user, role="Administrators")
        cls.field.jira.do("grant", user="valise", permission="SET_ISSUE_SECURITY")
        cls.pair.start()

    def there(self, summary):
        return self.only(self.field, f"[hq] {summary}")

    def test_an_issue_that_no_condition_takes_waits_until_one_does(self):
        here = self.hq.jira.create("not yet", customfield_10105={"value": "Minor"})
        self.wait(lambda: "not-taken" in self.field.cli("queue", codes=None).stdout, what="it is listed")
        self.assertEqual(self.field.jira.keys_of("[hq] not yet"), [])
        self.hq.jira.edit(here, customfield_10105={"value": "Critical"})
        self.there("not yet")
        self.wait(lambda: "not-taken" not in self.field.cli("queue", codes=None).stdout, what="the hold has left the list")

    def test_a_link_lets_in_what_no_condition_takes(self):
        here = self.hq.jira.create("linked anyway", customfield_10105={"value": "Minor"})
        self.wait(lambda: "not-taken" in self.field.cli("queue", codes=None).stdout, what="it is listed")
        self.field.cli("pause")
        self.wait(lambda: "paused" in self.field.cli("status", codes=None).stdout, what="FIELD rests")
        there = self.field.jira.create("linked anyway, too")
        self.field.cli("link", there, here, "--yes")
        self.field.cli("resume")
        self.hq.jira.edit(here, summary="linked and edited")
        self.shows(self.field, there, {"summary": "[hq] linked and edited"})
        self.assertEqual(self.field.jira.keys_of("[hq] linked and edited"), [there])
        self.assertEqual(self.hq.jira.keys_of("linked anyway, too"), [])

    def test_a_create_has_defaults_level_template_key_and_author(self):
        here = self.hq.jira.create("taken", customfield_10105={"value": "Major"})
        there = self.there("taken")
        self.shows(self.field, there, {"customfield_10101": "by default", "security": "Partners",
                                       "summary": "[hq] taken"})
        links = lambda: [(one["object"]["url"], one["object"]["title"])
                         for one in self.field.jira.get(f"/issue/{there}/remotelink")]
        self.wait(lambda: links() == [(f"https://hq.example/browse/{here}", here)], what="the remote link")
        self.field.jira.edit(there, summary="[hq] taken and renamed")
        self.shows(self.hq, here, {"summary": "taken and renamed"})
        self.field.jira.edit(there, summary="somebody took the frame off")
        self.shows(self.hq, here, {"summary": "somebody took the frame off"})
        self.hq.jira.edit(here, summary="again")
        self.shows(self.field, there, {"summary": "[hq] again"})

    def test_comments_are_restricted_as_bound_and_still_cross_both_ways(self):
        here = self.hq.jira.create("restricted", customfield_10105={"value": "Major"})
        there = self.there("restricted")
        first = self.hq.jira.comment(here, "for staff")
        self.says(self.field, there, ["for staff"])
        shown = self.field.jira.comments(there)[0]
        self.assertEqual((shown["visibility"]["type"], shown["visibility"]["value"]), ("role", "Administrators"))
        self.hq.jira.edit_comment(here, first, "for staff only")
        self.says(self.field, there, ["for staff only"])
        self.assertEqual(self.field.jira.comments(there)[0]["visibility"]["value"], "Administrators")
        self.field.jira.comment(there, "their own", visibility={"type": "role", "value": "Administrators"})
        self.hq.jira.comment(here, "last")
        self.says(self.field, there, ["for staff only", "their own", "last"])
        self.assertEqual(self.bodies(self.hq, here), ["for staff only", "last"])

    def test_a_flag_is_another_option_at_either_site(self):
        boxes = lambda site, key: sorted(one["value"] for one in site.jira.issue(key)["customfield_10112"] or [])
        ticked = lambda *names: [{"value": name} for name in names]
        here = self.hq.jira.create("checked", customfield_10105={"value": "Major"}, customfield_10112=ticked("Unit test"))
        there = self.there("checked")
        self.wait(lambda: boxes(self.field, there) == ["Manual test"], what="ticked there")
        self.field.jira.edit(there, customfield_10112=[])
        self.wait(lambda: boxes(self.hq, here) == [], what="taken off here")
        # Each site's own boxes stay at home, also the one that is the other site's word.
        self.hq.jira.edit(here, customfield_10112=ticked("Manual test"))
        self.wait(lambda: "checks-done" in self.hq.cli("explain", here).stdout
                  and "unmapped" in self.hq.cli("explain", here).stdout, what="listed as unmapped")
        self.hq.jira.edit(here, summary="checked, looked at again")
        self.shows(self.field, there, {"summary": "[hq] checked, looked at again"})
        self.assertEqual(boxes(self.field, there), [])
        self.field.jira.edit(there, customfield_10112=ticked("Manual test"))
        self.wait(lambda: boxes(self.hq, here) == ["Unit test"], what="ticked here again")

    def test_a_person_is_found_by_name(self):
        here = self.hq.jira.create("whose", customfield_10105={"value": "Major"}, assignee={"name": "alice"})
        there = self.there("whose")
        name = self.hq.jira.issue(here, "assignee")["assignee"]["displayName"]
        self.assertTrue(name)
        shown = self.field.jira.issue(there)
        # alice is an account of both Jiras under the same display name: found by name.
        self.wait(lambda: (self.field.jira.issue(there)["assignee"] or {}).get("displayName") == name,
                  what=f"assigned, not {shown['assignee']}")


class Renamed(case.SyncCase):
    """Names of this Jira that its administrator changed, so that the binding has the old ones."""
    name = "renamed-status"
    starts = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        text = cls.field.config.read_text()
        text = text.replace('in-progress = "In Progress"', 'in-progress = "Doing"', 1)
        cls.field.config.write_text(text.replace('task = "Task"', 'task = "Chore"', 1))
        cls.pair.start()

    def test_a_status_that_is_nowhere_pushes_no_issue_through_its_workflow(self):
        here = self.hq.jira.create("goes on")
        there = self.only(self.field, "goes on")
        self.hq.jira.transition(here, "In Progress")
        self.wait(lambda: "no-status:Doing" in self.field.cli("queue", codes=None).stdout, what="it is held")
        self.shows(self.field, there, {"status": "Open", "resolution": None})
        self.assertIn(f"valise retry {there}", self.field.cli("queue", codes=None).stdout)

    def test_a_type_that_is_nowhere_holds_its_new_issues_and_is_not_tried_on_and_on(self):
        def entries():
            lines = self.field.cli("queue", "--json", codes=None).stdout.splitlines()
            return [json.loads(line) for line in lines]

        def held():
            return [one["id"] for one in entries() if one["kind"] == "held" and one["what"] == "type"]
        self.hq.jira.create("of no type there", "Task")
        first = self.wait(held, what="it is held")
        self.stays_quiet()
        self.assertEqual(held(), first)
        self.assertNotIn("retry", [one["kind"] for one in entries()])


if __name__ == "__main__":
    unittest.main()
