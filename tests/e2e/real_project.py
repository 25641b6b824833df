#!/usr/bin/env python3
"""A whole project crosses the wall: HQ has it, FIELD begins empty, both end equal.

  real_project.py [--build DIR] [--carrier folder|shuttle|mail] [--edits N] [--seed N] DUMP

1. First sync of the dump (JSON lines, one issue a line as GET returns it).
2. Random edits on each side, some on the same field of the same issue.
3. Nothing echoes: no sequenced packet for three polls.
With --carrier shuttle everything crosses by export and import, one bundle lost and one read twice.
With --carrier mail it crosses two real mail servers (tests/support/mail), where mails are refused
for now, held so that others overtake them, delivered twice, and bounced.
Both Jiras are compared by compare.py, which shares no code with the agent. Their states stay in
DIR/real-project-CARRIER/ (jira-standin --state FILE serves them again).
"""
import argparse
import gzip
import json
import os
import pathlib
import random
import re
import shutil
import sys
import time

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("--build", default="build")
arguments.add_argument("--carrier", choices=("folder", "shuttle", "mail"), default="folder")
arguments.add_argument("--edits", type=int, default=200, help="on each side")
arguments.add_argument("--seed", type=int, default=1)
arguments.add_argument("--minutes", type=float, default=10, help="patience for each phase")
arguments.add_argument("dump", type=pathlib.Path)
arguments = arguments.parse_args()
os.environ["VALISE_BUILD"] = arguments.build

import compare  # noqa: E402
import harness  # noqa: E402
import mail  # noqa: E402
from jira import JiraError  # noqa: E402

SETTINGS = {
    "jira": {"poll_every": "1s", "poll_overlap": "1m", "sweep_every": "30s", "write_timeout": "30s",
             "read_timeout": "30s", "settle_create": "5s", "settle_other": "2s", "probe_gap": "500ms"},
    "carrier": {"resend_after": "20s", "resend_at_most": "40s", "ack_after": "500ms", "gap_patience": "2s",
                "receive_every": "200ms", "pack_after": "200ms"},
}
CHAOS = "rcpt=4 data=4 hold=15 twice=15 bounce=4"  # in a hundred mails, each
if arguments.carrier == "mail":  # mails are few, and not all arrive at once
    SETTINGS["carrier"].update(resend_after="6s", resend_at_most="15s", pack_after="300ms", receive_every="500ms")
WORDS = ("valve", "pump", "gasket", "relay", "sensor", "manual", "leak", "bracket", "firmware", "torque")


class Failure(Exception):
    pass


def lines_of(path):
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8")
    with opened as lines:
        return [json.loads(line) for line in lines if line.strip()]


def say(text):
    print(text, flush=True)


