"""init and check-config."""
import os
import stat
import unittest

from cli_site import CONTRACT, TwoSites

SOUND = """[site]
name = "hq"
state_dir = "state"
[jira]
url = "https://jira.acme.example"
project = "PROJ"
token_file = "jira-token"
[bind.types]
bug = "Bug"
[bind.fields]
summary = "summary"
"""

# (replaced, by, code, line); the whole table of mistakes is in tests/config/bad_config_test.cc.
SPOILT = [
    ('name = "hq"', 'nam = "hq"', "VAL-CONFIG-KEY", 2),
    ('name = "hq"', 'name = 1', "VAL-CONFIG-TYPE", 2),
    ('name = "hq"', 'name = "hq', "VAL-CONFIG-SYNTAX", 2),
    ('name = "hq"', 'name = "elsewhere"', "VAL-CONFIG-VALUE", 2),
    ('state_dir = "state"', 'state_dir = "nowhere"', "VAL-CONFIG-FILE", 3),
    ('token_file = "jira-token"', 'token_file = "missing"', "VAL-CONFIG-FILE", 7),
    ('token_file = "jira-token"', 'token = "canary-inline"', "VAL-CONFIG-KEY", 7),
    ('token_file = "jira-token"', '', "VAL-CONFIG-MISSING", 4),
    ('bug = "Bug"', 'bog = "Bug"', "VAL-BINDING-TYPE", 9),
    ('summary = "summary"', 'summary = "labels"', "VAL-BINDING-KIND", 11),
    ('summary = "summary"', 'colour = "summary"', "VAL-BINDING-FIELD", 11),
    ('[bind.fields]', '[bind.users]\njane = "x"\n[bind.fields]', "VAL-BINDING-USER", 11),
    ('[bind.fields]', '[bind.statuses]\nclosed = "x"\n[bind.fields]', "VAL-BINDING-STATUS", 11),
    ('[bind.fields]', '[bind.fields.severity]\nfield = "x"\nvalues = { mid = "M" }\n[bind.fields]',
     "VAL-BINDING-VALUE", 12),
    ('summary = "summary"', 'severity = { field = "x", values = { mid = "M" } }',
     "VAL-BINDING-VALUE", 11),
]


class CheckConfig(TwoSites):
    def setUp(self):
        super().setUp()
        self.hq.write("contract.toml", CONTRACT, 0o644)
        self.hq.path("state").mkdir(mode=0o700)

    def check(self, channel, *more):
        self.hq.write("channel.toml", channel, 0o644)
        return self.hq.valise("check-config", *more)

    def test_a_sound_one_is_ok_and_says_what_is_unbound(self):
        answer = self.check(SOUND, "--json")
        self.assertEqual(answer.code, 0, answer.out)
        self.assertEqual(answer.json()["problems"], [])
        self.assertIn("field severity", answer.json()["unbound"])
        self.assertIn("not bound: status open", self.check(SOUND).out)

    def test_each_mistake_has_its_code_and_line(self):
        for was, now, code, line in SPOILT:
            with self.subTest(now):
                self.assertIn(was, SOUND)
                answer = self.check(SOUND.replace(was, now), "--json")
                self.assertEqual(answer.code, 78)
                found = [(p["code"], p["line"]) for p in answer.json()["problems"]]
                self.assertIn((code, line), found)
                self.assertNotIn("canary", answer.out)
                text = self.check(SOUND.replace(was, now))
                self.assertEqual(text.code, 78)
                self.assertIn("channel.toml:%d:" % line, text.out)

    def test_secrets_that_others_can_read_are_refused(self):
        self.hq.path("jira-token").chmod(0o644)
        answer = self.check(SOUND)
        self.assertEqual(answer.code, 78)
        self.assertIn("chmod 600", answer.out)

    def test_other_commands_refuse_a_bad_configuration_on_stderr(self):
        self.check(SOUND.replace("PROJ", "proj"))
        for verb in (["status"], ["queue"], ["explain", "X-1"], ["pause"], ["map", "suggest"]):
            answer = self.hq.valise(*verb)
            self.assertEqual(answer.code, 78, verb)
            self.assertEqual(answer.out, "")
            self.assertIn("VAL-CONFIG-VALUE", answer.err)

    def test_the_file_is_found_by_argument_option_and_environment(self):
        self.check(SOUND)
        os.rename(self.hq.path("channel.toml"), self.hq.path("other.toml"))
        self.assertEqual(self.hq.valise("check-config").code, 78)
        self.assertEqual(self.hq.valise("check-config", "other.toml").code, 0)
        self.assertEqual(self.hq.valise("check-config", "--config", "other.toml").code, 0)
        self.assertEqual(self.hq.valise("--config", "other.toml", "check-config").code, 0)
        self.assertEqual(self.hq.valise("check-config", env={"VALISE_CONFIG": "other.toml"}).code, 0)


