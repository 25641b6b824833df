"""Epic links and sprints: both ways, targets that come later, sprints that are unknown, twice, closed."""
import json
import unittest

import case

SPRINT, EPIC_LINK, EPIC_NAME = "customfield_10120", "customfield_10121", "customfield_10122"


class AgileCase(case.SyncCase):
    starts = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare()
        cls.pair.start()

    @classmethod
    def prepare(cls):
        """Before the agents run."""

    @staticmethod
    def agile(site, method, path, body=None):
        status, text = site.jira.as_user("admin-token").raw(method, "/rest/agile/1.0/" + path, body)
        assert status < 300, (status, text)
        return json.loads(text) if text else None

    @classmethod
    def sprint(cls, site, name, state=None):
        number = cls.agile(site, "POST", "sprint", {"originBoardId": 1, "name": name})["id"]
        if state:
            cls.agile(site, "POST", f"sprint/{number}", {"state": state})
        return number

    @staticmethod
    def epic(site, summary):
        return site.jira.create(summary, "Epic", **{EPIC_NAME: summary})

    def in_sprint(self, site, key, number, seconds=40):
        """Waits until the board says that the issue is in that sprint, or in none."""
        jql = f"sprint = {number}" if number else "sprint is EMPTY"
        self.wait(lambda: any(one["key"] == key for one in site.jira.search(jql, ["summary"])), seconds,
                  f"{key} at {site.name} in {jql}, shows {site.jira.issue(key).get(SPRINT)}")

    def queue(self, site):
        return [json.loads(line) for line in site.cli("--json", "queue").stdout.splitlines()]

    def held(self, site, reason):
        return self.wait(lambda: [one for one in self.queue(site) if reason in json.dumps(one)],
                         what=f"{reason} at {site.name}")


