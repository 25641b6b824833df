"""Issues that end where they were born, and come back: proof, the contract's action, the operator's word."""
import case
import harness

ENDS = """
[lifecycle]
deleted = "label"
moved = "comment"
archived = "delete"
left_scope = "close"
"""
LABEL = "gone-at-peer"


def with_ends(draft):
    return harness.default_contract(draft) + ENDS


class Lifecycle(case.SyncCase):
    name = "lifecycle"
    options = {"edit_contract": with_ends, "record": True,
               "settings": dict(harness.QUICK, **{"bind.lifecycle": {"at_once_max": 3}})}

    def do(self, site, **verb):
        admin = site.jira.as_user("admin-token")
        status, text = admin.raw("POST", "/standin/do", verb)
        self.assertLess(status, 300, text)

    def put(self, site, path):
        status, text = site.jira.as_user("admin-token").raw("PUT", "/rest/api/2" + path, {})
        self.assertEqual(status, 204, text)

    def shared(self, summary, site=None, other=None):
        """The keys of a new issue and of its copy."""
        here = (site or self.hq).jira.create(summary)
        return here, self.only(other or self.field, summary)

    def labels(self, key):
        return self.field.jira.issue(key, "labels")["labels"]

    def is_gone(self, site, key):
        return site.jira.raw("GET", f"/rest/api/2/issue/{key}")[0] == 404

    def test_a_deleted_issue_labels_its_copy_and_nothing_more_travels(self):
        here, there = self.shared("to be deleted")
        self.hq.jira.as_user("admin-token").call("DELETE", f"/issue/{here}")
        self.wait(lambda: LABEL in self.labels(there), 60, "the label")
        self.field.jira.edit(there, summary="nobody hears")
        self.wait(lambda: "frozen-edit" in self.field.cli("queue").stdout, 60, "the edit listed")
        self.assertIn("frozen", self.field.cli("explain", there).stdout)

    def test_a_sub_task_under_another_parent_is_held_until_a_person_moves_the_copy(self):
        first, _ = self.shared("first parent")
        second, second_there = self.shared("second parent")
        here = self.hq.jira.create("a sub-task", "Sub-task", parent={"key": first})
        there = self.only(self.field, "a sub-task")
        self.do(self.hq, do="convert", issue=here, type="Sub-task", parent=second)
        self.wait(lambda: "parent-moved" in self.field.cli("queue", codes=None).stdout, 60, "the move is held")
        self.do(self.field, do="convert", issue=there, type="Sub-task", parent=second_there)
        self.wait(lambda: "parent-moved" not in self.field.cli("queue", codes=None).stdout, 60, "the hold ends by itself")
        self.assertNotIn("parent", self.hq.cli("queue", codes=None).stdout)

    def test_a_copy_deleted_is_no_end(self):
        here, there = self.shared("copy deleted")
        self.field.jira.as_user("admin-token").call("DELETE", f"/issue/{there}")
        self.wait(lambda: "gone" in self.field.cli("queue").stdout, 60, "listed as gone")
        self.hq.jira.edit(here, summary="still here")
        self.wait(lambda: "held" in self.hq.cli("explain", here).stdout, 60, "the outcome")
        self.assertNotIn(LABEL, self.hq.jira.issue(here, "labels")["labels"])

    def test_a_moved_issue_is_told_and_shared_again_when_it_is_back(self):
        here, there = self.shared("to be moved")
        self.do(self.hq, do="move", issue=here, project="OTHER")
        self.wait(lambda: any("moved its issue" in body for body in self.bodies(self.field, there)), 60,
                  "the comment")
        self.field.jira.edit(there, description="written meanwhile")
        self.do(self.hq, do="move", issue=here, project="HQ")
        back = self.only(self.hq, "to be moved")
        self.shows(self.hq, back, {"description": "written meanwhile"}, 60)
        self.assertEqual(self.hq.jira.comments(back), [], "valise's own word never leaves")

    def test_an_archived_issue_takes_its_copy_with_it_and_brings_it_back(self):
        for site in self.pair.sites:
            self.do(site, do="grant", user="valise", permission="DELETE_ISSUES")
        here, there = self.shared("to be archived")
        self.hq.jira.comment(here, "a word")
        self.says(self.field, there, ["a word"])
        self.put(self.hq, f"/issue/{here}/archive")
        self.wait(lambda: self.is_gone(self.field, there), 60, "the copy deleted")
        self.put(self.hq, f"/issue/{here}/restore")
        again = self.only(self.field, "to be archived")
        self.says(self.field, again, ["a word"], 60)

    def test_a_copy_that_somebody_worked_on_is_kept_until_the_operator_agrees(self):
        self.do(self.field, do="grant", user="valise", permission="DELETE_ISSUES")
        here, there = self.shared("worked on")
        self.field.jira.comment(there, "for us only", visibility={"type": "role", "value": "Developers"})
        self.put(self.hq, f"/issue/{here}/archive")
        self.wait(lambda: "edited" in self.field.cli("queue").stdout, 60, "held as edited")
        self.assertFalse(self.is_gone(self.field, there))
        self.field.cli("retry", there)
        self.wait(lambda: self.is_gone(self.field, there), 60, "deleted with the operator's word")

    def test_a_type_changed_crosses_and_one_that_rest_cannot_give_is_held_alone(self):
        parent, _ = self.shared("the parent")
        here, there = self.shared("another type")
        self.hq.jira.edit(here, issuetype={"name": "Task"})
        self.wait(lambda: self.field.jira.issue(there, "issuetype")["issuetype"]["name"] == "Task", 60, "the type")
        self.do(self.hq, do="convert", issue=here, type="Sub-task", parent=parent)
        self.hq.jira.edit(here, summary="another type, edited")
        self.shows(self.field, there, {"summary": "another type, edited"}, 60)
        self.wait(lambda: "type" in self.field.cli("queue").stdout, 60, "the type held")
        self.assertEqual(self.field.jira.issue(there, "issuetype")["issuetype"]["name"], "Task")

    def test_many_at_once_ask_first(self):
        pairs = [self.shared(f"many {number}") for number in range(5)]
        for here, _ in pairs:
            self.hq.jira.as_user("admin-token").call("DELETE", f"/issue/{here}")
        self.wait(lambda: self.hq.cli("queue").stdout.count("ends:deleted") >= 5, 60, "all five ask")
        self.assertFalse(any(LABEL in self.labels(there) for _, there in pairs))
        self.hq.cli("retry")
        self.wait(lambda: self.field.cli("queue").stdout.count("ends") >= 5, 60, "the other site asks too")
        self.field.cli("retry")
        self.wait(lambda: all(LABEL in self.labels(there) for _, there in pairs), 60, "five labels")
