"""status, queue, explain, inspect, pause, resume, retry on a filled state folder."""
import contextlib
import fcntl
import os
import sqlite3
from email.message import EmailMessage

from cli_site import TwoSites


class Reading(TwoSites):
    def setUp(self):
        super().setUp()
        self.pair_both()
        self.verify_both()
        self.assertEqual(self.hq.fixture("fill").code, 0)

    def test_status_counts_and_says_what_needs_you(self):
        answer = self.hq.valise("status", "--json")
        self.assertEqual(answer.code, 2)
        status = answer.json()
        self.assertEqual((status["channel"], status["peer"]), ("acme", "field"))
        self.assertEqual(status["pairing"], "verified")
        for name, count in [("listed", 1), ("changes_unpacked", 1), ("changes_waiting", 1), ("values_held", 1),
                            ("values_pending", 1), ("quarantined", 1), ("issues", 1)]:
            self.assertEqual(status[name], count, name)
        self.assertEqual(status["polled_at"], "1970-01-01T00:00:06.000Z")
        text = self.hq.valise("status").out
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 120)
        self.assertIn("held values", text)
        self.assertIn("1 issues tried again and again", text)

    def state_sql(self, script):
        with contextlib.closing(sqlite3.connect(self.hq.path("state/valise.db"))) as database:
            database.executescript(script)

    def test_a_state_that_cannot_be_read_is_said_and_not_taken_for_a_new_one(self):
        self.hq.path("state/valise.db").write_bytes(b"no database at all, whatever its name" * 99)
        for verb in [("check-config",), ("contract", "show"), ("map", "suggest"), ("status",)]:
            answer = self.hq.valise(*verb)
            self.assertEqual(answer.code, 78, verb)
            self.assertIn("[VAL-STATE-", answer.out + answer.err)

    def test_a_state_of_a_newer_valise_stands_above_the_contract_file(self):
        self.state_sql("PRAGMA user_version = 99")
        self.refused(self.hq.valise("contract", "show"), 78, "VAL-STATE-NEWER", "newer valise")

    def test_run_brings_an_older_state_forward_before_it_asks_for_the_contract(self):
        self.state_sql("ALTER TABLE issue DROP COLUMN jira_parts; DROP TABLE awaited_key; DROP INDEX register_key;"
                       "PRAGMA user_version = 4;")
        self.refused(self.hq.valise("contract", "show"), 78, "VAL-STATE-OPEN", "valise run")
        self.hq.valise("run", "--once")  # there is no Jira
        self.assertEqual(self.hq.valise("contract", "show").code, 0)

    def test_queue_lists_all_kinds_and_shows_each(self):
        entries = self.hq.valise("queue", "--json").json_lines()
        kinds = {entry["kind"] for entry in entries}
        self.assertEqual(kinds, {"change", "incoming", "held", "pending", "quarantine",
                                 "conflict-lost", "retry"})
        for entry in entries:
            if entry["id"]:
                shown = self.hq.valise("queue", "show", entry["id"])
                self.assertEqual(shown.code, 0, entry)
                self.assertNotEqual(shown.out.strip(), "")
        held = [entry["id"] for entry in entries if entry["kind"] == "held"]
        self.assertIn("purple", self.hq.valise("queue", "show", held[0]).out)
        self.refused(self.hq.valise("queue", "show", "Z9"), 64, "VAL-USAGE")
        text = self.hq.valise("queue").out
        self.assertIn("PROJ-7", text)
        self.assertIn("both sides changed it", text)  # listed values, too, say what to do
        self.assertNotIn("ISSUE", text)
        self.assertNotIn("ISSUE", self.hq.valise("queue", "show", held[0]).out)

    def test_dismiss_takes_listed_rows_only(self):
        self.refused(self.hq.valise("dismiss", "P1.2"), 64, "VAL-USAGE", "valise queue")
        asked = self.hq.valise("dismiss", "all")
        self.assertEqual(asked.code, 0)
        self.assertIn("next run", asked.err)

    def test_foreign_text_cannot_forge_the_screen(self):
        rows = [e["id"] for e in self.hq.valise("queue", "--json").json_lines()]
        printed = "".join(self.hq.valise("queue", "show", row).out for row in rows if row)
        self.assertIn("evil", printed)
        self.assertNotIn("\u202e", printed)
        self.assertNotIn("\x1b", printed)

    def test_explain_by_key_jira_id_and_issue_id(self):
        answer = self.hq.valise("explain", "PROJ-7", "--json")
        self.assertEqual(answer.code, 0)
        story = answer.json()
        text = " | ".join(line["text"] for line in story["lines"])
        for piece in ("born at hq as bug", "captured: summary", "not packed yet", "waits: gap",
                      "severity is held: value", "conflict-lost"):
            self.assertIn(piece, text)
        remedies = " ".join(line["remedy"] for line in story["lines"])
        self.assertIn("valise retry PROJ-7", remedies)
        for name in ("10001", story["issue_id"]):
            self.assertEqual(self.hq.valise("explain", name).code, 0)
        unknown = self.hq.valise("explain", "PROJ-8")
        self.refused(unknown, 66, "VAL-ISSUE-UNKNOWN", "project = PROJ")

    def test_nothing_to_read_yet(self):
        self.refused(self.field.valise("queue"), 66, "VAL-STATE-NONE", "valise run")
        self.assertEqual(self.field.valise("status").code, 0)

    def test_pause_and_resume_without_an_agent_are_done_at_once(self):
        self.assertEqual(self.hq.valise("pause").code, 0)
        self.assertTrue(self.hq.valise("status", "--json").json()["paused"])
        self.assertEqual(self.hq.valise("resume").code, 0)
        self.assertFalse(self.hq.valise("status", "--json").json()["paused"])

    def test_beside_an_agent_they_are_asked_for(self):
        descriptor = os.open(self.hq.path("state/lock"), os.O_RDWR | os.O_CREAT, 0o600)
        os.write(descriptor, b"4711\n")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            answer = self.hq.valise("pause")
            self.assertEqual(answer.code, 0)
            self.assertIn("running agent", answer.err)
            status = self.hq.valise("status", "--json").json()
            self.assertTrue(status["running"])
            self.assertFalse(status["paused"])
        finally:
            os.close(descriptor)

    def test_retry_takes_a_known_issue_or_all(self):
        self.assertEqual(self.hq.valise("retry").code, 0)
        self.assertEqual(self.hq.valise("retry", "PROJ-7").code, 0)
        self.refused(self.hq.valise("retry", "PROJ-8"), 66, "VAL-ISSUE-UNKNOWN", "valise explain PROJ-8")


