"""Two sites in a temporary folder, and the program called on them."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

VALISE = None
FIXTURE = None
TOKEN = "canary-token-8f2a"

CONTRACT = """name = "acme"
sites = ["hq", "field"]
[types]
bug = {}
[statuses]
values = ["open", "done"]
[fields.summary]
kind = "line"
[fields.severity]
kind = "option"
values = ["low", "high"]
"""


class Answer:
    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8")
        self.err = done.stderr.decode("utf-8")

    def json(self):
        return json.loads(self.out)

    def json_lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


class Site:
    """One site's folder. `valise(...)` runs there and checks that no secret is ever printed."""

    def __init__(self, root, name, peer):
        self.name, self.peer = name, peer
        self.folder = pathlib.Path(root) / name
        self.folder.mkdir()
        self.write("jira-token", TOKEN + "\n")

    def path(self, name):
        return self.folder / name

    def write(self, name, text, mode=0o600):
        path = self.path(name)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return str(path)

    def secrets(self):
        found = [TOKEN.encode()]
        keys = self.path("state/keys")
        if keys.exists():
            body = keys.read_bytes()[6 + len(self.name):-32]
            found += [body[i:i + 32] for i in range(0, len(body), 32)]
        return found

    def valise(self, *arguments, env=None, text=None):
        environment = {"PATH": os.environ.get("PATH", ""), "TZ": "UTC", **(env or {})}
        done = subprocess.run([VALISE, *arguments], cwd=self.folder, env=environment,
                              input=(text or "").encode(), capture_output=True, timeout=60)
        printed = done.stdout + done.stderr
        for secret in self.secrets():
            for form in (secret, secret.hex().encode()):
                assert form not in printed, "a secret was printed: %r" % (arguments,)
        assert b"\x1b" not in printed.replace(b"\x1b[K", b"") or "--color=always" in arguments
        return Answer(done)

    def init(self, *more):
        return self.valise("init", "--site", self.name, "--jira-url", "http://127.0.0.1:9/jira",
                           "--project", "PROJ", *more)

    def fixture(self, verb, *more):
        done = subprocess.run([FIXTURE, verb, str(self.path("channel.toml")), *more],
                              capture_output=True, timeout=60)
        return Answer(done)


class TwoSites(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="valise-cli-")
        self.addCleanup(shutil.rmtree, self.root, True)
        self.hq = Site(self.root, "hq", "field")
        self.field = Site(self.root, "field", "hq")

    def init_both(self):
        self.hq.write("contract.toml", CONTRACT, 0o644)
        self.assertEqual(self.hq.init("--contract", "contract.toml").code, 0)
        # Without a contract the binding cannot be checked yet: done, with things left to do.
        self.assertEqual(self.field.init("--join").code, 2)

    def invite(self):
        self.assertEqual(self.hq.valise("pair", "invite", "--out", "invitation.txt").code, 0)
        return str(self.hq.path("invitation.txt"))

    def join(self, invitation):
        answer = self.field.valise("pair", "join", invitation, "--out", "reply.txt")
        self.assertEqual(answer.code, 0, answer.err)
        return str(self.field.path("reply.txt"))

    def bind_field(self):
        channel = self.field.path("channel.toml").read_text()
        self.field.write("channel.toml", channel + '[bind.types]\nbug = "Bug"\n')

    def pair_both(self):
        self.init_both()
        reply = self.join(self.invite())
        self.assertEqual(self.hq.valise("pair", "finish", reply).code, 0)
        self.bind_field()

    def verify_both(self):
        code = self.code(self.hq)
        self.assertEqual(self.hq.valise("pair", "verify", "--code", code).code, 0)
        self.assertEqual(self.field.valise("pair", "verify", "--yes-i-compared").code, 0)

    def code(self, site):
        return site.valise("pair", "show", "--json").json()["code"]

    def refused(self, answer, exit_code, code, *words):
        self.assertEqual(answer.code, exit_code, answer.err)
        self.assertIn("[" + code + "]", answer.err)
        for word in words:
            self.assertIn(word, answer.err)
