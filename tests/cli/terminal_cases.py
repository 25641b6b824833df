"""What the program asks of a person: on a terminal only."""
import os
import pty
import select
import subprocess
import time

import cli_site
from cli_site import TwoSites


def converse(site, arguments, answers, **environment):
    """Runs on a pseudo-terminal, answers each question, returns exit code and screen."""
    master, slave = pty.openpty()
    process = subprocess.Popen([cli_site.VALISE, *arguments], cwd=site.folder, stdin=slave,
                               stdout=slave, stderr=slave, close_fds=True,
                               env={"TERM": "xterm", "PATH": os.environ.get("PATH", ""),
                                    **environment})
    os.close(slave)
    screen, left, end = b"", list(answers), time.monotonic() + 30
    while time.monotonic() < end:
        if select.select([master], [], [], 0.5)[0]:
            try:
                piece = os.read(master, 4096)
            except OSError:
                break
            if not piece:
                break
            screen += piece
            if screen.endswith(b": ") and left:
                os.write(master, left.pop(0).encode() + b"\n")
    os.close(master)
    return process.wait(timeout=10), screen.decode(errors="replace")


class Guided(TwoSites):
    def test_init_asks_for_what_no_option_says(self):
        code, screen = converse(self.hq, ["init", "--project", "PROJ"],
                                ["hq", "field", "", "http://127.0.0.1:9/jira", "", "",
                                 "out", "in", ""])
        self.assertEqual(code, 0, screen)
        self.assertIn("Name of this site", screen)
        self.assertNotIn("Project key", screen)
        self.assertEqual(self.hq.valise("check-config").code, 0)
        channel = self.hq.path("channel.toml").read_text()
        for line in ('name = "hq"', 'outbox = "out"', 'state_dir = "state"', 'project = "PROJ"'):
            self.assertIn(line + "\n", channel)

    def test_init_asks_nothing_with_yes(self):
        code, screen = converse(self.hq, ["init", "--yes"], [])
        self.assertEqual(code, 64, screen)

    def test_verify_wants_the_code_typed(self):
        self.pair_both()
        code, screen = converse(self.hq, ["pair", "verify"], ["12345"])
        self.assertEqual(code, 65, screen)
        self.assertIn(self.code(self.hq), screen)
        code, screen = converse(self.hq, ["pair", "verify"], [self.code(self.field)])
        self.assertEqual(code, 0, screen)
        self.assertIn("\x1b[32mverified", screen)

    def test_no_colour_where_it_is_not_wanted(self):
        self.pair_both()
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\x1b", converse(self.hq, ["status"], [], **environment)[1])
        self.assertIn("\x1b", converse(self.hq, ["status"], [])[1])
