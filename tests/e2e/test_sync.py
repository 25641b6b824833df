"""Two projects in step: every kind of change, both ways."""
import json
import unittest

import case


def contract(draft):
    """The sites agree that `environment` is HQ's word, and that summaries go by the newest."""
    return draft.replace('[fields.environment]\n', '[fields.environment]\nconflict = "hq"\n')


class BothWays(case.SyncCase):
    name = "sync"
    options = {"record": True, "edit_contract": contract}

    def test_an_issue_with_every_field_crosses_from_hq(self):
        jira = self.hq.jira
        jira.as_user("admin-token").call("POST", "/version", {"name": "1.0", "project": "HQ"})
        jira.as_user("admin-token").call("POST", "/component", {"name": "Pump", "project": "HQ"})
        for kind, name in (("version", "1.0"), ("component", "Pump")):
            self.field.jira.as_user("admin-token").call("POST", "/" + kind, {"name": name, "project": "FIELD"})
        fields = {
            "description": "h2. Valve\r\n\r\n* leaks\r\n* {{code}} and *bold*\r\nümläut, 日本語, emoji \U0001f527",
            "environment": "plant 7", "priority": {"name": "High"}, "labels": ["north", "urgent"],
            "duedate": "2031-05-06", "fixVersions": [{"name": "1.0"}], "components": [{"name": "Pump"}],
            "customfield_10100": "REF-1", "customfield_10102": 12.5, "customfield_10103": "2030-01-31",
            "customfield_10104": "2030-01-31T10:20:00.000+0000", "customfield_10105": {"value": "Major"},
            "customfield_10106": [{"value": "Linux"}, {"value": "Embedded"}],
            "customfield_10107": {"value": "Europe", "child": {"value": "Norway"}},
            "customfield_10110": "https://example.org/a?b=c",
        }
        jira.create("every field", "Bug", **fields)
        key = self.only(self.field, "every field")
        self.shows(self.field, key, {
            "description": fields["description"].replace("\r\n", "\n"), "environment": "plant 7", "priority": "High",
            "labels": ["north", "urgent"], "duedate": "2031-05-06", "fixVersions": ["1.0"], "components": ["Pump"],
            "customfield_10100": "REF-1", "customfield_10102": 12.5, "customfield_10103": "2030-01-31",
            "customfield_10105": "Major", "customfield_10106": ["Embedded", "Linux"],
            "customfield_10107": "Europe / Norway", "customfield_10110": "https://example.org/a?b=c",
            "issuetype": "Bug", "status": "Open"})
        shown = self.field.jira.issue(key)["customfield_10104"]
        self.assertTrue(shown.startswith("2030-01-31T10:20:00"), shown)

    def test_an_issue_from_field_is_edited_at_both_ends(self):
        here = self.field.jira.create("from the field", "Task", description="one")
        there = self.only(self.hq, "from the field")
        self.hq.jira.edit(there, description="two\nlines", labels=["a", "b"])
        self.shows(self.field, here, {"description": "two\nlines", "labels": ["a", "b"]})
        self.field.jira.update(here, labels=[{"remove": "a"}, {"add": "c"}])
        self.field.jira.edit(here, priority={"name": "Low"}, description=None)
        self.shows(self.hq, there, {"labels": ["b", "c"], "priority": "Low", "description": None})

    def test_transitions_with_resolution_and_several_steps(self):
        here = self.hq.jira.create("transitions")
        there = self.only(self.field, "transitions")
        self.hq.jira.transition(here, "In Progress")
        self.shows(self.field, there, {"status": "In Progress"})
        self.hq.jira.transition(here, "Resolved", resolution={"name": "Won't Fix"})
        self.hq.jira.transition(here, "Closed")
        self.shows(self.field, there, {"status": "Closed", "resolution": "Won't Fix"})
        self.field.jira.transition(there, "Reopened")
        self.shows(self.hq, here, {"status": "Reopened", "resolution": None})

    def test_comments_are_added_edited_and_deleted(self):
        here = self.hq.jira.create("comments")
        there = self.only(self.field, "comments")
        first = self.hq.jira.comment(here, "first\r\n* point")
        self.hq.jira.comment(here, "second")
        self.says(self.field, there, ["first\n* point", "second"])
        self.field.jira.comment(there, "third")
        self.says(self.hq, here, ["first\n* point", "second", "third"])
        self.hq.jira.edit_comment(here, first, "first, corrected")
        self.says(self.field, there, ["first, corrected", "second", "third"])
        line = self.field.jira.comments(there)[0]["body"].split("\n")[0]
        self.assertRegex(line, r"^_Alice[^\n]* \(hq\), \d{4}-\d\d-\d\d \d\d:\d\d:_$")
        self.hq.jira.delete_comment(here, first)
        self.says(self.field, there, ["second", "third"], seconds=60)

    def test_a_comment_restricted_to_a_role_stays_at_home(self):
        here = self.hq.jira.create("restricted")
        there = self.only(self.field, "restricted")
        self.hq.jira.comment(here, "for developers only",
                             visibility={"type": "role", "value": "Developers"})
        self.hq.jira.comment(here, "for everybody")
        self.says(self.field, there, ["for everybody"])
        self.assertNotIn("for developers only", self.bodies(self.field, there))

    def test_a_subtask_finds_its_parent(self):
        parent = self.hq.jira.create("parent")
        self.hq.jira.create("child", "Sub-task", parent={"key": parent})
        there = self.only(self.field, "child")
        self.assertEqual(self.field.jira.issue(there)["parent"]["key"], self.only(self.field, "parent"))

    def conflict(self, summary, field, ours, theirs):
        """Both sites edit while none can hear the other; HQ first."""
        here = self.hq.jira.create(summary)
        there = self.only(self.field, summary)
        self.equal()
        self.pair.stop()
        self.hq.jira.edit(here, **{field: ours})
        self.wait(lambda: milliseconds_passed(), 5)
        self.field.jira.edit(there, **{field: theirs})
        self.pair.start()
        return here, there

    def test_two_edits_of_one_field_the_newest_stands_and_the_loser_is_listed(self):
        here, there = self.conflict("newest", "description", "of hq", "of field, later")
        for site, key in ((self.hq, here), (self.field, there)):
            self.shows(site, key, {"description": "of field, later"})
        listed = self.hq.cli("queue", "--json", codes=(0, 2)).stdout
        lost = [row for row in map(json.loads, listed.splitlines()) if here in row["issue"]]
        self.assertTrue(lost, f"the losing value stands in no list:\n{listed}")
        told = self.hq.cli("explain", here, codes=(0, 2)).stdout
        self.assertIn("description", told)
        self.hq.cli("dismiss", lost[0]["id"])

        def rows():
            shown = self.hq.cli("queue", "--json", codes=(0, 2)).stdout
            return [row["id"] for row in map(json.loads, shown.splitlines())]
        self.wait(lambda: lost[0]["id"] not in rows(), what="the dismissed row is off the list")

    def test_two_edits_of_one_field_the_sites_word_stands(self):
        here, there = self.conflict("site rule", "environment", "hq says", "field says, later")
        for site, key in ((self.hq, here), (self.field, there)):
            self.shows(site, key, {"environment": "hq says"})

    def test_what_was_written_does_not_come_back(self):
        self.hq.jira.create("echo")
        self.only(self.field, "echo")
        self.equal()
        self.stays_quiet()

    def test_preview_and_explain_write_nothing(self):
        self.hq.jira.create("looked at")
        self.only(self.field, "looked at")
        methods = {name: count for name, count in self.field.jira.stats()["methods"].items() if name != "GET"}
        self.field.cli("preview", codes=(0, 2))
        told = self.field.cli("explain", self.only(self.field, "looked at"), codes=(0, 2)).stdout
        self.assertTrue(told.strip())
        later = {name: count for name, count in self.field.jira.stats()["methods"].items() if name != "GET"}
        self.assertEqual({k: v for k, v in methods.items() if k != "POST"},
                         {k: v for k, v in later.items() if k != "POST"})


