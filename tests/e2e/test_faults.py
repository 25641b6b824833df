"""A Jira, its proxy and its network as they are on bad days: nothing is made twice, nothing is lost."""
import json
import os
import unittest

import case
import harness


def rule(fault, **more):
    return dict({"fault": fault, "every": 1}, **more)



class WritesWithoutAnswer(case.SyncCase):
    """FIELD's Jira did what was asked, but the answer was lost: exactly one of each must be there."""
    name = "faults-writes"
    options = {"record": True}

    def lost(self, fault, **more):
        """One create, one comment, one edit, one transition, each with its answer lost."""
        name = f"lost to {fault} {more.get('status', '')}".strip()
        jira = self.field.jira
        jira.faults(rule(fault, method="POST", path="/rest/api/2/issue", limit=1, **more))
        here = self.hq.jira.create(name, description="once")
        there = self.only(self.field, name)
        self.assertGreaterEqual(sum(jira.stats()["faults"].values()), 1)
        self.shows(self.field, there, {"description": "once"})
        self.settled()

        jira.faults(rule(fault, method="POST", path="/comment", limit=1, **more))
        self.hq.jira.comment(here, "said once")
        self.says(self.field, there, ["said once"])
        self.settled()
        self.says(self.field, there, ["said once"])

        jira.faults(rule(fault, method="PUT", path="/rest/api/2/issue", limit=1, **more))
        self.hq.jira.edit(here, description="changed once", labels=["l"])
        self.shows(self.field, there, {"description": "changed once", "labels": ["l"]})

        jira.faults(rule(fault, method="POST", path="/transitions", limit=1, **more))
        self.hq.jira.transition(here, "In Progress")
        self.shows(self.field, there, {"status": "In Progress"})
        self.settled()
        jira.faults()
        self.only(self.field, name)
        self.says(self.field, there, ["said once"])
        names = [item["toString"] for history in jira.get(f"/issue/{there}", expand="changelog")["changelog"][
            "histories"] for item in history["items"] if item["field"] == "status"]
        self.assertEqual(names, ["In Progress"], "one transition, done once")

    def settled(self):
        """Until no write is under way any more, at either site."""
        def look():
            rows = [json.loads(site.cli("status", "--json", codes=(0, 2)).stdout) for site in self.pair.sites]
            return sum(row["writes_underway"] + row["values_pending"] + row["changes_waiting"] for row in rows) == 0
        self.wait(look, 60, "all writes settled")

    def test_the_connection_is_cut_after_the_write(self):
        self.lost("cut_after")

    def test_an_error_500_hides_a_write_that_was_done(self):
        self.lost("error_after", status=500)

    def test_a_gateway_gives_up_on_a_write_that_was_done(self):
        self.lost("error_after", status=504)

    def test_the_answer_is_cut_in_half(self):
        self.lost("truncated")

    def test_the_connection_is_cut_before_the_write(self):
        self.lost("cut_before")

    def test_the_answer_comes_after_the_time_out(self):
        jira = self.field.jira
        here = self.hq.jira.create("late answer")
        there = self.only(self.field, "late answer")
        self.settled()
        jira.faults(latency_ms=5000)
        self.hq.jira.create("late create")
        self.hq.jira.comment(here, "late comment")
        before = jira.stats()["issues"]
        self.wait(lambda: jira.stats()["issues"] > before, 60, "the late create reached Jira")
        jira.faults()
        self.only(self.field, "late create")
        self.says(self.field, there, ["late comment"], seconds=60)
        self.settled()
        self.only(self.field, "late create")
        self.says(self.field, there, ["late comment"])


