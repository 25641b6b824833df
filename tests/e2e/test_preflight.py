"""check-config --live: what would fail or be held is named before the first packet, nothing is written."""
import json
import re
import unittest

import case
import harness


def without_epics(contract):
    """The stand-in's Epic asks for a name of its own, which an issue of the peer might lack."""
    without_name = re.sub(r'\[fields\.epic-name\]\n([^\n]+\n)+', "", contract)
    return re.sub(r'"epic", |, "epic"', "", without_name.replace("epic = {}\n", ""))


def stop(standin):
    standin.stop()
    standin.process.stdout.close()
    standin.log.close()


def findings(site, codes=(0, 2, 77, 78)):
    done = site.cli("check-config", "--live", "--json", codes=codes)
    told = json.loads(done.stdout)
    if not told["ok"]:
        raise AssertionError(told["problems"])
    live = told["live"]
    return done.returncode, [one for one in live if not one["ok"]], live


class Preflight(case.SyncCase):
    starts = False

    def setUp(self):
        self.pair = harness.Pair("preflight", record=True, edit_contract=without_epics,
                                 hq={"options": ["--max-results", "50"]},
                                 field={"options": ["--attachment-limit", "1MiB"]})
        self.addCleanup(self.pair.close)
        self.hq, self.field = self.pair.sites
        self.binding = self.hq.config.read_text()

    @classmethod
    def setUpClass(cls):
        pass

    def bind(self, old, new):
        self.assertIn(old, self.binding)
        self.binding = self.binding.replace(old, new, 1)
        self.hq.config.write_text(self.binding)

    def found(self, severity, place, *words):
        """One finding of that severity and place says all of the words; its remedy is in it."""
        for one in self.live:
            if one["severity"] == severity and one["what"] == place and all(word in one["message"] for word in words):
                self.assertIn("; ", one["message"])
                return one
        shown = "\n".join(f"{one['severity']}: {one['what']}: {one['message']}" for one in self.live if not one["ok"])
        raise AssertionError(f"no {severity} at {place} with {words}:\n{shown}")

    def check(self, code=78):
        record = harness.TRAFFIC / "preflight-hq.jsonl"
        before = record.stat().st_size
        done, _, self.live = findings(self.hq, codes=(code,))
        asked = [json.loads(line) for line in record.read_bytes()[before:].splitlines()]
        self.assertGreater(len(asked), 20)
        writes = [one["path"] for one in asked if one["method"] != "GET" and not one["path"].endswith("/search")]
        self.assertEqual(writes, [])
        return done

    def test_a_sound_binding_has_nothing_that_fails_and_an_empty_project_says_what_was_not_checked(self):
        code, bad, live = findings(self.hq, codes=(2,))
        self.assertEqual({one["code"] for one in bad if one["severity"] != "note"}, {"VAL-CHECK-PERMISSION"}, bad)
        self.assertIn("VAL-CHECK-EMPTY", [one["code"] for one in bad])
        for right in ("Edit All Comments", "Edit All Worklogs", "Delete All Worklogs", "Delete All Attachments"):
            self.assertTrue(any(right in one["message"] for one in bad), right)
        for permission in ("EDIT_ALL_COMMENTS", "EDIT_ALL_WORKLOGS", "DELETE_ALL_WORKLOGS", "DELETE_ALL_ATTACHMENTS"):
            self.hq.jira.do("grant", user="valise", permission=permission)
        for type_name in ("Bug", "Task"):
            self.hq.jira.comment(self.hq.jira.create("there is one", type_name), "and a comment")
        code, bad, live = findings(self.hq, codes=(0,))
        self.assertEqual([one["severity"] for one in bad], ["note"] * len(bad), bad)
        self.assertNotIn("VAL-CHECK-EMPTY", [one["code"] for one in bad])
        self.assertTrue(any("2 issues of HQ" in one["found"] for one in live), live)
        said = self.hq.cli("check-config", "--live").stdout
        self.assertIn("ok: jira account: valise, time zone UTC\n", said)

    def test_a_wrong_binding_is_named_line_by_line(self):
        self.bind('bug = "Bug"', 'bug = ["Bugg", "Bug"]')
        self.bind('sub-task = "Sub-task"', 'sub-task = "Epic"')
        self.bind('open = "Open"', 'open = ["Opened", "Open"]')
        self.bind('reopened = "Reopened"\n', '')
        self.bind('closed = { status = "Closed", resolution = "Done" }', 'closed = { status = "Closed", resolution = "Over" }')
        self.bind('story-points = "customfield_10102"', 'story-points = "customfield_19999"')
        self.bind('target-date = "customfield_10103"', 'target-date = "customfield_10119"')
        self.bind('values = { unit-test = "Unit test", manual-test = "Manual test", documentation = "Documentation" }',
                  'values = { unit-test = "Unit tests", manual-test = "Manual test" }')
        self.bind('field = "customfield_10112"  # Checks done', 'field = "customfield_10106"')
        self.bind('field = "customfield_10106"  # Platforms', 'field = "customfield_10112"')
        self.bind('relates = "Relates"', 'relates = "Related"')
        self.check()
        self.found("fails", "[bind.types] bug", '"Bugg"', "there is:")
        self.found("fails", "[bind.types] sub-task", "(pitfall 24)")
        self.found("held", "[bind.statuses] open", '"Opened"', "held")
        self.found("held", "[bind.statuses]", '"Reopened"', "no word")
        self.found("held", "[bind.statuses] closed resolution", '"Over"', '"Done"')
        self.found("fails", "[bind.fields.story-points]", "customfield_19999")
        self.found("fails", "[bind.fields.target-date]", "customfield_10119", "(pitfall 18)")
        self.found("held", "[bind.fields.checks-done] values.unit-test", '"Unit tests"', '"Linux"')
        self.found("held", "[bind.fields.checks-done] values", "no word", '"Embedded"')
        self.found("held", "[bind.links] relates", '"Related"', '"Relates"')
        self.found("note", "[jira] url", "50 issues at most", "(pitfall 4)")
        _, _, self.live = findings(self.field)
        self.found("held", "[attachments] bytes_max", "10MiB", "1MiB", "(pitfall 15)")

    def test_a_jira_that_refuses_is_told_before_it_does(self):
        jira = self.hq.jira
        key = jira.create("sample")
        jira.do("field", field="customfield_10100", required=True)
        jira.do("field", field="customfield_10101", onCreate=False)
        jira.do("field", field="environment", onEdit=False)
        jira.do("option", field="customfield_10105", value="Blocker", disabled=True)
        jira.do("option", field="customfield_10105", value="Cosmic")
        jira.do("field", field="customfield_10119", required=True)
        jira.do("revoke", user="valise", permission="ASSIGN_ISSUES")
        jira.do("revoke", user="valise", permission="ADD_COMMENTS")
        jira.do("revoke", user="valise", permission="LINK_ISSUES")
        jira.do("status", name="Waiting", category=2)
        jira.do("transitions", add=True, transitions=[
            {"name": "Ask back", "to": "Waiting", "screen": "none",
             "fields": [{"field": "customfield_10114", "required": True}]}])
        jira.do("user", user="bob", active=False)
        jira.do("revoke", user="carol", permission="ASSIGNABLE_USER")
        self.pair.hq.tune({"jira": {"scope": "labels = shared AND nothing = this"}})
        before = jira.issue(key)
        self.check()
        self.found("held", "[bind.fields.external-reference] default", "customfield_10100", "without it is held")
        self.found("held", "[bind.fields.background]", "create screen", "(pitfall 21)")
        self.found("held", "[bind.fields.environment]", "edit screen", '"Bug"', "(pitfall 21)")
        self.found("held", "[bind.fields.severity] values.blocker", '"Blocker"', "disabled")
        self.found("held", "[bind.fields.severity] values", '"Cosmic"')
        self.found("held", "[bind.fields.assignee]", '"Assign Issues"')
        self.found("held", "[bind] comments", '"Add Comments"')
        self.found("held", "[bind.links]", '"Link Issues"')
        self.found("held", "[bind.statuses]", '"Ask back"', "customfield_10114", "(pitfall 22)")
        self.found("held", "[bind.statuses]", "no word", '"Waiting"')
        self.found("fails", "[jira] scope", "answered 400")
        self.assertEqual(jira.issue(key), before)

    def test_people_are_looked_up(self):
        contract = (self.hq.folder / "contract.toml").read_text()
        people = "[people]\n" + "".join(f'{name} = "{name}"\n' for name in ("jane", "robert", "caroline", "ann"))
        (self.hq.folder / "contract.toml").write_text(contract.replace("[people]\n", people))
        jira = self.hq.jira
        jira.do("user", user="bob", active=False)
        jira.do("revoke", user="carol", permission="ASSIGNABLE_USER")
        self.hq.config.write_text(self.binding + '\n[bind.users]\njane = "jdoe"\nrobert = "bob"\ncaroline = "carol"\nann = "alice"\n')
        other = self.hq.folder / "other"  # a site that is not paired yet: its contract may still change
        other.mkdir(mode=0o700)
        self.hq.config.write_text(self.hq.config.read_text().replace('state_dir = "state"', 'state_dir = "other"'))
        _, _, self.live = findings(self.hq)
        self.found("held", "[bind.users] jane", '"jdoe"', "(pitfall 17)")
        self.found("held", "[bind.users] robert", "switched off")
        self.found("held", "[bind.users] caroline", "cannot be assigned")
        self.assertFalse([one for one in self.live if one["what"] == "[bind.users] ann"], self.live)

    def test_a_clock_that_is_wrong_is_told(self):
        with case.temporary_folder() as folder:
            standin = harness.StandIn(folder, "SKEW", options=["--clock-ahead", "-600"])
            self.addCleanup(stop, standin)
            text = self.binding.replace(self.hq.standin.url, standin.url).replace('project = "HQ"', 'project = "SKEW"')
            self.hq.config.write_text(text)
            _, _, self.live = findings(self.hq)
            self.found("look", "[jira] url", "s behind", "NTP")

    def test_an_expired_token_is_no_empty_project(self):
        (self.hq.folder / "jira-token").write_text("expired-token\n")
        done = self.hq.cli("check-config", "--live", codes=(77,))
        self.assertIn("VAL-JIRA-AUTH", done.stdout)


