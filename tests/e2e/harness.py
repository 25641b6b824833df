"""Two sites as an operator would set them up: stand-in Jiras, configurations written by `valise`
itself, agents as processes. Nothing outlives the test: everything started here is killed at exit."""
import atexit
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from jira import Jira, wait_until

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("VALISE_BUILD", ROOT / "build")).resolve()
TRAFFIC = BUILD / "traffic"
IS_SANITIZED = "sanitize" in BUILD.name
# A sanitized agent on a busy machine is several times slower.
PATIENCE = float(os.environ.get("VALISE_PATIENCE", "4" if IS_SANITIZED else "1"))

# Timings of production are minutes; of a test, seconds.
QUICK = {
    "jira": {"poll_every": "300ms", "poll_overlap": "1m", "sweep_every": "2s", "write_timeout": "3s",
             "read_timeout": "3s", "settle_create": "4s", "settle_other": "2s", "probe_gap": "300ms",
             "end_proof": "2s"},
    "carrier": {"resend_after": "2s", "resend_at_most": "4s", "ack_after": "300ms", "gap_patience": "1s",
                "receive_every": "200ms", "pack_after": "100ms"},
}

_started = []


def _kill_all():
    for process in _started:
        if process.poll() is None:
            process.kill()
            process.wait()


atexit.register(_kill_all)
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, lambda *_: sys.exit(130))


def start(command, **options):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    _started.append(process)
    return process


