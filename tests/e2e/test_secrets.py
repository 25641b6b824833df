"""Canaries: tokens and key bytes stay where they belong."""
import base64
import pathlib
import unittest

import case

TOKEN = b"valise-token"


def forms(secret):
    """A secret as it might be printed."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    yield base64.b64encode(secret).rstrip(b"=")[:40]
    yield base64.urlsafe_b64encode(secret).rstrip(b"=")[:40]
    yield base64.b32encode(secret).rstrip(b"=")[:48]
    yield base64.b32encode(secret).rstrip(b"=")[:48].lower()


class Secrets(case.SyncCase):
    name = "secrets"
    options = {"share_psk": True}

    def canaries(self, with_token=True):
        found = [TOKEN] if with_token else []
        for site in self.pair.sites:
            keys = (site.state / "keys").read_bytes()
            name = keys[5]  # "VLSK", version, length of the name, name, five secrets of 32 bytes
            begin = 6 + name
            for number in range(5):
                found += forms(keys[begin + 32 * number:begin + 32 * (number + 1)])
        return found

    def clean(self, what, data, canaries):
        for canary in canaries:
            self.assertNotIn(canary, data, f"a secret stands in {what}")

    def children(self, pid):
        yield pid
        for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
            for child in task.read_text().split():
                yield from self.children(int(child))

    def test_no_secret_is_printed_logged_or_sent(self):
        canaries = self.canaries()
        here = self.hq.jira.create("canary", description="text")
        self.only(self.field, "canary")
        packets = self.pair.folder / "hq-to-field"
        self.field.stop()
        self.hq.jira.comment(here, "another packet")
        self.wait(lambda: list(packets.glob("*.valise")), what="a packet")
        for file in list(packets.glob("*.valise")):
            self.clean(file.name, file.read_bytes(), self.canaries())
        self.field.start()
        for site in self.pair.sites:
            for pid in list(self.children(site.agent.pid)):
                for part in ("cmdline", "environ"):
                    self.clean(f"{part} of {site.name}'s process", pathlib.Path(f"/proc/{pid}/{part}").read_bytes(),
                               canaries)
            self.outputs(site, canaries)
        self.pair.stop()
        for site in self.pair.sites:
            self.clean(f"{site.name}'s log", site.log_text().encode(), canaries)
            self.files(site)
        for file in ("invitation.txt", "reply.txt"):
            self.clean(file, (self.pair.folder / file).read_bytes(), canaries)

    def outputs(self, site, canaries):
        for words in (("status",), ("status", "--json"), ("queue",), ("queue", "--json"), ("preview",), ("pair", "show"),
                      ("pair", "show", "--json"), ("check-config",), ("explain", "HQ-1"), ("map", "suggest"),
                      ("--help",), ("run", "--once"), ("explain", "NONE-1"), ("inspect", "channel.toml")):
            done = site.cli(*words, codes=None)
            self.clean(f"the output of {' '.join(words)}", (done.stdout + done.stderr).encode(), canaries)

    def files(self, site):
        """In the state folder only `keys` and `psk` hold keys, and no other user may read it."""
        self.assertEqual(site.state.stat().st_mode & 0o077, 0)
        for file in site.state.iterdir():
            if not file.is_file():
                continue
            self.assertEqual(file.stat().st_mode & 0o077, 0, f"{file.name} can be read by others")
            if file.name not in ("keys", "psk"):
                self.clean(file.name, file.read_bytes(), self.canaries())


if __name__ == "__main__":
    unittest.main()
