"""How two sites pair, and every way in which it must not work."""
import base64
import os
import stat

from cli_site import CONTRACT, Site, TwoSites


def spoil(path):
    """Flips one bit in the middle of the armoured body, keeping sound base64."""
    lines = open(path).read().splitlines()
    body = bytearray(base64.b64decode("".join(lines[1:-1])))
    body[len(body) // 2] ^= 1
    text = base64.b64encode(bytes(body)).decode()
    lines[1:-1] = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "\n".join(lines) + "\n"


class Dance(TwoSites):
    def test_two_sites_pair_and_see_one_code(self):
        self.pair_both()
        self.assertEqual(self.field.path("contract.toml").read_text(), CONTRACT)
        code = self.code(self.hq)
        self.assertEqual(code, self.code(self.field))
        self.assertEqual([len(group) for group in code.split(" ")], [5] * 8)
        self.assertEqual(self.hq.valise("pair", "show", "--json").json()["state"], "paired")
        for name in ("keys", "peer", "invitation"):
            mode = stat.S_IMODE(os.stat(self.hq.path("state/" + name)).st_mode)
            self.assertEqual(mode, 0o600, name)

    def test_no_traffic_before_the_code_was_compared(self):
        self.init_both()
        self.assertEqual(self.hq.fixture("verified").out, "VAL-PAIR-NONE\n")
        invitation = self.invite()
        self.assertEqual(self.hq.fixture("verified").out, "VAL-PAIR-UNFINISHED\n")
        reply = self.join(invitation)
        self.bind_field()
        self.assertEqual(self.field.fixture("verified").out, "VAL-PAIR-UNVERIFIED\n")
        self.hq.valise("pair", "finish", reply)
        self.assertEqual(self.hq.fixture("verified").out, "VAL-PAIR-UNVERIFIED\n")
        self.assertEqual(self.hq.valise("status").code, 2)
        self.verify_both()
        for site in (self.hq, self.field):
            self.assertEqual(site.fixture("verified").code, 0)
            self.assertEqual(site.valise("status").code, 0)
            shown = site.valise("pair", "show", "--json").json()
            self.assertEqual(shown["state"], "verified")
            self.assertNotEqual(shown["verified_by"], "")

    def test_a_wrong_code_is_refused(self):
        self.pair_both()
        right = self.code(self.hq)
        wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
        for code in (wrong, right[:-1], "", right + "0"):
            self.refused(self.hq.valise("pair", "verify", "--code", code), 65, "VAL-PAIR-CODE")
        self.refused(self.hq.valise("pair", "verify"), 64, "VAL-USAGE", "--code")
        self.assertEqual(self.hq.fixture("verified").code, 1)
        spaced = right.replace(" ", "-")
        self.assertEqual(self.hq.valise("pair", "verify", "--code", spaced).code, 0)

    def test_repeating_a_step_is_harmless(self):
        self.init_both()
        invitation = self.invite()
        before = open(invitation).read()
        self.assertEqual(self.invite(), invitation)
        self.assertEqual(open(invitation).read(), before)
        reply = self.join(invitation)
        self.assertEqual(self.join(invitation), reply)
        self.assertEqual(self.hq.valise("pair", "finish", reply).code, 0)
        self.assertEqual(self.hq.valise("pair", "finish", reply).code, 0)
        self.bind_field()
        self.verify_both()
        self.assertEqual(self.hq.valise("pair", "finish", reply).code, 0)
        self.assertEqual(self.hq.fixture("verified").code, 0)

    def test_mail_may_mangle_the_edges(self):
        self.init_both()
        text = open(self.invite()).read().replace("\n", "  \r\n")
        mailed = self.field.write("mailed.txt", "Hello,\r\nhere it is:\r\n\r\n" + text + "\r\n-- \r\nJo")
        self.assertTrue(self.join(mailed))


class Refusals(TwoSites):
    def test_an_altered_file_is_refused(self):
        self.init_both()
        invitation = self.invite()
        bad = self.field.write("bad.txt", spoil(invitation))
        self.refused(self.field.valise("pair", "join", bad), 65, "VAL-PAIR-ALTERED")
        reply = self.join(invitation)
        bad = self.hq.write("bad.txt", spoil(reply))
        self.refused(self.hq.valise("pair", "finish", bad), 65, "VAL-PAIR-ALTERED")
        self.assertFalse(self.hq.path("state/peer").exists())

    def test_every_cut_is_refused(self):
        self.init_both()
        text = open(self.invite()).read()
        for size in range(0, len(text) - 1, 61):
            cut = self.field.write("cut.txt", text[:size])
            answer = self.field.valise("pair", "join", cut)
            self.assertEqual(answer.code, 65, size)
        self.assertFalse(self.field.path("state/peer").exists())
        self.assertFalse(self.field.path("contract.toml").exists())

    def test_the_wrong_order_is_refused(self):
        self.init_both()
        self.refused(self.hq.valise("pair", "verify", "--yes-i-compared"), 78, "VAL-PAIR-NONE",
                     "pair invite")
        invitation = self.invite()
        self.refused(self.hq.valise("pair", "verify", "--yes-i-compared"), 78,
                     "VAL-PAIR-UNFINISHED", "pair finish")
        self.refused(self.field.valise("pair", "finish", invitation), 65, "VAL-PAIR-KIND",
                     "pair join")
        reply = self.join(invitation)
        self.refused(self.hq.valise("pair", "join", reply), 65, "VAL-PAIR-KIND", "pair finish")
        self.refused(self.field.valise("pair", "finish", reply), 78, "VAL-PAIR-ALREADY")
        self.refused(self.field.valise("pair", "invite"), 78, "VAL-PAIR-ALREADY")

    def test_a_reply_without_an_invitation_is_refused(self):
        self.init_both()
        reply = self.join(self.invite())
        self.hq.path("state/invitation").unlink()
        self.refused(self.hq.valise("pair", "finish", reply), 78, "VAL-PAIR-ORDER")

    def test_a_reply_to_a_void_invitation_is_refused(self):
        self.init_both()
        reply = self.join(self.invite())
        self.assertEqual(self.hq.valise("pair", "invite", "--again", "--out", "2.txt").code, 0)
        self.refused(self.hq.valise("pair", "finish", reply), 65, "VAL-PAIR-CHANNEL")
        # The joined site is bound to the void one; the new invitation is another channel.
        again = self.field.valise("pair", "join", str(self.hq.path("2.txt")))
        self.refused(again, 78, "VAL-PAIR-ALREADY")

    def test_a_second_site_cannot_answer_after_the_first(self):
        self.pair_both()
        os.mkdir(self.root + "/x")
        thief = Site(self.root + "/x", "field", "hq")
        thief.init("--join")
        thief.valise("pair", "join", str(self.hq.path("invitation.txt")), "--out", "r.txt")
        answer = self.hq.valise("pair", "finish", str(thief.path("r.txt")))
        self.refused(answer, 78, "VAL-PAIR-ALREADY")

    def test_another_contract_is_refused_with_the_line(self):
        self.init_both()
        invitation = self.invite()
        ours = CONTRACT.replace('values = ["low"', 'values = ["lowest"')
        self.field.write("contract.toml", ours)
        self.refused(self.field.valise("pair", "join", invitation), 78, "VAL-PAIR-CONTRACT",
                     "line 11", "inspect --contract")
        shown = self.field.valise("inspect", "--contract", invitation)
        self.assertEqual(shown.out, CONTRACT)

    def test_a_contract_changed_after_pairing_stops_the_channel(self):
        self.pair_both()
        self.hq.write("contract.toml", CONTRACT + "# a word more\n")
        self.assertEqual(self.hq.fixture("verified").out, "VAL-PAIR-CONTRACT\n")
        checked = self.hq.valise("check-config")
        self.assertEqual(checked.code, 78)
        self.assertIn("VAL-PAIR-CONTRACT", checked.out)
        told = self.hq.valise("check-config", "--json")
        self.assertEqual((told.code, told.json()["ok"]), (78, False))
        self.assertEqual([p["code"] for p in told.json()["problems"]], ["VAL-PAIR-CONTRACT"])

    def test_an_unsound_contract_is_refused(self):
        self.init_both()
        self.hq.write("contract.toml", CONTRACT.replace('"line"', '"lime"'))
        self.refused(self.hq.valise("pair", "invite"), 78, "VAL-PAIR-CONTRACT", "lime")

    def test_site_names_must_fit(self):
        self.init_both()
        invitation = self.invite()
        os.mkdir(self.root + "/y")
        same = Site(self.root + "/y", "hq", "field")
        same.init("--join")
        self.refused(same.valise("pair", "join", invitation), 78, "VAL-PAIR-NAME")
        other = Site(self.root + "/y", "depot", "hq")
        other.init("--join")
        self.refused(other.valise("pair", "join", invitation), 78, "VAL-PAIR-NAME", "depot")
        channel = self.hq.path("channel.toml").read_text()
        self.hq.write("channel.toml", channel.replace('name = "hq"', 'name = "field"'))
        self.refused(self.hq.valise("pair", "show"), 78, "VAL-PAIR-NAME")

    def test_no_file_is_overwritten(self):
        self.init_both()
        self.hq.write("invitation.txt", "something else")
        self.refused(self.hq.valise("pair", "invite", "--out", "invitation.txt"), 73,
                     "VAL-FILE-EXISTS")

    def test_damaged_or_lost_state_is_named(self):
        self.pair_both()
        peer = self.hq.path("state/peer")
        text = peer.read_text()
        for damaged in ("", "x", text[:40], text.replace("card ", "card 0")):
            self.hq.write("state/peer", damaged)
            self.assertIn(self.hq.valise("pair", "show").code, (74, 78))
        self.hq.write("state/peer", text)
        self.assertEqual(self.hq.valise("pair", "show").code, 0)
        self.hq.path("state/keys").chmod(0o640)
        self.refused(self.hq.valise("pair", "show"), 78, "VAL-CONFIG-SECRET", "chmod 600")
        self.hq.path("state/keys").unlink()
        self.refused(self.hq.valise("pair", "show"), 78, "VAL-PAIR-KEYS")
        self.refused(self.hq.valise("pair", "invite"), 78, "VAL-PAIR-KEYS", "backup")


class PreSharedKey(TwoSites):
    def test_a_key_is_made_carried_and_used(self):
        self.pair_both()
        self.assertEqual(self.hq.valise("pair", "psk", "--new", "stick.key").code, 0)
        stick = self.hq.path("stick.key")
        self.assertEqual(len(stick.read_bytes()), 32)
        self.assertEqual(stat.S_IMODE(os.stat(stick).st_mode), 0o600)
        self.refused(self.hq.valise("pair", "psk", "--new", "stick.key"), 73, "VAL-FILE-EXISTS")
        for site in (self.hq, self.field):
            self.assertEqual(site.valise("pair", "psk", "--use", str(stick)).code, 0)
            self.assertTrue(site.valise("pair", "show", "--json").json()["pre_shared_key"])
        other = self.hq.write("other.key", b"x" * 32)
        self.refused(self.hq.valise("pair", "psk", "--use", other), 78, "VAL-PAIR-PSK")
        short = self.field.write("short.key", b"x" * 31)
        self.refused(self.field.valise("pair", "psk", "--use", short), 78, "VAL-PAIR-PSK")
        self.hq.path("stick.key").chmod(0o644)
        self.refused(self.hq.valise("pair", "psk", "--use", str(stick)), 78, "VAL-CONFIG-SECRET")