class Poses(unittest.TestCase):
    """Pitfalls 17, 18, 20, 26 and 30: the same findings whatever Jira it is."""

    def look(self, folder, version, *options, has_tokens=True):
        folder.mkdir()
        record = harness.TRAFFIC / f"preflight-{version}.jsonl"
        harness.TRAFFIC.mkdir(parents=True, exist_ok=True)
        standin = harness.StandIn(folder, "POSE", record, options=["--version", version, *options])
        self.addCleanup(stop, standin)
        site = harness.Site(folder, "hq", standin)
        password = site.folder / "password"
        password.write_text("valise\n")
        password.chmod(0o600)
        login = ["--token-file", "jira-token"] if has_tokens else ["--user", "valise", "--password-file", "password"]
        site.cli("init", "--site", "hq", "--peer", "field", "--jira-url", standin.url, "--project", "POSE", *login,
                 "--from-jira", "--yes", "--outbox", str(folder / "out"), "--inbox", str(folder / "in"))
        standin.jira.token = "admin-token" if has_tokens else None
        if has_tokens:
            standin.jira.create("sample")
        site.config.write_text(site.config.read_text().replace('duplicate = "Duplicate"', 'duplicate = "Double"')
                               .replace('minor = "Minor"', 'minor = "Tiny"'))
        return site, findings(site)

    def test_every_version_from_8_3_to_10_3_is_read_alike(self):
        told = {}
        with case.temporary_folder() as folder:
            for version in ("8.20", "9.12", "10.3"):
                more = ["--user-key-ids", "--time-zone", "Europe/Berlin"] if version == "10.3" else []
                _, (code, bad, live) = self.look(folder / version, version, *more)
                self.assertEqual(code, 2)
                told[version] = sorted((one["severity"], one["what"], one["message"]) for one in bad)
            self.assertIn("key JIRAUSER", str(live))
            self.assertEqual(told["8.20"], told["9.12"])
            self.assertEqual(told["9.12"], told["10.3"])
            self.assertIn(("held", "[bind.links] duplicate"), [one[:2] for one in told["9.12"]])
            for version in ("8.3", "8.13"):
                site, (code, bad, _) = self.look(folder / version, version, has_tokens=False)
                now = {(one["severity"], one["what"], one["message"]) for one in bad}
                missing = [one for one in told["9.12"] if one not in now and "resolution" not in one[1]]
                self.assertEqual(missing, [])
                text = site.config.read_text()
                begin, end = text.index("user = "), text.index("password_file")
                end = text.index("\n", end)
                site.config.write_text(text[:begin] + 'token_file = "jira-token"' + text[end:])
                done = site.cli("check-config", "--live", codes=(77,))
                self.assertIn("8.14", done.stdout)

    def test_names_of_fields_in_another_language_do_no_harm(self):
        with case.temporary_folder() as folder:
            _, (_, english, _) = self.look(folder / "en", "9.12")
            _, (_, german, _) = self.look(folder / "de", "9.12", "--language", "de")
            self.assertEqual([(one["severity"], one["code"]) for one in english],
                             [(one["severity"], one["code"]) for one in german])
