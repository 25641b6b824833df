"""A channel over real mail servers: both carriers and the way from one to the other, what is no packet, what
stands in the way, and that no secret shows."""
import base64
import json
import pathlib
import random
import re
import smtplib
import ssl
import unittest

import case
import harness
import mail
import test_objects

KILLERS = (b"To::\nb", b"From: a@a.test\nTo: <<<@@@>>>,,,;\"\n\nx\n")


def setUpModule():
    if not mail.is_installed():
        raise unittest.SkipTest("SKIPPED: no mail servers here; type: apt-get install --no-install-recommends "
                                "exim4-daemon-light dovecot-imapd dovecot-lmtpd")


class MailCase(case.SyncCase):
    settings = {}
    carrier = "mail"
    more = {}

    @classmethod
    def setUpClass(cls):
        cls.mail = mail.MailSystem(**cls.settings)
        cls.addClassCleanup(cls.mail.close)
        cls.options = {"carrier": cls.carrier, "mail": cls.mail}
        cls.options.update(cls.more)
        super().setUpClass()

    def crosses(self, summary):
        """An issue there and a comment back."""
        here = self.hq.jira.create(summary, description="text")
        there = self.only(self.field, summary)
        self.field.jira.comment(there, "back from " + summary)
        self.wait(lambda: any("back from" in one for one in self.bodies(self.hq, here)), what="a comment comes back")

    def status(self, site):
        return json.loads(site.cli("status", "--json", codes=(0, 2)).stdout)

    def restart(self, site):
        site.stop()
        site.start()

    def deliver(self, site, text):
        """A mail as anybody could send one."""
        context = ssl.create_default_context(cafile=self.mail.values["MAIL_CA"])
        with smtplib.SMTP_SSL("localhost", int(self.mail.values["MAIL_SMTPS_PORT"]), context=context) as smtp:
            smtp.login("human@b.test", "pw-h")
            smtp.sendmail("human@b.test", [mail.SITES[site]], text)