class Epics(AgileCase):
    name = "epics"
    options = {"record": True}

    def test_an_epic_link_crosses_both_ways_as_the_key_of_the_copy(self):
        epic, story = self.epic(self.hq, "big"), self.hq.jira.create("part of it")
        self.hq.jira.edit(story, **{EPIC_LINK: epic})
        epic_there, story_there = self.only(self.field, "big"), self.only(self.field, "part of it")
        self.shows(self.field, story_there, {EPIC_LINK: epic_there})
        self.shows(self.field, epic_there, {EPIC_NAME: "big"})
        other = self.epic(self.field, "bigger")
        self.field.jira.edit(story_there, **{EPIC_LINK: other})
        self.shows(self.hq, story, {EPIC_LINK: self.only(self.hq, "bigger")})
        self.hq.jira.edit(story, **{EPIC_LINK: None})
        self.shows(self.field, story_there, {EPIC_LINK: None})

    def test_a_target_that_is_shared_later_is_set_then(self):
        """The story is there first: what became of the epic's create is unknown at FIELD for a while."""
        self.field.jira.faults({"method": "POST", "path": "/issue", "fault": "cut_before", "limit": 1, "every": 1})
        epic = self.epic(self.hq, "late epic")
        story = self.hq.jira.create("waits for it", **{EPIC_LINK: epic})
        there = self.only(self.field, "waits for it")
        self.shows(self.field, there, {EPIC_LINK: self.only(self.field, "late epic")})
        self.shows(self.hq, story, {EPIC_LINK: epic})
        self.assertGreaterEqual(sum(self.field.jira.stats()["faults"].values()), 1)

    def test_a_target_outside_the_channel_stays_at_home_and_is_listed(self):
        epic = self.epic(self.hq, "leaves us")
        story = self.hq.jira.create("stays", **{EPIC_LINK: epic})
        there = self.only(self.field, "stays")
        self.shows(self.field, there, {EPIC_LINK: self.only(self.field, "leaves us")})
        self.hq.jira.do("move", issue=epic, project="OTHER")
        self.hq.jira.edit(story, description="edited")
        self.shows(self.field, there, {"description": "edited", EPIC_LINK: self.only(self.field, "leaves us")})
        self.wait(lambda: [one for one in self.queue(self.hq) if one["kind"] == "unmapped" and "OTHER" in json.dumps(one)],
                  what="the moved epic is listed")

    def test_a_deleted_copy_of_an_epic_leaves_its_issues_in_it_at_the_peer(self):
        """Jira clears the epic links of what is deleted, and deletes its links, which is nobody's edit."""
        epic = self.epic(self.hq, "copy deleted")
        story = self.hq.jira.create("stays in it", **{EPIC_LINK: epic})
        self.hq.jira.link("Blocks", story, epic)
        epic_there, there = self.only(self.field, "copy deleted"), self.only(self.field, "stays in it")
        self.shows(self.field, there, {EPIC_LINK: epic_there})
        self.wait(lambda: self.field.jira.issue(there, "issuelinks")["issuelinks"], what="the link")
        self.field.jira.as_user("admin-token").call("DELETE", f"/issue/{epic_there}")
        self.shows(self.field, there, {EPIC_LINK: None})
        self.field.jira.edit(there, summary="stays in it, edited")
        self.shows(self.hq, story, {"summary": "stays in it, edited", EPIC_LINK: epic})
        self.assertEqual(len(self.hq.jira.issue(story, "issuelinks")["issuelinks"]), 1)

    def test_what_aims_at_an_issue_that_ends_before_it_is_made_is_held(self):
        story = self.hq.jira.create("aims")
        self.only(self.field, "aims")
        self.field.jira.faults({"method": "POST", "path": "/issue", "fault": "cut_before", "limit": 2, "every": 1})
        epic = self.epic(self.hq, "never made")
        self.hq.jira.edit(story, **{EPIC_LINK: epic})
        self.hq.jira.link("Blocks", story, epic)
        self.held(self.field, "unknown")
        self.wait(lambda: self.awaiting() == {"epic-link", "link"}, what="both wait, listed")
        self.hq.jira.as_user("admin-token").call("DELETE", f"/issue/{epic}")
        self.wait(lambda: {one["what"].split()[0] for one in self.queue(self.field) if one["state"] == "link-ended"}
                  == {"epic-link", "link"}, what="both are held")

    def awaiting(self):
        """What FIELD lists as waiting for an issue that is held there."""
        return {one["what"].split()[0] if one["kind"] == "held" else "sub-task"
                for one in self.queue(self.field) if one["state"].startswith("awaited:")}

    def held_back(self, create):
        """Has HQ create an issue that FIELD holds, as two answers were lost: what that gave, and FIELD's name for it."""
        self.field.jira.faults({"method": "POST", "path": "/issue", "fault": "cut_before", "limit": 2, "every": 1})
        key = create()
        row = self.wait(lambda: next((one for one in self.queue(self.field)
                                      if (one["kind"], one["state"]) == ("held", "unknown")), None), what="it is held")
        return key, row["issue"]

    def test_what_aims_at_a_held_issue_is_listed_until_that_one_is_made(self):
        story = self.hq.jira.create("waits listed")
        there = self.only(self.field, "waits listed")
        epic, target = self.held_back(lambda: self.epic(self.hq, "held for a while"))
        self.hq.jira.edit(story, **{EPIC_LINK: epic})
        self.hq.jira.link("Blocks", story, epic)
        self.wait(lambda: self.awaiting() == {"epic-link", "link"}, what="both are listed")
        self.assertIn(f"valise explain {target}", self.field.cli("queue").stdout)
        self.assertIn(f"valise explain {target}", self.field.cli("explain", there).stdout)
        self.assertIn("unknown", self.field.cli("explain", target).stdout)
        self.assertIn("held values", self.field.cli("status", codes=(2,)).stdout)
        self.field.cli("retry", target)
        self.shows(self.field, there, {EPIC_LINK: self.only(self.field, "held for a while")})
        self.wait(lambda: self.field.jira.issue(there, "issuelinks")["issuelinks"], what="the link")
        self.wait(lambda: not self.awaiting(), what="the rows are gone")

    def test_a_sub_task_of_a_held_issue_is_listed_until_that_one_is_made(self):
        story = self.hq.jira.create("aims at a sub-task")
        story_there = self.only(self.field, "aims at a sub-task")
        parent, target = self.held_back(lambda: self.hq.jira.create("held parent"))
        child = self.hq.jira.create("its sub-task", "Sub-task", parent={"key": parent})
        self.hq.jira.link("Blocks", story, child)
        self.wait(lambda: self.awaiting() == {"sub-task", "link"}, what="sub-task and link are listed")
        self.assertIn(f"awaited:{target}", [one["kind"] for one in self.queue(self.field)])
        self.field.cli("retry", target)
        there, copy = self.only(self.field, "its sub-task"), self.only(self.field, "held parent")
        self.assertEqual(self.field.jira.issue(there, "parent")["parent"]["key"], copy)
        self.wait(lambda: self.field.jira.issue(story_there, "issuelinks")["issuelinks"], what="the link")
        self.wait(lambda: not self.awaiting(), what="the rows are gone")

    def test_what_jira_refuses_is_held_for_that_field_only(self):
        self.field.jira.refuse(EPIC_LINK, "", "The validator says no.")
        self.addCleanup(lambda: self.field.jira.raw("POST", "/standin/accept", {}))
        epic = self.epic(self.hq, "refused")
        self.hq.jira.create("goes on", description="all else", **{EPIC_LINK: epic})
        there = self.only(self.field, "goes on")
        self.shows(self.field, there, {"description": "all else", EPIC_LINK: None})