def peak_mib(site):
    """Resident memory of a site's agent at its highest; its parser is a process of its own."""
    status = pathlib.Path(f"/proc/{site.agent.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def end(process, seconds=30):
    """SIGTERM, and the exit code."""
    if process.poll() is None:
        process.terminate()
    try:
        return process.wait(timeout=seconds * PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"{process.args[0]} did not end within {seconds} s of SIGTERM") from None


class StandIn:
    """One jira-standin process."""

    def __init__(self, folder, project, record=None, seed=None, schema_from=None, state=None, options=()):
        command = [str(BUILD / "jira-standin"), "--port", "0", "--context", "/jira", "--project", project]
        for name, value in (("--record", record), ("--seed", seed), ("--schema-from", schema_from),
                            ("--state", state)):
            if value:
                command += [name, str(value)]
        self.log = open(folder / f"standin-{project}.log", "wb")
        self.process = start(command + list(options), stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline().decode().strip()
        if not line.startswith("http://"):
            raise AssertionError(f"jira-standin did not start: {line!r}; see {self.log.name}")
        self.url = line
        self.jira = Jira(self.url, project)

    def stop(self):
        return end(self.process)


class Site:
    """One site of a channel: its folder, its configuration, its agent."""

    def __init__(self, folder, name, standin):
        self.folder, self.name, self.standin = folder / name, name, standin
        self.folder.mkdir()
        self.config = self.folder / "channel.toml"
        self.state = self.folder / "state"
        self.logs = []
        self.agent = None
        token = self.folder / "jira-token"
        token.write_text("valise-token\n")
        token.chmod(0o600)

    @property
    def jira(self):
        return self.standin.jira

    def command(self, *words):
        return [str(BUILD / "valise"), "--config", str(self.config), *words]

    def cli(self, *words, codes=(0,), seconds=60, **options):
        """Runs one command; gives the completed process, its exit code one of `codes`."""
        done = subprocess.run(self.command(*words), cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=seconds * PATIENCE, check=False, **options)
        if codes is not None and done.returncode not in codes:
            raise AssertionError(f"{self.name}: valise {' '.join(words)}: exit {done.returncode}, not "
                                 f"{codes}\n{done.stdout}{done.stderr}")
        return done

    def tune(self, settings):
        """Sets keys of tables in channel.toml, as an operator with an editor would."""
        text = self.config.read_text()
        for table, keys in settings.items():
            lines = "".join(f"{key} = {value if isinstance(value, (int, bool)) else chr(34) + value + chr(34)}\n"
                            for key, value in keys.items())
            for key in keys:
                text = re.sub(rf"(?m)^{key} = .*\n", "", text)
            if f"\n[{table}]\n" in text:  # not where it is a comment
                text = text.replace(f"\n[{table}]\n", f"\n[{table}]\n{lines}", 1)
            else:
                text = text.replace("[jira]\n", f"[{table}]\n{lines}\n[jira]\n", 1)
        self.config.write_text(text)

    def bind(self, name, field, missing):
        """Says what becomes of versions or components that this site lacks."""
        lines = [line for line in self.config.read_text().splitlines(keepends=True)
                 if not line.startswith(name + " = ")]
        lines.insert(lines.index("[bind.fields]\n") + 1, f'{name} = {{ field = "{field}", missing = "{missing}" }}\n')
        self.config.write_text("".join(lines))

    def permit(self, permission, verb="grant", user="valise"):
        """Gives a user a permission, the sync user if none is named, or revokes it."""
        status, text = self.jira.raw("POST", "/standin/do", {"do": verb, "user": user, "permission": permission})
        assert status == 200, text

    # --- the agent ---
    def start(self):
        assert self.agent is None or self.agent.poll() is not None, f"{self.name} runs already"
        log = self.folder / f"agent-{len(self.logs)}.log"
        self.logs.append(log)
        with open(log, "wb") as out:
            self.agent = start(self.command("run"), cwd=self.folder, stdout=out, stderr=out)
        wait_until(lambda: "running" in log.read_text(errors="replace") or self.agent.poll() is not None,
                   20 * PATIENCE, f"{self.name}'s agent says that it runs", 0.02)

    def stop(self):
        code = end(self.agent) if self.agent else 0
        self.agent = None
        return code

    def kill(self):
        self.agent.kill()
        self.agent.wait()
        self.agent = None

    def log_text(self):
        return "".join(log.read_text(errors="replace") for log in self.logs)

    def check_alive(self):
        if self.agent is not None and self.agent.poll() is not None:
            raise AssertionError(f"{self.name}'s agent ended with {self.agent.returncode}:\n"
                                 + self.log_text()[-3000:])


def default_contract(text):
    """What a test may change in a drafted contract before it is agreed on."""
    return text


class Pair:
    """HQ and FIELD, configured and paired by the README's commands; the agents are not started."""

    def __init__(self, name, record=False, edit_contract=default_contract, carrier="folder", settings=None,
                 hq=None, field=None, folder=None, share_psk=False, projects=("HQ", "FIELD"), mail=None):
        if folder is None:
            folder = pathlib.Path(tempfile.mkdtemp(prefix=f"valise-{name}-"))
            self._temporary = folder
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self._temporary = None
        self.folder, self.name, self.carrier = folder, name, carrier
        self.mail = mail  # a MailSystem, if the carrier is "mail" or "both"
        TRAFFIC.mkdir(parents=True, exist_ok=True)
        paths = [TRAFFIC / f"{name}-{site}.jsonl" if record else None for site in ("hq", "field")]
        self.standins = [StandIn(folder, projects[0], paths[0], **(hq or {})),
                         StandIn(folder, projects[1], paths[1], **(field or {"options": ["--first-id", "50000"]}))]
        self.hq, self.field = (Site(folder, site, standin)
                               for site, standin in zip(("hq", "field"), self.standins))
        self.sites = (self.hq, self.field)
        self.settings = settings or QUICK
        self._init(edit_contract)
        self._join(share_psk)

    def _folders(self, site):
        if self.carrier not in ("folder", "both"):
            return []
        there, back = self.folder / "hq-to-field", self.folder / "field-to-hq"
        out, inbox = (there, back) if site == "hq" else (back, there)
        return ["--outbox", str(out), "--inbox", str(inbox)]

    def _init(self, edit_contract):
        self.hq.cli("init", "--site", "hq", "--peer", "field", "--jira-url", self.hq.standin.url, "--project", self.hq.jira.project,
                    "--token-file", "jira-token", "--from-jira", "--yes", *self._folders("hq"))
        contract = self.hq.folder / "contract.toml"
        contract.write_text(edit_contract(contract.read_text()))
        # The binding belongs to the contract as edited.
        self.rebind(self.hq)
        self.field.cli("init", "--site", "field", "--join", "--jira-url", self.field.standin.url, "--project",
                       self.field.jira.project, "--token-file", "jira-token", "--yes", *self._folders("field"), codes=(0, 2))

    def rebind(self, site):
        text = site.config.read_text()
        begin = min((text.find(mark) for mark in ("# Drafted", "# The binding comes", "[bind") if mark in text), default=len(text))
        site.config.write_text(text[:begin])
        draft = site.cli("map", "suggest").stdout
        site.config.write_text(text[:begin] + draft)

    def _join(self, share_psk):
        invitation, reply = self.folder / "invitation.txt", self.folder / "reply.txt"
        self.hq.cli("pair", "invite", "--out", str(invitation))
        self.field.cli("pair", "join", str(invitation), "--out", str(reply))
        self.rebind(self.field)
        self.hq.cli("pair", "finish", str(reply))
        for site in self.sites:
            site.tune(self.settings)
            if self.carrier in ("mail", "both"):
                self.use_mail(site)
        if share_psk:
            psk = self.folder / "psk"
            self.hq.cli("pair", "psk", "--new", str(psk))
            for site in self.sites:
                site.cli("pair", "psk", "--use", str(psk))

    def use_mail(self, site):
        password = site.folder / "mail-password"
        password.write_text(self.mail.password(site.name) + "\n")
        password.chmod(0o600)
        site.tune({"carrier.mail": self.mail.settings(site.name, password)})

    def verify(self):
        """Two people on the telephone."""
        codes = [re.search(r"code: *([\d ]+)", site.cli("pair", "show").stdout).group(1).strip()
                 for site in self.sites]
        assert codes[0] == codes[1], codes
        self.hq.cli("pair", "verify", "--code", codes[1])
        self.field.cli("pair", "verify", "--code", codes[0])
        for site in self.sites:
            site.cli("check-config")
        return self

    def start(self):
        for site in self.sites:
            site.start()
        return self

    def stop(self):
        return [site.stop() for site in self.sites]

    def wait(self, check, seconds=30, what="", every=0.2):
        def looked():
            for site in self.sites:
                site.check_alive()
            return check()
        try:
            return wait_until(looked, seconds * PATIENCE, what, every)
        except AssertionError as error:
            raise AssertionError(f"{error}\n--- files in {self.folder}\n{self.tails()}") from None

    def tails(self):
        return "\n".join(f"--- {site.name}'s log ends:\n{site.log_text()[-2500:]}" for site in self.sites)

    def close(self, keep=False):
        for site in self.sites:
            if site.agent is not None and site.agent.poll() is None:
                site.agent.kill()
                site.agent.wait()
        for standin in self.standins:
            if standin.process.poll() is None:
                standin.process.terminate()
        for standin in self.standins:
            standin.process.wait()
            standin.process.stdout.close()
            standin.log.close()
        if self._temporary and not keep and not os.environ.get("VALISE_KEEP"):
            shutil.rmtree(self._temporary, ignore_errors=True)


class Courier(threading.Thread):
    """Carries files from each outbox to the other's inbox and counts them: a diode, in software."""

    def __init__(self, ways):
        super().__init__(daemon=True)
        self.ways = ways  # [(from, to)]
        self.files = [0] * len(ways)
        self.bytes = [0] * len(ways)
        self._over = threading.Event()

    def run(self):
        while not self._over.is_set():
            for number, (source, target) in enumerate(self.ways):
                for file in sorted(source.glob("*.valise")):
                    self.files[number] += 1
                    self.bytes[number] += file.stat().st_size
                    file.rename(target / file.name)
            self._over.wait(0.05)

    def stop(self):
        self._over.set()
        self.join()
