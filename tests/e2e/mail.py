"""A private mail system of real servers (tests/support/mail) for end-to-end tests."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from jira import wait_until

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "support" / "mail"
SITES = {"hq": "agent-a@a.test", "field": "agent-b@b.test"}


def is_installed():
    return all(shutil.which(name, path="/usr/sbin:/usr/bin") for name in ("exim4", "dovecot"))


class MailSystem:
    """Exim and Dovecot on loopback, with two mailboxes. Options as start.sh's environment."""

    def __init__(self, **options):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # maildirs are faster there
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="valise-mail-", dir=shm))
        self.folder.chmod(0o755)
        environment = dict(os.environ, MAIL_SIZE_LIMIT="26214400", **options)
        done = subprocess.run([str(SCRIPTS / "start.sh"), str(self.folder)], env=environment, check=True,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.values = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)

    def settings(self, site, password_file):
        """[carrier.mail] of a site: TLS from the start at one, STARTTLS at the other."""
        peer = "field" if site == "hq" else "hq"
        kind = ("smtps", "MAIL_SMTPS_PORT", "imaps", "MAIL_IMAPS_PORT") if site == "hq" else \
            ("smtp", "MAIL_SUBMISSION_PORT", "imap", "MAIL_IMAP_PORT")
        return {"smtp": f"{kind[0]}://localhost:{self.values[kind[1]]}",
                "imap": f"{kind[2]}://localhost:{self.values[kind[3]]}", "user": SITES[site],
                "password_file": str(password_file), "ca_file": self.values["MAIL_CA"], "from": SITES[site],
                "to": SITES[peer]}

    @staticmethod
    def password(site):
        return "pw-a" if site == "hq" else "pw-b"

    def chaos(self, is_on):
        file = self.folder / "exim" / "chaos"
        if is_on:
            file.touch()
        elif file.exists():
            file.unlink()

    def settle(self, seconds=60):
        """Until nothing waits for delivery."""
        wait_until(lambda: not list(pathlib.Path(self.values["MAIL_SPOOL"]).rglob("*-H")), seconds, "mails delivered")

    def count(self, site, folder=""):
        """Mails in a site's folder; "": the inbox."""
        path = self.folder / "mail" / SITES[site] / "Maildir" / ("." + folder if folder else "")
        return sum(len(list((path / part).glob("*"))) for part in ("cur", "new"))

    def log(self, name="exim/log/mainlog"):
        file = self.folder / name
        return file.read_text(errors="replace") if file.exists() else ""

    def figures(self):
        """What befell the mails, from Exim's log."""
        log = self.log()
        return {"taken": len(re.findall(r" <= agent-\S+ ", log)), "delivered": len(re.findall(r" (?:=>|->) ", log)),
                "held": len(set(re.findall(r"(\S+) == .*held by chance", log))),
                "deferred with 451": len(re.findall(r"by chance(?: after DATA)?, try again", log)),
                "bounced": len(re.findall(r"mailbox is full, by chance", log))}

    def close(self):
        subprocess.run([str(SCRIPTS / "stop.sh"), str(self.folder)], check=False, stdin=subprocess.DEVNULL)
