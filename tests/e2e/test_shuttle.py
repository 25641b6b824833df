"""No folder in common: bundles on sticks, lost and read twice."""
import re
import unittest

import case


class Shuttle(case.SyncCase):
    name = "shuttle"
    options = {"carrier": "hand"}
    trips = 0

    def trip(self, source, target, lost=False, times=1):
        """One stick. The digests printed at both ends are compared as two people would."""
        Shuttle.trips += 1
        bundle = self.pair.folder / f"{Shuttle.trips}-{source.name}.bundle"
        written = self.alone(source, "export", str(bundle))
        if lost:
            return written
        for _ in range(times):
            read = self.alone(target, "import", str(bundle))
            digests = [re.search(r"digest:? *([\d ]{10,})", done.stdout) for done in (written, read)]
            self.assertTrue(all(digests), written.stdout + read.stdout)
            self.assertEqual(digests[0][1].strip(), digests[1][1].strip())
        return written

    @staticmethod
    def alone(site, *words, codes=(0, 2)):
        """export and import take the state folder's lock."""
        site.stop()
        try:
            return site.cli(*words, codes=codes)
        finally:
            site.start()

    def round(self, **how):
        self.trip(self.hq, self.field, **how)
        self.trip(self.field, self.hq)

    def keep_trying(self, check, what, rounds=8):
        for _ in range(rounds):
            self.round()
            try:
                return self.pair.wait(check, 6, what)
            except AssertionError as error:
                last = error
        raise last

    def test_a_project_crosses_by_hand(self):
        keys = [self.hq.jira.create(f"by hand {number}", description=f"text {number}") for number in range(5)]
        back = self.field.jira.create("back by hand")
        self.wait(lambda: "5" in self.hq.cli("status", codes=(0, 2)).stdout, what="HQ has seen its issues")
        self.keep_trying(lambda: self.field.jira.keys_of("by hand 4") and self.hq.jira.keys_of("back by hand"),
                         "issues cross")
        # A stick is lost, the next ones say it again.
        self.hq.jira.edit(keys[0], description="on the lost stick")
        self.hq.jira.comment(keys[1], "also on the lost stick")
        self.wait(lambda: self.captured(self.hq), what="captured")
        self.trip(self.hq, self.field, lost=True)
        self.hq.jira.edit(keys[2], description="on the next stick")
        there = self.field.jira.keys_of("by hand 0")[0]
        self.keep_trying(lambda: self.field.jira.issue(there)["description"] == "on the lost stick",
                         "what was on the lost stick arrives")
        # One is read twice, hours apart.
        self.hq.jira.comment(keys[3], "read twice")
        self.wait(lambda: self.captured(self.hq), what="captured")
        self.trip(self.hq, self.field, times=2)
        self.keep_trying(self.same, "both projects equal")
        self.assertEqual(self.bodies(self.field, self.field.jira.keys_of("by hand 3")[0]), ["read twice"])
        self.assertEqual(len(self.hq.jira.keys_of("back by hand")), 1)
        self.assertIsNotNone(back)

    def captured(self, site):
        return '"changes_unpacked":0' not in site.cli("status", "--json", codes=(0, 2)).stdout.replace(" ", "")

    def same(self):
        import compare
        now = compare.compare(self.hq.standin.url, "HQ", "hq", self.field.standin.url, "FIELD", "field")
        return now.is_equal

    def test_bundles_that_are_damaged_say_so(self):
        self.hq.jira.create("in a damaged bundle")
        self.wait(lambda: self.captured(self.hq), what="captured")
        bundle = self.pair.folder / "damaged.bundle"
        self.alone(self.hq, "export", str(bundle))
        whole = bundle.read_bytes()
        again = self.alone(self.hq, "export", str(bundle), codes=None)
        self.assertEqual(again.returncode, 73, again.stderr)
        for name, data in (("cut", whole[:3000]), ("nonsense", b"no bundle" * 100), ("empty", b"")):
            file = self.pair.folder / f"{name}.bundle"
            file.write_bytes(data)
            done = self.alone(self.field, "import", str(file), codes=None)
            self.assertIn(done.returncode, (2, 3, 65), f"{name}: {done.returncode} {done.stderr}")
            self.assertRegex(done.stdout + done.stderr, "VAL-BUNDLE", name)
        missing = self.alone(self.field, "import", str(self.pair.folder / "none.bundle"), codes=None)
        self.assertEqual(missing.returncode, 66, missing.stderr)
        self.alone(self.field, "import", str(bundle))
        self.only(self.field, "in a damaged bundle")


if __name__ == "__main__":
    unittest.main()