class Sprints(AgileCase):
    name = "sprints"
    options = {"record": True}

    def test_a_sprint_crosses_both_ways_by_its_name(self):
        here, there = self.sprint(self.hq, "One, [id=9]"), self.sprint(self.field, "One, [id=9]", "active")
        other = self.sprint(self.field, "Two"), self.sprint(self.hq, "Two")
        key = self.hq.jira.create("planned", **{SPRINT: here})
        copy = self.only(self.field, "planned")
        self.in_sprint(self.field, copy, there)
        self.agile(self.field, "POST", f"sprint/{other[0]}/issue", {"issues": [copy]})
        self.in_sprint(self.hq, key, other[1])
        self.agile(self.hq, "POST", "backlog/issue", {"issues": [key]})
        self.in_sprint(self.field, copy, None)

    def test_an_unknown_sprint_holds_itself_and_goes_on_when_it_is_made(self):
        number = self.sprint(self.hq, "Unknown there")
        self.hq.jira.create("ahead", description="all else", **{SPRINT: number})
        copy = self.only(self.field, "ahead")
        self.shows(self.field, copy, {"description": "all else"})
        self.held(self.field, "sprint-unknown")
        self.in_sprint(self.field, copy, self.sprint(self.field, "Unknown there"))
        self.wait(lambda: not any("sprint-unknown" in json.dumps(one) for one in self.queue(self.field)),
                  what="the hold leaves the list")

    def test_two_open_sprints_of_one_name_hold_until_one_is_renamed(self):
        self.sprint(self.field, "Twin"), self.sprint(self.field, "Twin")
        self.hq.jira.create("which one", **{SPRINT: self.sprint(self.hq, "Twin")})
        copy = self.only(self.field, "which one")
        self.held(self.field, "sprint-ambiguous")
        twins = [one["id"] for one in self.agile(self.field, "GET", "board/1/sprint")["values"] if one["name"] == "Twin"]
        self.agile(self.field, "POST", f"sprint/{twins[0]}", {"name": "Other twin"})
        self.in_sprint(self.field, copy, twins[1])

    def test_the_end_of_a_sprint_is_nobodys_edit_and_the_next_one_counts(self):
        first, second = self.sprint(self.hq, "Past", "active"), self.sprint(self.hq, "Next")
        past, coming = self.sprint(self.field, "Past", "active"), self.sprint(self.field, "Next")
        key = self.hq.jira.create("moves on", **{SPRINT: first})
        copy = self.only(self.field, "moves on")
        self.in_sprint(self.field, copy, past)
        self.agile(self.hq, "POST", f"sprint/{first}", {"state": "closed"})
        self.hq.jira.edit(key, description="after the end")
        self.shows(self.field, copy, {"description": "after the end"})
        self.in_sprint(self.field, copy, past)
        self.agile(self.hq, "POST", f"sprint/{second}/issue", {"issues": [key]})
        self.in_sprint(self.field, copy, coming)

    def test_an_issue_of_closed_sprints_only_has_none(self):
        number = self.sprint(self.hq, "Long ago", "active")
        self.sprint(self.field, "Long ago")
        key = self.hq.jira.create("done", **{SPRINT: number})
        self.agile(self.hq, "POST", f"sprint/{number}", {"state": "closed"})
        self.in_sprint(self.field, self.only(self.field, "done"), None)
        self.in_sprint(self.hq, key, number)