class Run:
    def __init__(self):
        self.folder = harness.BUILD / f"real-project-{arguments.carrier}"
        shutil.rmtree(self.folder, ignore_errors=True)
        project = lines_of(arguments.dump)
        self.key = project[0]["key"].rsplit("-", 1)[0]
        longest = max(len(text or "") for issue in project for text in self._texts(issue))
        # Longer texts than Jira allows by default, and an issue resolved without a resolution: what
        # such a project needs, its administrators have allowed.
        limit = ["--text-limit", str(max(32767, longest + 1000)), "--resolution-on-edit"]
        self.mail = mail.MailSystem(MAIL_CHAOS=CHAOS) if arguments.carrier == "mail" else None
        self.pair = harness.Pair(
            "real-project", folder=self.folder, settings=SETTINGS, edit_contract=contract_of,
            projects=(self.key, "FIELD"), mail=self.mail,
            carrier={"shuttle": "hand"}.get(arguments.carrier, arguments.carrier),
            hq={"seed": arguments.dump, "state": self.folder / "hq-state.json", "options": limit},
            field={"schema_from": arguments.dump, "state": self.folder / "field-state.json",
                   "options": ["--first-id", "500000", *limit]})
        self.hq, self.field = self.pair.sites
        self.random = random.Random(arguments.seed)
        self.courier = None
        self.bundle_bytes = 0
        self.bundles = 0
        self.changes = 0

    @staticmethod
    def _texts(issue):
        fields = issue["fields"]
        yield fields.get("description")
        yield fields.get("environment")
        for comment in fields.get("comment", {}).get("comments", []):
            yield comment.get("body")

    # --- one way to carry, two implementations ---
    def begin(self):
        if arguments.carrier == "folder":
            # Each site has its own folders; the courier stands for whatever moves files.
            ways = []
            for number, (site, peer) in enumerate(((self.hq, self.field), (self.field, self.hq))):
                inbox = peer.folder / "in"
                inbox.mkdir()
                (inbox / ".valise-folder").touch()
                peer.tune({"carrier.folder": {"inbox": str(inbox)}})
                outbox = self.folder / ("hq-to-field" if number == 0 else "field-to-hq")
                ways.append((outbox, inbox))
            self.courier = harness.Courier(ways)
            self.courier.start()
        if self.mail:
            self.mail.chaos(True)
        self.pair.verify().start()

    def shuttle(self, number):
        """One round trip of two sticks. One bundle is lost, one is imported twice."""
        self.pair.stop()  # export and import take the state folder's lock
        self.rounds = getattr(self, "rounds", 0) + 1
        for site, peer in ((self.hq, self.field), (self.field, self.hq)):
            bundle = self.folder / f"{site.name}-{self.rounds}.bundle"
            done = site.cli("export", str(bundle), codes=(0, 2), seconds=300)
            if not bundle.exists():
                continue  # nothing waits
            self.bundles += 1
            self.bundle_bytes += bundle.stat().st_size
            if number == 2 and site is self.hq or number == 3 and site is self.field:
                say(f"  {bundle.name} ({bundle.stat().st_size:,} bytes) is lost on the way")
                continue
            taken = peer.cli("import", str(bundle), codes=(0, 2), seconds=300)
            self.check_digests(done.stdout, taken.stdout)
            if number == 1:
                peer.cli("import", str(bundle), codes=(0, 2), seconds=300)
                say(f"  {bundle.name} ({bundle.stat().st_size:,} bytes) is imported twice")
        self.pair.start()

    @staticmethod
    def check_digests(written, read):
        def digest(text):
            found = re.search(r"digest:? *([\d ]{10,})", text)
            return found and found[1].strip()
        if digest(written) is None or digest(written) != digest(read):
            raise Failure(f"export and import print other digests:\n{written}\n{read}")

    # --- waiting ---
    def moved(self):
        """Grows while anything happens."""
        return tuple(site.jira.stats()["methods"].get(method, 0) for site in self.pair.sites
                     for method in ("POST", "PUT", "DELETE"))

    def statuses(self):
        return [json.loads(site.cli("status", "--json", codes=(0, 2)).stdout) for site in self.pair.sites]

    def rest(self, statuses):
        return sum(one[name] for one in statuses for name in
                   ("changes_unpacked", "packets_unacked", "changes_waiting", "writes_underway", "values_pending"))

    def converge(self, what, begun):
        """Waits until nothing is under way at either site and the comparer is content; gives what it found.
        A deleted comment moves no `updated`: only the sweep finds it, so quiet alone proves nothing."""
        end = time.monotonic() + arguments.minutes * 60 * harness.PATIENCE
        shown, quiet, trips = 0.0, 0, 0
        while True:
            for site in self.pair.sites:
                site.check_alive()
            if arguments.carrier == "shuttle":
                self.settle_here(end)
                trips += 1
                self.shuttle(trips)
            statuses = self.statuses()
            counts = [(one.jira.stats()["issues"], one.jira.stats()["comments"]) for one in self.pair.sites]
            quiet = quiet + 1 if self.rest(statuses) == 0 and counts[0] == counts[1] else 0
            if time.monotonic() - shown > 10:
                shown = time.monotonic()
                say(f"  {time.monotonic() - begun:5.0f} s: issues and comments {counts[0]} and {counts[1]}, "
                    f"{self.rest(statuses)} things under way")
            if quiet >= 2 and (arguments.carrier != "shuttle" or trips > 4):
                result = self.compared()
                if result.is_equal and len(result.ours) == len(result.theirs):
                    return self.show(result)
                quiet = 0
            if time.monotonic() > end:
                self.show(self.compared())
                self.report(statuses)
                raise Failure(f"{what}: not in step within {arguments.minutes} minutes")
            time.sleep(1)

    def settle_here(self, end):
        """By hand, nobody drives off with a stick before this site has done what it can."""
        before, quiet = None, 0
        while quiet < 4 and time.monotonic() < end:
            # Not the requests: a search is a POST, and each poll makes one.
            now = [(one["issues"], one["changes_unpacked"], one["changes_waiting"],
                    one["values_pending"], one["writes_underway"]) for one in self.statuses()]
            quiet = quiet + 1 if now == before else 0
            before = now
            time.sleep(0.7)

    def report(self, statuses):
        for site, status in zip(self.pair.sites, statuses):
            say(f"  {site.name}: {json.dumps(status)}")
            say("".join(f"    {line}\n" for line in site.cli("queue", codes=None).stdout.splitlines()[:15]))

    def compared(self):
        return compare.compare(self.hq.standin.url, self.key, "hq", self.field.standin.url, "FIELD", "field")

    @staticmethod
    def show(result):
        for line in result.differences[:20]:
            say("  " + line)
        for line in result.lines():
            say(line)
        if len(result.ours) != len(result.theirs):
            say(f"{len(result.ours)} and {len(result.theirs)} issues")
        return result

    def unchanged(self, project, result):
        """The first sync changes nothing at the site that has it all."""
        reader = compare.Reader(self.hq.standin.url, self.key, "hq", "field")
        now = {issue.key: issue for issue in result.ours}
        changed = []
        for raw in project:
            issue = reader.issue(raw)
            mine = now.get(issue.key)
            if mine is None or mine.values != issue.values or [c.body for c in mine.comments] != [
                    c.body for c in issue.comments]:
                changed.append(issue.key)
        say(f"{len(project) - len(changed)} of {len(project)} issues at HQ as before")
        if changed:
            raise Failure(f"the sync changed HQ's own issues: {changed[:10]}")

    # --- random edits ---
    def edit_both(self):
        keys = [[one["key"] for one in site.jira.all_issues()] for site in self.pair.sites]
        partner = self.partners()
        shared = self.random.sample(sorted(partner), min(len(partner), arguments.edits // 5))
        done = [0, 0]
        for number in range(arguments.edits):
            field = self.random.choice(("summary", "description", "environment", "priority"))
            for side, site in enumerate(self.pair.sites):
                if number < len(shared):
                    key = shared[number] if side == 0 else partner[shared[number]]
                    self.set_field(site.jira, key, field)
                else:
                    self.edit_one(site.jira, self.random.choice(keys[side]))
                done[side] += 1
        self.changes = sum(done)
        say(f"{done[0]} edits at HQ, {done[1]} at FIELD, {len(shared)} of them on the same field of one issue")

    def partners(self):
        result = self.compared()
        return {one.key: other.key for one, other in result.pairs}

    def phrase(self):
        return " ".join(self.random.choice(WORDS) for _ in range(self.random.randint(2, 6))) + \
            f" {self.random.randint(0, 10 ** 6)}"

    def set_field(self, jira, key, field):
        issue = jira.issue(key, field + ",issuetype")
        value = self.phrase()
        if field == "priority":
            value = {"name": self.random.choice(("High", "Medium", "Low"))}
        elif field == "description" and issue.get("description"):
            value = issue["description"] + "\r\n" + value
        jira.edit(key, **{field: value})

    def edit_one(self, jira, key):
        kind = self.random.choice(("field", "labels", "sets", "comment", "comment", "edit comment", "edit comment",
                                   "delete comment", "transition", "create"))
        if kind == "field":
            return self.set_field(jira, key, self.random.choice(("summary", "description", "environment", "priority")))
        if kind == "labels":
            have = jira.issue(key, "labels")["labels"]
            operations = [{"add": self.random.choice(WORDS)}]
            if have:
                operations.append({"remove": self.random.choice(have)})
            return jira.update(key, labels=operations)
        if kind == "sets":
            name = self.random.choice(("components", "fixVersions", "versions"))
            path = "components" if name == "components" else "versions"
            known = [one["name"] for one in jira.get(f"/project/{jira.project}/{path}")]
            chosen = self.random.sample(known, min(len(known), self.random.randint(0, 2)))
            return jira.edit(key, **{name: [{"name": one} for one in chosen]})
        if kind == "transition":
            return jira.transition_anywhere(key, self.random)
        if kind == "create":
            return jira.create(self.phrase(), "Bug", description=self.phrase())
        return self.edit_comments(jira, key, kind)

    def edit_comments(self, jira, key, kind):
        admin = jira.as_user("admin-token")
        comments = jira.comments(key)
        if kind != "delete comment":
            # The agent may edit its own comments only: an edit of a peer's comment would be held there.
            comments = [one for one in comments if one["author"]["name"] != "valise"]
        if kind == "comment" or not comments:
            return jira.comment(key, self.phrase() + "\r\n* a list\r\n")
        chosen = self.random.choice(comments)
        if kind == "delete comment":
            return admin.delete_comment(key, chosen["id"])
        return admin.edit_comment(key, chosen["id"], chosen["body"] + "\r\n" + self.phrase())

    # --- figures ---
    def check_echo(self):
        before = [one["out_sequence"] for one in self.statuses()]
        polls = [site.jira.stats()["methods"].get("POST", 0) for site in self.pair.sites]
        end = time.monotonic() + 60
        while any(site.jira.stats()["methods"].get("POST", 0) < old + 3 for site, old in zip(self.pair.sites, polls)):
            if time.monotonic() > end:
                raise Failure("the agents stopped polling")
            time.sleep(0.3)
        after = [one["out_sequence"] for one in self.statuses()]
        if before != after:
            raise Failure(f"echo: sequenced packets in an idle channel, {before} became {after}")
        say("no sequenced packet for three polls")

    def memory(self, site):
        status = pathlib.Path(f"/proc/{site.agent.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def requests(self):
        return sum(site.jira.stats()["requests"] for site in self.pair.sites)

    def carried(self):
        if self.mail:
            return sum(int(size) for size in re.findall(r" <= agent-.* S=(\d+)", self.mail.log()))
        return sum(self.courier.bytes) if self.courier else self.bundle_bytes

    def figures(self, what, changes, seconds, requests, carried):
        say(f"{what}: {changes} changes in {seconds:.1f} s; {requests / changes:.2f} Jira requests "
            f"and {carried / changes:,.0f} bytes per change")

    def whole(self):
        project = lines_of(arguments.dump)
        say(f"{len(project)} issues of {self.key} at HQ, none at FIELD; carrier: {arguments.carrier}")
        begun = time.monotonic()
        self.begin()
        result = self.converge("first sync", begun)
        seconds = time.monotonic() - begun
        requests, carried = self.requests(), self.carried()
        self.unchanged(project, result)
        self.figures("first sync", result.total + result.comments, seconds, requests, carried)
        self.check_echo()

        if arguments.edits:
            self.edits_converge()
        memory = ", ".join(f"{site.name} {self.memory(site):.1f} MiB" for site in self.pair.sites)
        say(f"peak memory: {memory}")
        if self.mail:
            self.show_mail(time.monotonic() - begun)
        elif self.courier:
            say(f"files carried: {self.courier.files[0]} to FIELD, {self.courier.files[1]} to HQ")
        else:
            say(f"bundles: {self.bundles}, {self.bundle_bytes:,} bytes")

    def show_mail(self, seconds):
        figures = self.mail.figures()
        say(f"mails: {', '.join(f'{number} {name}' for name, number in figures.items())}; "
            f"{figures['taken'] / seconds:.1f} mails/s over {seconds:.0f} s of wall time")
        missing = [name for name, number in figures.items() if number == 0]
        if missing:
            raise Failure(f"the mail system had no bad luck of some kind: {', '.join(missing)}")
        self.mail.settle()
        # What is left in the inboxes is for the next look; nothing may be in the folder of unreadable mails.
        for site in self.pair.sites:
            rejected = self.mail.count(site.name, "valise-rejected")
            aside = self.mail.count(site.name, "valise-foreign")
            say(f"{site.name}: {self.mail.count(site.name, 'valise-done')} mails done, {aside} set aside (bounces), "
                f"{rejected} unreadable")
            if rejected:
                raise Failure(f"{site.name} could not read {rejected} mails")

    def edits_converge(self):
        requests, carried, begun = self.requests(), self.carried(), time.monotonic()
        self.edit_both()
        begun_sync = time.monotonic()
        made = self.requests()
        self.converge("random edits", begun_sync)
        self.figures("random edits", self.changes, time.monotonic() - begun, self.requests() - made,
                     self.carried() - carried)
        self.check_echo()


def main():
    run = Run()
    status = 0
    try:
        run.whole()
        codes = run.pair.stop()
        if any(code not in (0, 2) for code in codes):
            raise Failure(f"the agents ended with {codes}")
        say(f"states of both Jiras: {run.folder}/hq-state.json, field-state.json")
    except (Failure, AssertionError, JiraError) as error:
        say(f"FAILED: {error}")
        say(run.pair.tails())
        status = 1
    finally:
        if run.courier:
            run.courier.stop()
        run.pair.close(keep=True)
        if run.mail:
            run.mail.close()
    return status


def contract_of(draft):
    """All that the dump and plain Jira have in common; no custom fields."""
    kept, drop = [], False
    for line in draft.splitlines(keepends=True):
        if line.startswith("["):
            name = line.strip("[]\n")
            drop = name.startswith("fields.") and name.split(".", 1)[1].strip('"') not in (
                "summary", "description", "environment", "priority", "resolution", "labels", "components",
                "affects-versions", "fix-versions")
        if not drop:
            kept.append(line)
    return "".join(kept)


if __name__ == "__main__":
    sys.exit(main())