class BadDays(case.SyncCase):
    """Answers that are no answers: told with the right code, and all of it arrives in the end."""
    name = "faults-answers"
    options = {"record": True}

    def after(self, name, *rules, seconds=60, **plan):
        """With these faults at both Jiras for a while an issue still crosses, once."""
        here = self.hq.jira.create(name, description="text")
        self.hq.jira.comment(here, "comment")
        for site in self.pair.sites:
            site.jira.faults(*rules, **plan)
        there = self.only(self.field, name)
        self.wait(lambda: self.bodies(self.field, there) == ["comment"] or self.held(), seconds, "the comment, or its hold")
        for site in self.pair.sites:
            site.jira.faults()
        if self.held():  # a write and its one retry both failed: the operator has looked, and says so
            self.field.cli("retry")
        self.shows(self.field, there, {"description": "text"}, seconds)
        self.says(self.field, there, ["comment"], seconds)
        self.equal()

    def held(self):
        return "unknown" in self.field.cli("queue", codes=(0, 2)).stdout

    def setUp(self):
        self.addCleanup(lambda: [site.jira.faults() for site in self.pair.sites])

    def test_too_many_requests_are_answered_with_patience(self):
        self.after("throttled", {"fault": "429", "probability": 0.3, "retry_after": 1, "limit": 25})

    def test_errors_503_before_anything_was_done(self):
        self.after("errors", {"fault": "error_before", "probability": 0.3, "status": 503, "limit": 25})

    def test_cut_connections(self):
        self.after("cut", {"fault": "cut_before", "probability": 0.15, "limit": 15},
                   {"fault": "cut_after", "probability": 0.15, "limit": 15})

    def test_html_with_200(self):
        self.after("login page", {"fault": "html_200", "probability": 0.3, "limit": 25})

    def test_truncated_json(self):
        self.after("truncated", {"fault": "truncated", "probability": 0.2, "limit": 20})

    def test_an_index_that_lags(self):
        self.after("lagging", index_lag_ms=3000)
        for site in self.pair.sites:
            site.jira.faults(index_lag_ms=0)


class LogIn(case.SyncCase):
    """Refused log-ins: nothing is read as "all gone", the operator is told, and it goes on afterwards."""
    name = "faults-login"
    options = {"record": True}

    def setUp(self):
        self.addCleanup(lambda: [site.jira.faults() for site in self.pair.sites])

    def refused(self, name, fault, code, exits):
        here = self.hq.jira.create(name, description="before")
        there = self.only(self.field, name)
        self.equal()
        # A person's requests pass; only the agent's token is refused.
        self.hq.jira.faults(rule(fault, path="/myself"))
        self.wait(lambda: code in self.hq.log_text(), what=f"{code} in the log")
        self.hq.stop()
        once = self.hq.cli("run", "--once", codes=None)
        self.assertIn(once.returncode, exits, once.stderr)
        self.assertIn(code, once.stderr)
        self.hq.jira.edit(here, description="meanwhile")
        self.assertEqual(self.field.jira.keys_of(name), [there], "nothing vanished")
        self.hq.jira.faults()
        self.hq.start()
        self.shows(self.field, there, {"description": "meanwhile"})

    def test_a_token_expires_and_is_renewed(self):
        self.refused("expired", "expired_token", "VAL-JIRA-AUTH", (77,))

    def test_a_captcha_is_asked_for(self):
        self.refused("captcha", "captcha_403", "VAL-JIRA-CAPTCHA", (77,))

    def test_a_running_agent_goes_on_when_the_operator_has_renewed_the_token(self):
        here = self.field.jira.create("renewed", description="before")
        there = self.only(self.hq, "renewed")
        self.equal()
        token = self.field.folder / "jira-token"
        self.field.stop()
        token.write_text("expired-token\n")
        self.field.start()
        self.wait(lambda: "VAL-JIRA-AUTH" in self.field.log_text(), what="VAL-JIRA-AUTH in the log")
        self.wait(lambda: "VAL-JIRA-AUTH" in self.field.cli("status", codes=(0, 2)).stdout, what="status says it")
        self.field.jira.edit(here, description="meanwhile")
        token.write_text("valise-token\n")
        self.field.cli("resume")
        self.shows(self.hq, there, {"description": "meanwhile"})
        self.wait(lambda: "VAL-JIRA-AUTH" not in self.field.cli("status", codes=(0, 2)).stdout, what="status forgets it")

    def test_a_jira_that_cannot_be_reached(self):
        # A port where nobody listens.
        self.field.stop()
        text = self.field.config.read_text()
        self.field.config.write_text(text.replace(self.field.standin.url, "http://127.0.0.1:9/jira"))
        try:
            once = self.field.cli("run", "--once", codes=None)
            self.assertEqual(once.returncode, 69, once.stderr)
            self.assertIn("VAL-JIRA", once.stderr)
        finally:
            self.field.config.write_text(text)
            self.field.start()

    def test_a_refused_value_is_held_and_the_rest_goes_on(self):
        self.field.jira.refuse("description", "forbidden word", "Field validator says no.")
        here = self.hq.jira.create("held", description="fine")
        there = self.only(self.field, "held")
        self.hq.jira.edit(here, description="a forbidden word", labels=["passes"])
        self.shows(self.field, there, {"labels": ["passes"], "description": "fine"})

        def held():
            done = self.field.cli("queue", "--json", codes=(0, 2))
            return [row for row in map(json.loads, done.stdout.splitlines()) if row["kind"] == "held"]
        rows = self.wait(held, what="the value is held")
        self.assertIn("description", rows[0]["what"])
        self.assertEqual(self.field.cli("status", codes=None).returncode, 2)
        self.hq.jira.edit(here, description="a better word")
        self.shows(self.field, there, {"description": "a better word"})
        self.wait(lambda: not held(), what="the newer value ended the hold")