class PlainJira(AgileCase):
    """FIELD's account sees no boards."""
    name = "plain"

    @classmethod
    def prepare(cls):
        cls.field.jira.faults({"method": "GET", "path": "/agile/1.0/board", "fault": "error_before", "status": 400,
                               "every": 1})

    def test_without_the_agile_api_sprints_are_held_and_all_else_goes_on(self):
        self.hq.jira.create("no boards", description="all else", **{SPRINT: self.sprint(self.hq, "One")})
        copy = self.only(self.field, "no boards")
        self.shows(self.field, copy, {"description": "all else"})
        self.held(self.field, "no-agile")


def with_counts(draft):
    return draft + '\n[fields.votes]\nkind = "number"\nfrom = "hq"\n[fields.watchers]\nkind = "line"\nfrom = "hq"\n'


class Counts(AgileCase):
    """How many people at HQ vote for an issue and watch it; neither moves `updated` (pitfall 8)."""
    name = "counts"
    options = {"record": True, "edit_contract": with_counts}

    @classmethod
    def prepare(cls):
        cls.put(cls.hq, 'votes = "votes"\nwatchers = "watches"\n')
        cls.put(cls.field, 'votes = "votes"\n')
        refused = cls.field.cli("check-config", codes=(78,)).stdout
        assert 'Jira counts "votes" by itself' in refused, refused
        text = cls.field.config.read_text().replace('votes = "votes"\n', "")
        text = text.replace('story-points = "customfield_10102"', 'votes = "customfield_10102"')
        text = text.replace('external-reference = "customfield_10100"', 'watchers = "customfield_10100"')
        cls.field.config.write_text(text)
        for site in cls.pair.sites:
            site.cli("check-config")

    @staticmethod
    def put(site, lines):
        site.config.write_text(site.config.read_text().replace("[bind.fields]\n", "[bind.fields]\n" + lines, 1))

    def test_counts_leave_and_follow_without_an_edit_of_the_issue(self):
        key = self.hq.jira.create("popular")
        there = self.only(self.field, "popular")
        self.shows(self.field, there, {"customfield_10102": 0.0, "customfield_10100": "0"})
        updated = self.hq.jira.issue(key)["updated"]
        self.hq.jira.as_user("bob-token").call("POST", f"/issue/{key}/votes")
        self.shows(self.field, there, {"customfield_10102": 1.0})
        self.hq.jira.as_user("bob-token").call("POST", f"/issue/{key}/watchers")
        self.shows(self.field, there, {"customfield_10100": "1"})
        self.assertEqual(self.hq.jira.issue(key)["updated"], updated)


if __name__ == "__main__":
    unittest.main()