class Inspect(TwoSites):
    def setUp(self):
        super().setUp()
        self.pair_both()
        self.packet = str(self.hq.path("packet.valise"))
        self.assertEqual(self.hq.fixture("seal", self.packet).code, 0)

    def test_the_peer_sees_the_content_others_the_outside(self):
        answer = self.field.valise("inspect", self.packet)
        self.assertEqual(answer.code, 0, answer.err)
        self.assertIn("shared text", answer.out)
        self.assertNotIn("\x1b", answer.out)
        self.assertTrue(self.field.valise("inspect", "--json", self.packet).json()["opened"])
        outside = self.field.valise("--config", "none.toml", "inspect", "--json", self.packet)
        self.assertEqual(outside.code, 0)
        self.assertFalse(outside.json()["opened"])
        self.assertNotIn("shared text", outside.out)
        self.assertIn("outer header only", outside.err)
        own = self.hq.valise("inspect", self.packet)
        self.refused(own, 65, "VAL-PACKET-RECIPIENT")

    def test_a_mail_shows_its_packets(self):
        mail = EmailMessage()
        mail["Subject"] = "FW: Data exchange"
        mail.set_content("see the attachment\n")
        mail.add_attachment(open(self.packet, "rb").read(), maintype="application", subtype="pdf")
        outer = EmailMessage()
        outer.set_content("forwarded\n")
        outer.add_attachment(mail)
        self.field.write("mail.eml", outer.as_bytes())
        answer = self.field.valise("inspect", "mail.eml")
        self.assertEqual(answer.code, 0, answer.err)
        self.assertIn("mail       with packets", answer.out)
        self.assertIn("shared text", answer.out)
        kinds = [line["kind"] for line in self.field.valise("inspect", "--json", "mail.eml").json_lines()]
        self.assertEqual(kinds, ["mail", "packet"])
        self.refused(self.hq.valise("inspect", str(self.field.path("mail.eml"))), 65,
                     "VAL-PACKET-RECIPIENT")

    def test_a_mail_without_packets_says_what_it_is(self):
        self.field.write("mail.eml", b"Auto-Submitted: auto-replied\r\n\r\nI am away\x1b[2J\r\n")
        answer = self.field.valise("inspect", "mail.eml")
        self.assertEqual(answer.code, 0, answer.err)
        self.assertEqual(answer.out, "mail       automatic\nreason     auto-submitted: auto-replied\n")
        self.field.write("mail.eml", b"To::\nb")
        self.assertIn("there is no packet in it", self.field.valise("inspect", "mail.eml").out)

    def test_a_pre_shared_key_is_needed_where_it_was_used(self):
        self.hq.valise("pair", "psk", "--new", "k")
        self.hq.valise("pair", "psk", "--use", "k")
        self.assertEqual(self.hq.fixture("seal", self.packet).code, 0)
        self.assertEqual(self.field.valise("inspect", self.packet).code, 65)
        self.field.valise("pair", "psk", "--use", str(self.hq.path("k")))
        self.assertEqual(self.field.valise("inspect", self.packet).code, 0)

    def test_damage_is_refused(self):
        sealed = open(self.packet, "rb").read()
        for size in (0, 1, 4, 50, len(sealed) // 2, len(sealed) - 1):
            self.field.write("cut", sealed[:size])
            self.assertEqual(self.field.valise("inspect", "cut").code, 65, size)
        for at in range(5, len(sealed), max(1, len(sealed) // 25)):
            flipped = bytearray(sealed)
            flipped[at] ^= 4
            self.field.write("flipped", bytes(flipped))
            self.assertEqual(self.field.valise("inspect", "flipped").code, 65, at)

    def test_invitations_and_replies_are_shown(self):
        shown = self.field.valise("inspect", str(self.hq.path("invitation.txt"))).out
        self.assertIn("site       hq", shown)
        self.assertIn("reply", self.hq.valise("inspect", str(self.field.path("reply.txt"))).out)
