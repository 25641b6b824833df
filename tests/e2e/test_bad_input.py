"""What may lie in an inbox, and what may be wrong around an agent: told clearly, nothing lost."""
import base64
import hashlib
import json
import os
import random
import shutil
import unittest

import case
import harness


def name_of(sealed):
    digest = hashlib.blake2b(sealed, digest_size=16).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower() + ".valise"


class Inbox(case.SyncCase):
    name = "bad-input"
    starts = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inbox = cls.pair.folder / "hq-to-field"
        cls.hq.start()

    def setUp(self):
        self.field.start()
        self.addCleanup(self.field.stop)

    def caught(self, summary):
        """The packets that carry a new issue of HQ, taken out of FIELD's inbox before it saw them."""
        self.field.stop()
        for file in self.inbox.glob("*.valise"):
            file.unlink()
        self.hq.jira.create(summary)
        seen = {}

        def look():
            for file in self.inbox.glob("*.valise"):
                if file.name not in seen:
                    shown = self.field.cli("inspect", str(file), codes=(0, 2)).stdout
                    seen[file.name] = file.read_bytes() if summary in shown else None
            return [packet for packet in seen.values() if packet]
        packets = self.wait(look, what=f"a packet with {summary!r} leaves HQ")
        for file in self.inbox.glob("*.valise"):
            file.unlink()
        return packets

    def put(self, sealed, name=None):
        part = self.inbox / ".test.part"
        part.write_bytes(sealed)
        part.rename(self.inbox / (name or name_of(sealed)))

    def quarantine(self):
        done = self.field.cli("queue", "--json", codes=(0, 2))
        return [row for row in map(json.loads, done.stdout.splitlines()) if row["kind"] == "quarantine"]

    def refused(self, sealed, codes=None, count=1):
        """They end in quarantine, with a code and a message."""
        before = {row["id"] for row in self.quarantine()}
        for one in sealed if isinstance(sealed, list) else [sealed]:
            self.put(one)

        def look():
            new = [row for row in self.quarantine() if row["id"] not in before]
            return len(new) >= count and new
        new = self.wait(look, what=f"{count} packets in quarantine")
        for row in new:
            self.assertRegex(row["state"], r"^VAL-")
            self.assertGreater(len(row["what"]), 10, row)
            if codes:
                self.assertIn(row["state"], codes, row)
        return new

    def test_truncated_and_bit_flipped_packets(self):
        packet = self.caught("damaged")[0]
        self.hq.stop()  # else its resend arrives whole, and a damaged copy of a known packet is dropped
        for file in self.inbox.glob("*.valise"):
            file.unlink()
        self.field.start()
        cuts = [packet[:size] for size in sorted({1, 7, 63, 200, len(packet) // 2, len(packet) - 1})]
        self.refused(cuts, count=len(cuts))
        chance = random.Random(7)
        flips = []
        for _ in range(24):
            damaged = bytearray(packet)
            damaged[chance.randrange(len(packet))] ^= 1 << chance.randrange(8)
            flips.append(bytes(damaged))
        flips = list(dict.fromkeys(flips))
        self.refused(flips, count=len(flips))
        # HQ still has it: the gap is noticed, or the resend comes.
        self.hq.start()
        self.only(self.field, "damaged")
        self.assertEqual(self.field.cli("status", codes=None).returncode, 2)

    def test_a_replayed_packet_changes_nothing(self):
        packets = self.caught("replayed")
        for packet in packets:
            self.put(packet)
        self.field.start()
        key = self.only(self.field, "replayed")
        self.equal()
        self.field.jira.edit(key, summary="replayed, then edited")
        self.only(self.hq, "replayed, then edited")
        for packet in packets:
            self.put(packet)
        self.wait(lambda: not list(self.inbox.glob("*.valise")), what="the replay is read")
        self.equal()
        self.assertEqual(self.field.jira.keys_of("replayed"), [])

    def test_files_that_are_no_packets(self):
        (self.inbox / "notes.txt").write_text("call me")
        (self.inbox / "half.valise.part").write_bytes(b"half a packet")
        os.symlink("/etc/passwd", self.inbox / ("a" * 26 + ".valise"))
        os.mkfifo(self.inbox / ("b" * 26 + ".valise"))
        self.addCleanup(lambda: [os.unlink(self.inbox / name) for name in (
            "notes.txt", "half.valise.part", "a" * 26 + ".valise", "b" * 26 + ".valise")
            if os.path.lexists(self.inbox / name)])
        self.refused(b"this is not a packet at all")
        self.hq.jira.create("beside foreign files")
        self.only(self.field, "beside foreign files")
        self.assertEqual((self.inbox / "notes.txt").read_text(), "call me")
        self.assertTrue((self.inbox / "half.valise.part").exists())

    def test_our_own_packet_comes_back(self):
        packets = self.caught("mirrored")
        mirror = self.pair.folder / "field-to-hq"
        before = self.hq.cli("status", "--json", codes=(0, 2))
        for packet in packets:
            (mirror / name_of(packet)).write_bytes(packet)
        self.wait(lambda: json.loads(self.hq.cli("status", "--json", codes=(0, 2)).stdout)["quarantined"] >
                  json.loads(before.stdout)["quarantined"], what="HQ refuses its own packet")
        for packet in packets:
            self.put(packet)
        self.field.start()
        self.only(self.field, "mirrored")

    def test_a_packet_of_another_channel(self):
        other = harness.Pair("bad-input-other")
        self.addCleanup(other.close)
        other.verify()
        other.hq.jira.create("of another channel")
        other.hq.start()
        folder = other.folder / "hq-to-field"
        other.wait(lambda: list(folder.glob("*.valise")), 40, "the other channel sends")
        self.refused([file.read_bytes() for file in folder.glob("*.valise")])
        self.assertEqual(self.field.jira.keys_of("of another channel"), [])

    def test_an_inbox_that_is_not_mounted(self):
        # The folder beneath a mount point: there, empty, without the marker.
        away = self.pair.folder / "away"
        self.inbox.rename(away)
        self.inbox.mkdir()
        self.wait(lambda: "VAL-FOLDER-MARKER" in self.field.log_text(), what="VAL-FOLDER-MARKER in the log")
        self.wait(lambda: "VAL-FOLDER-MARKER" in self.field.cli("status", codes=(0, 2)).stdout, what="status says it")
        self.hq.jira.create("while unmounted")
        shutil.rmtree(self.inbox)
        away.rename(self.inbox)
        self.only(self.field, "while unmounted")

    def test_a_packet_in_quarantine_is_dropped_when_the_operator_says_so(self):
        (self.inbox / ("b" * 26 + ".valise")).write_bytes(b"no packet at all")

        def rows():
            shown = self.field.cli("queue", "--json", codes=(0, 2)).stdout
            return [row["id"] for row in map(json.loads, shown.splitlines()) if row["kind"] == "quarantine"]
        before = self.wait(rows, what="a packet in quarantine")
        self.field.cli("dismiss", before[0])
        self.wait(lambda: before[0] not in rows(), what="it is dropped")

    def test_an_outbox_that_is_not_mounted_fails_run_once(self):
        self.hq.stop()
        marker = self.pair.folder / "hq-to-field" / ".valise-folder"
        marker.unlink()
        try:
            self.hq.jira.create("for an outbox that is away")
            once = self.hq.cli("run", "--once", codes=None)
            self.assertNotEqual(once.returncode, 0, once.stderr)
            self.assertIn("VAL-FOLDER-MARKER", once.stderr)
        finally:
            marker.touch()
            self.hq.start()
        self.only(self.field, "for an outbox that is away")

    def test_run_once_on_a_paused_channel_says_so_and_ends(self):
        self.hq.stop()
        self.hq.cli("pause")
        try:
            once = self.hq.cli("run", "--once", codes=(2,), seconds=20)
            self.assertIn("valise resume", once.stderr)
        finally:
            self.hq.cli("resume")
            self.hq.start()

    def test_a_second_agent_on_the_state_folder_is_refused(self):
        done = self.field.cli("run", "--once", codes=None)
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertIn("VAL-STATE-LOCKED", done.stderr)
        self.assertIn(str(self.field.agent.pid), done.stderr)

    def test_inspect_shows_a_packet_and_refuses_what_is_none(self):
        packet = self.caught("inspected")[0]
        file = self.pair.folder / "one.valise"
        file.write_bytes(packet)
        shown = self.field.cli("inspect", str(file), codes=(0, 2)).stdout
        self.assertIn("inspected", shown)
        file.write_bytes(packet[:-20])
        self.assertEqual(self.field.cli("inspect", str(file), codes=None).returncode, 65)
        file.write_bytes(b"nonsense")
        self.assertEqual(self.field.cli("inspect", str(file), codes=None).returncode, 65)


class NotVerified(unittest.TestCase):
    def test_no_traffic_before_the_codes_were_compared(self):
        pair = harness.Pair("bad-input-unverified")
        self.addCleanup(pair.close)
        for site in pair.sites:
            done = site.cli("run", "--once", codes=None)
            self.assertEqual(done.returncode, 77, done.stderr)
            self.assertIn("VAL-PAIR-UNVERIFIED", done.stderr)
        wrong = pair.hq.cli("pair", "verify", "--code", "12345 " * 8, codes=None)
        self.assertEqual(wrong.returncode, 65, wrong.stderr)
        self.assertEqual(list((pair.folder / "hq-to-field").glob("*.valise")), [])

    def test_configurations_that_are_wrong_are_told_apart(self):
        pair = harness.Pair("bad-input-config")
        self.addCleanup(pair.close)
        site = pair.hq
        good = site.config.read_text()
        token = site.folder / "jira-token"
        for old, new, hint in (("poll_every", "pol_every", "poll_every"),
                               ('project = "HQ"', "project = 7", "project"),
                               ("[carrier.folder]", "[carrier.folders]", "folder"),
                               ('summary = "summary"', 'summry = "summary"', "summ")):
            self.assertIn(old, good)
            site.config.write_text(good.replace(old, new))
            done = site.cli("check-config", codes=None)
            self.assertEqual(done.returncode, 78, done.stdout + done.stderr)
            told = done.stdout + done.stderr
            self.assertIn(hint, told)
            self.assertRegex(told, r"channel\.toml:\d+:\d+")
        site.config.write_text(good)
        token.chmod(0o644)
        done = site.cli("check-config", codes=None)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("jira-token", done.stdout + done.stderr)
        token.chmod(0o600)
        contract = site.folder / "contract.toml"
        contract.write_text(contract.read_text() + "# a blank more is another contract\n")
        done = site.cli("run", "--once", codes=None)
        self.assertEqual(done.returncode, 78, done.stderr)


if __name__ == "__main__":
    unittest.main()