HIDDEN = ["--first-id", "50000", "--hidden-is-forbidden", "--security-level", "Secret=user:alice"]


class HiddenIssues(case.SyncCase):
    """FIELD's Jira answers 403 for an issue above one's security level (pitfall 7), and a create's answer is lost."""
    name = "faults-hidden"
    options = {"field": {"options": HIDDEN}}

    def held(self):
        rows = [json.loads(line) for line in self.field.cli("--json", "queue", codes=(0, 2)).stdout.splitlines()]
        return any(row["kind"] == "held" and row["state"] == "unknown" for row in rows)

    def test_somebodys_hidden_issue_holds_what_nobody_can_prove(self):
        jira = self.field.jira
        jira.do("grant", user="alice", permission="SET_ISSUE_SECURITY")
        jira.as_user("alice-token").create("secret", security={"name": "Secret"})
        jira.faults(rule("cut_before", method="POST", path="/rest/api/2/issue", limit=1))
        self.hq.jira.create("perhaps made")
        self.wait(self.held, what="the create is held")
        self.field.cli("retry")
        self.only(self.field, "perhaps made")
        self.wait(lambda: not self.held(), what="the hold is over")


class OursHidden(HiddenIssues):
    """What the agent makes there is hidden from it, by the project's default level."""
    name = "faults-ours-hidden"
    options = {"field": {"options": HIDDEN + ["--default-security-level", "Secret"]}}
    test_somebodys_hidden_issue_holds_what_nobody_can_prove = None

    def test_one_of_ours_is_known_again_when_it_can_be_seen(self):
        jira = self.field.jira
        jira.faults(rule("error_after", status=504, method="POST", path="/rest/api/2/issue", limit=1))
        here = self.hq.jira.create("made and hidden", description="once")
        self.wait(self.held, what="the create is held")
        self.assertEqual(jira.stats()["issues"], 1)
        there = f"{jira.project}-1"
        jira.do("level", issue=there, level="")
        self.assertEqual(self.only(self.field, "made and hidden"), there)
        self.wait(lambda: not self.held(), what="the hold is over")
        self.field.jira.edit(there, description="edited here")
        self.shows(self.hq, here, {"description": "edited here"})
        self.hq.jira.edit(here, description="and there")
        self.shows(self.field, there, {"description": "and there"})
        self.assertEqual(jira.stats()["issues"], 1)


class Disk(unittest.TestCase):
    """A full disk under the state folder."""

    @unittest.skipUnless(os.geteuid() == 0, "needs root to mount a small tmpfs")
    def test_a_full_disk_loses_nothing(self):
        pair = harness.Pair("faults-disk")
        self.addCleanup(pair.close)
        pair.verify()
        field = pair.field
        state = field.state
        moved = pair.folder / "moved"
        state.rename(moved)
        state.mkdir(mode=0o700)
        if os.system(f"mount -t tmpfs -o size=2m,mode=0700 tmpfs '{state}' 2>/dev/null"):
            moved.rename(state) if not any(state.iterdir()) and not state.rmdir() else None
            self.skipTest("may not mount a tmpfs here")
        self.addCleanup(os.system, f"umount -l '{state}'")
        for file in moved.iterdir():
            target = state / file.name
            target.write_bytes(file.read_bytes())
            target.chmod(0o600)
        pair.hq.start()
        field.start()
        pair.hq.jira.create("before", description="x")
        pair.wait(lambda: field.jira.keys_of("before"), 40, "an issue crosses")
        for number in range(60):
            pair.hq.jira.create(f"issue {number}", description=os.urandom(30000).hex()[:30000])
        harness.wait_until(lambda: "VAL-STATE-FULL" in field.log_text(), 60 * harness.PATIENCE,
                           "VAL-STATE-FULL in the log")
        if field.agent.poll() is not None:
            self.assertEqual(field.agent.returncode, 74, field.log_text()[-1000:])
        os.system(f"mount -o remount,size=400m '{state}'")
        if field.agent.poll() is not None:
            field.start()
        pair.wait(lambda: field.jira.stats()["issues"] == 61, 90, "all issues arrive")
        summaries = [one["fields"]["summary"] for one in field.jira.all_issues()]
        self.assertEqual(len(summaries), len(set(summaries)))
        pair.stop()


if __name__ == "__main__":
    unittest.main()