class Init(TwoSites):
    def mode(self, name):
        return stat.S_IMODE(os.stat(self.hq.path(name)).st_mode)

    def test_everything_is_written_with_safe_permissions(self):
        old = os.umask(0o000)
        try:
            answer = self.hq.init("--peer", "field", "--outbox", "out", "--inbox", "in")
        finally:
            os.umask(old)
        self.assertEqual(answer.code, 0, answer.err)
        self.assertEqual(self.mode("state"), 0o700)
        self.assertEqual(self.mode("state/keys"), 0o600)
        self.assertTrue(self.hq.path("out/.valise-folder").exists())
        self.assertTrue(self.hq.path("in/.valise-folder").exists())
        self.assertEqual(self.hq.valise("check-config").code, 0)

    def test_nothing_is_overwritten(self):
        self.assertEqual(self.hq.init("--peer", "field").code, 0)
        keys = self.hq.path("state/keys").read_bytes()
        self.refused(self.hq.init("--peer", "field"), 73, "VAL-FILE-EXISTS")
        self.hq.path("channel.toml").unlink()
        contract = self.hq.path("contract.toml").read_text() + "# ours\n"
        self.hq.write("contract.toml", contract)
        self.assertEqual(self.hq.init("--peer", "field").code, 0)
        self.assertEqual(self.hq.path("contract.toml").read_text(), contract)
        self.assertEqual(self.hq.path("state/keys").read_bytes(), keys)

    def test_what_is_missing_is_named(self):
        self.refused(self.hq.valise("init"), 64, "VAL-USAGE", "--site", "--jira-url", "--project")
        self.refused(self.hq.init(), 64, "VAL-USAGE", "--peer")
        self.refused(self.hq.init("--peer", "hq"), 64, "VAL-USAGE", "two names")
        self.refused(self.hq.init("--peer", "field", "--outbox", "x"), 64, "VAL-USAGE", "--inbox")
        self.assertFalse(self.hq.path("channel.toml").exists())

    def test_what_is_left_to_do_is_said(self):
        self.hq.path("jira-token").unlink()
        answer = self.hq.init("--peer", "field")
        self.assertEqual(answer.code, 2)
        self.assertIn("jira-token", answer.err)

    def test_odd_names_stay_sound_toml(self):
        answer = self.hq.init("--peer", 'fi"eld\\', "--channel", "a\tb", "--scope", 'x = "y"')
        self.assertEqual(answer.code, 0, answer.err)
        self.assertIn('x = \\"y\\"', self.hq.path("channel.toml").read_text())


class MapDigest(TwoSites):
    def test_an_address_becomes_a_digest_that_the_contract_takes(self):
        made = self.hq.valise("map", "digest", "--new-key")
        self.assertEqual(made.code, 0, made.err)
        self.assertNotEqual(made.out, self.hq.valise("map", "digest", "--new-key").out)
        self.hq.write("contract.toml", made.out + CONTRACT)
        self.assertEqual(self.hq.init("--contract", "contract.toml").code, 0)
        answer = self.hq.valise("map", "digest", text="jane@acme.example\n JANE@acme.example\n\n")
        self.assertEqual(answer.code, 0, answer.err)
        lines = answer.out.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertEqual(lines[0], lines[1])
        self.assertNotIn("jane", (answer.out + answer.err).lower())
        person = '[people]\njane = { name = "Jane Doe", %s }\n' % lines[0]
        self.hq.write("contract.toml", made.out + CONTRACT + person)
        self.assertEqual(self.hq.valise("check-config").code, 0)

    def test_the_key_is_asked_for_and_no_address_is_refused_unquoted(self):
        self.hq.write("contract.toml", CONTRACT)
        self.refused(self.hq.valise("map", "digest", "--contract", "contract.toml"), 78,
                     "VAL-CONFIG-MISSING", "map digest --new-key")
        key = self.hq.valise("map", "digest", "--new-key").out
        self.hq.write("contract.toml", key + CONTRACT)
        answer = self.hq.valise("map", "digest", "--contract", "contract.toml",
                                text="canary at acme\n")
        self.refused(answer, 64, "VAL-USAGE")
        self.assertNotIn("canary", answer.out + answer.err)


class Usage(TwoSites):
    def test_exit_codes_of_usage(self):
        for arguments, code in [([], 64), (["nonsense"], 64), (["pair"], 64), (["pair", "dance"], 64),
                                (["status", "--nonsense"], 64), (["explain"], 64),
                                (["--color", "pink", "status"], 64), (["--help"], 0),
                                (["pair", "join", "--help"], 0), (["--version"], 0),
                                (["pair", "psk"], 64)]:
            with self.subTest(arguments):
                self.assertEqual(self.hq.valise(*arguments).code, code)

    def test_errors_are_json_with_json(self):
        import json
        answer = self.hq.valise("--json", "inspect", "missing")
        self.assertEqual(answer.code, 66)
        self.assertEqual(json.loads(answer.err)["error"]["code"], "VAL-FILE-MISSING")

    def test_colour_only_when_asked(self):
        self.hq.init("--peer", "field")
        self.assertIn("\x1b[", self.hq.valise("--color=always", "status").out)
        self.assertNotIn("\x1b[", self.hq.valise("status").out)


if __name__ == "__main__":
    unittest.main()