def milliseconds_passed(state={}):
    """True at the second look: two edits must not share a millisecond."""
    state["count"] = state.get("count", 0) + 1
    return state["count"] % 2 == 0


class Insisting(case.SyncCase):
    """A workflow whose screen asks again for a field that is bound."""
    name = "insisting"

    def test_a_required_field_of_a_transition_keeps_its_value(self):
        self.field.jira.do("transitions", transitions=[
            {"name": "Start", "from": ["Open"], "to": "In Progress",
             "fields": [{"field": "customfield_10105", "required": True}]},
            {"name": "Stop", "from": ["In Progress"], "to": "Open"}])
        chosen = {"value": "Minor"}
        here = self.hq.jira.create("insisting", customfield_10105=chosen)
        there = self.only(self.field, "insisting")
        self.shows(self.field, there, {"customfield_10105": "Minor"})
        self.hq.jira.transition(here, "In Progress")
        self.shows(self.field, there, {"status": "In Progress", "customfield_10105": "Minor"})
        self.hq.jira.edit(here, customfield_10105={"value": "Critical"})
        self.shows(self.field, there, {"customfield_10105": "Critical"})
        self.shows(self.hq, here, {"customfield_10105": "Critical", "status": "In Progress"})


if __name__ == "__main__":
    unittest.main()