class OverMail(MailCase):
    name = "mail"

    def test_changes_cross_both_ways(self):
        self.crosses("over mail")
        self.equal()

    def test_what_is_no_packet_is_put_aside_and_counted_never_answered(self):
        folders = ("valise-foreign", "valise-rejected")
        before = self.status(self.field)["set_aside"]
        kept = sum(self.mail.count("field", folder) for folder in folders)
        mails = [b"Subject: lunch?\r\n\r\nnoon\r\n", b"Auto-Submitted: auto-replied\r\n\r\naway\r\n", *KILLERS,
                 b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nx\r\n"]
        for text in mails:
            self.deliver("field", text)
        self.wait(lambda: self.status(self.field)["set_aside"] >= before + len(mails), what="all are set aside")
        self.assertEqual(sum(self.mail.count("field", folder) for folder in folders), kept + len(mails))
        self.crosses("behind foreign mail")
        answers = [line for line in self.mail.log().splitlines() if "=> human" in line or "-> human" in line]
        self.assertEqual(answers, [])

    def test_the_same_mail_twice_and_an_old_one_again_change_nothing(self):
        self.crosses("doubled")
        done = self.mail.folder / "mail" / mail.SITES["field"] / "Maildir" / ".valise-done" / "cur"
        self.wait(lambda: any(done.iterdir()), what="a mail is done")
        for file in list(done.iterdir())[:3]:
            self.deliver("field", file.read_bytes())
        self.wait(lambda: self.mail.count("field") == 0, what="the twins are taken")
        self.only(self.field, "doubled")
        self.assertEqual(self.status(self.field)["quarantined"], 0)

    def test_check_config_live_asks_the_servers_and_a_mail_comes_back(self):
        done = self.hq.cli("check-config", "--live", codes=(0, 2, 78))  # its Jira has a say too
        for word in ("smtp localhost", "26214400", "MOVE UIDPLUS IDLE", "folder INBOX: is there", "loop agent-a@a.test"):
            self.assertIn(word, done.stdout)
        live = json.loads(self.field.cli("check-config", "--live", "--json", codes=(0, 2, 78)).stdout)["live"]
        mail = [one for one in live if re.match("smtp|imap|folder|quota|loop", one["what"])]
        self.assertGreater(len(mail), 5)
        self.assertTrue(all(one["ok"] for one in mail), live)


class Attachment(MailCase):
    name = "mail-attachment"
    more = test_objects.LargeFile.options

    def test_15_mib_cross_over_mail_with_equal_bytes_in_little_memory(self):
        here = self.hq.jira.create("with a film")
        content = random.Random(2).randbytes(15 << 20)
        self.hq.jira.attach(here, "film.bin", content)
        there = self.only(self.field, "with a film")

        def files():
            return self.field.jira.issue(there, "attachment")["attachment"]
        self.wait(lambda: [one["size"] for one in files()] == [len(content)], seconds=180, what="the film")
        self.assertTrue(self.field.jira.download(files()[0]["content"]) == content)
        for site in self.pair.sites:
            peak = harness.peak_mib(site)
            print(f"15 MiB attachment over mail: {site.name} peak {peak:.1f} MiB")
            self.assertTrue(peak < 64 or harness.IS_SANITIZED, peak)


class WrongPassword(MailCase):
    name = "mail-login"
    starts = False

    def test_it_is_shown_once_said_with_what_to_type_and_mended_without_a_restart(self):
        password = self.field.folder / "mail-password"
        password.write_text("canary-wrong-password\n")
        done = self.field.cli("check-config", "--live", codes=(77, 78))
        self.assertIn("VAL-MAIL-LOGIN", done.stdout)
        self.pair.start()
        self.hq.jira.create("waits")
        told = self.wait(lambda: [one for one in self.status(self.field)["needs_you"] if "VAL-MAIL-LOGIN" in one],
                         what="status says it")
        self.assertIn("check-config --live", told[0])
        self.field.jira.create("waits too")
        self.wait(lambda: self.status(self.field)["changes_unpacked"] == 0, what="packed")
        refused = self.mail.log("dovecot/log").count("auth failed") + self.mail.log().count("authenticator failed")
        self.assertLessEqual(refused, 4, "check-config once at each server, the agent once, and nothing more")
        for text in (done.stdout, done.stderr, self.field.log_text(), told[0]):
            self.assertNotIn("canary-wrong", text)
        password.write_text("pw-b\n")
        self.only(self.field, "waits")
        self.only(self.hq, "waits too")


class BothCarriers(MailCase):
    name = "mail-both"
    carrier = "both"

    def tables(self, site, keep):
        """Leaves the tables of these carriers in the configuration, and restarts."""
        text = self.whole[site.name]
        for name in ("folder", "mail"):
            begin = text.find(f"[carrier.{name}]")
            if name not in keep:
                end = text.find("\n[", begin + 1)
                text = text[:begin] + text[end + 1:]
        site.config.write_text(text)
        site.cli("check-config")
        self.restart(site)

    def test_the_carrier_changes_while_packets_are_on_the_way(self):
        self.whole = {site.name: site.config.read_text() for site in self.pair.sites}
        self.crosses("over both")
        self.assertGreater(self.mail.count("field", "valise-done"), 0)
        steps = ((("mail",), ("folder", "mail")), (("mail",), ("mail",)), (("folder", "mail"), ("mail",)),
                 (("folder",), ("folder", "mail")), (("folder",), ("folder",)))
        for number, (at_hq, at_field) in enumerate(steps):
            self.hq.jira.create(f"on the way {number}")
            self.tables(self.hq, at_hq)
            self.tables(self.field, at_field)
            self.crosses(f"step {number}")
        for number in range(len(steps)):
            self.only(self.field, f"on the way {number}")
        self.equal()
        for site in self.pair.sites:
            self.assertEqual(self.status(site)["quarantined"], 0)

    def test_one_carrier_fails_and_the_other_goes_on(self):
        self.whole = {site.name: site.config.read_text() for site in self.pair.sites}
        for site in self.pair.sites:
            self.tables(site, ("folder", "mail"))
        marker = self.pair.folder / "hq-to-field" / ".valise-folder"
        marker.unlink()
        try:
            self.crosses("without a folder")
            told = self.wait(lambda: [one for one in self.status(self.hq)["needs_you"] if "VAL-FOLDER-MARKER" in one],
                             what="status says which")
            self.assertIn("the other goes on", told[0])
        finally:
            marker.touch()
        self.crosses("with a folder again")  # the next packet finds out
        self.wait(lambda: not [one for one in self.status(self.hq)["needs_you"] if "VAL-FOLDER" in one],
                  what="status is content again")


class Secrets(MailCase):
    """Canaries: the mailboxes' passwords stay in their files."""
    name = "mail-secrets"
    passwords = {"hq": "canary-hq-4711", "field": "canary-field-4712"}
    settings = {"MAIL_USERS": "agent-a@a.test:canary-hq-4711 agent-b@b.test:canary-field-4712 human@b.test:pw-h"}

    @classmethod
    def setUpClass(cls):
        mail.MailSystem.password = staticmethod(lambda site: cls.passwords[site])
        cls.addClassCleanup(setattr, mail.MailSystem, "password",
                            staticmethod(lambda site: "pw-a" if site == "hq" else "pw-b"))
        super().setUpClass()

    def forms(self):
        for site, secret in self.passwords.items():
            yield secret.encode()
            user = mail.SITES[site]
            yield base64.b64encode(f"\0{user}\0{secret}".encode())
            yield base64.b64encode(secret.encode())

    def clean(self, what, data):
        for canary in self.forms():
            self.assertNotIn(canary, data, f"a password stands in {what}")

    def children(self, pid):
        yield pid
        for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
            for child in task.read_text().split():
                yield from self.children(int(child))

    def test_no_password_is_printed_logged_sent_or_kept(self):
        self.crosses("canary")
        for site in self.pair.sites:
            for pid in list(self.children(site.agent.pid)):
                for part in ("cmdline", "environ"):
                    self.clean(f"{part} of {site.name}'s process", pathlib.Path(f"/proc/{pid}/{part}").read_bytes())
            for words in (("status",), ("status", "--json"), ("queue",), ("check-config", "--live"),
                          ("check-config", "--live", "--json")):
                done = site.cli(*words, codes=None)
                self.clean(" ".join(words), (done.stdout + done.stderr).encode())
        self.pair.stop()
        for site in self.pair.sites:
            self.clean(f"{site.name}'s log", site.log_text().encode())
            for file in site.state.iterdir():
                if file.is_file():
                    self.clean(file.name, file.read_bytes())
            folder = self.mail.folder / "mail" / mail.SITES[site.name]
            for file in folder.rglob("*"):
                if file.is_file():
                    self.clean(f"a mail of {site.name}", file.read_bytes())


if __name__ == "__main__":
    unittest.main()
