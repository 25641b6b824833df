#!/usr/bin/env python3
"""Compares two Jira projects through REST: fields, comments, work logs, attachments byte by byte, links,
parents, versions and components with their attributes.

  compare.py URL KEY URL KEY [--site NAME --peer NAME] [--share-keys]

Shares no code with the agent: it knows only the rewrites that the documents list, and reverses them:
  - a peer's comment begins with the author line "_Name (site), yyyy-mm-dd hh:mm:_"; so does a peer's work
    log, whose line ends with an anchor "{anchor:valise-…}"
  - [~user] became @Display Name
  - an image of another server became its plain address; a macro that fetches or runs, text
  - a key of the own project that stands free in a text became that of the same issue, if that is there
  - comments restricted to a role or group stay at home
  - CRLF became LF; lines have no blanks at their ends (the field kind `line`, as the summary)
Issues are matched by what they hold, not by any mark that the agent left.
"""
import argparse
import collections
import datetime
import hashlib
import re
import sys

from jira import Jira, JiraError

FIELDS = ("summary", "description", "environment", "priority", "resolution", "labels", "components",
          "versions", "fixVersions", "issuetype", "status", "parent", "comment", "worklog", "attachment", "issuelinks")
AUTHOR_LINE = re.compile(r"\A_(?P<name>[^\n]*) \((?P<site>[^()\n]+)\), (?P<date>\d{4}-\d\d-\d\d \d\d:\d\d):_"
                         r"(?: \{anchor:valise-[a-z2-7]+-[a-z2-7]+\})?(?:\n|\Z)")
VERSION_ATTRIBUTES = ("description", "released", "archived", "startDate", "releaseDate")

# Of these nobody doubts that they are keys; others may be rewritten or not.
PLAIN_KEY = r"(?<![^\s(])(?:%s)-[1-9]\d{0,11}(?=[,;)\s]|[.!?:]?(?:\s|$))"
LONG_TEXT = 30_900  # keys that would bring a text over 31,000 characters stay words

Comment = collections.namedtuple("Comment", "site author date body")


class Issue:
    """One issue in a form in which two Jiras agree."""

    def __init__(self, key, values, comments, parent, links=(), named=()):
        self.key, self.values, self.comments, self.parent, self.links = key, values, comments, parent, links
        self.named = named  # for each text with keys: the text without them, they, those that are plain keys

    def identity(self):
        values = self.values
        return values["summary"], values["description"], values["issuetype"]

    def content(self):
        return self.values, self.by_site()

    def by_site(self):
        """Comments in order, apart for each site that wrote them."""
        sites = collections.defaultdict(list)
        for comment in self.comments:
            sites[comment.site].append(comment)
        return dict(sites)


class Reader:
    _digests = {}  # of attachments, which never change: by URL

    def __init__(self, url, project, site, peer, token="alice-token", sync_user="valise", peer_project=None):
        self.jira = Jira(url, project, token)
        projects = "|".join(sorted({project, peer_project or project}))
        self.any_key = re.compile(rf"(?<![A-Za-z0-9_])(?:{projects})-\d+")
        self.plain_key = re.compile(PLAIN_KEY % projects)
        self._named = []
        self.site, self.peer, self.sync_user = site, peer, sync_user
        self._names = {}

    def display_name(self, user):
        if user not in self._names:
            try:
                self._names[user] = self.jira.get("/user", username=user)["displayName"]
            except JiraError:
                self._names[user] = "someone"
        return self._names[user]

    def without_keys(self, text):
        """The text with "#" for each key of either project; the keys are noted."""
        keys = tuple(self.any_key.findall(text))
        masked = self.any_key.sub("#", text)
        if keys:
            plain = self.plain_key.findall(text) if len(text) < LONG_TEXT else []
            self._named.append((AUTHOR_LINE.sub("", masked), keys, plain))
        return masked

    def text(self, value):
        return self.without_keys(self.text_with_keys(value))

    def text_with_keys(self, value):
        plain = re.sub(r"\r\n?", "\n", value or "").replace("\0", "")
        plain = re.sub(r"!((?:https?:|ftp:|file:|//)[^\s!|]*)(?:\|[^!\n]*)?!", r"\1", plain, flags=re.I)
        plain = re.sub(r"(?<![{\\])\\?\{(?=html|include|rss|iframe|gadget|sql|script|webpage)", r"\\{", plain, flags=re.I)
        return re.sub(r"\[~([^\]\n]+)\]", lambda m: "@" + re.sub(r"[\[\]]", " ", self.display_name(m[1])), plain)

    def comment(self, raw):
        body = self.text(raw.get("body"))
        line = AUTHOR_LINE.match(body)
        author = raw.get("author") or {}
        if line and author.get("name") == self.sync_user and line["site"] == self.peer:
            return Comment(self.peer, line["name"], line["date"], body[line.end():])
        when = datetime.datetime.strptime(raw["created"], "%Y-%m-%dT%H:%M:%S.%f%z")
        date = when.astimezone(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M")
        name = re.sub(r"[\[\]]", " ", author.get("displayName", ""))
        return Comment(self.site, name or "somebody", date, body)

    def work_log(self, raw):
        when = datetime.datetime.strptime(raw["started"], "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
        return self.comment(dict(raw, body=raw.get("comment"))) + (when, raw["timeSpentSeconds"])

    def work_logs(self, raw):
        listed = raw["fields"].get("worklog") or {}
        logs = listed.get("worklogs", [])
        if listed.get("total", 0) > len(logs):
            logs = self.jira.get(f"/issue/{raw['key']}/worklog")["worklogs"]
        return sorted(self.work_log(one) for one in logs if not one.get("visibility"))

    def digest(self, attachment):
        url = attachment["content"]
        if url not in self._digests:
            self._digests[url] = hashlib.sha256(self.jira.download(url)).hexdigest()
        return self._digests[url]

    def files(self, raw):
        return sorted((one["filename"], one["size"], self.digest(one)) for one in raw["fields"].get("attachment") or [])

    @staticmethod
    def links(raw):
        """Of which this issue is the source: there Jira shows the other end as `outwardIssue`."""
        return sorted((one["type"]["name"], one["outwardIssue"]["key"])
                      for one in raw["fields"].get("issuelinks") or [] if "outwardIssue" in one)

    def project(self):
        """Versions and components by name, with what else they say."""
        def said(one, name):
            value = one.get(name) or None
            return re.sub(r"\r\n?", "\n", value).strip() or None if isinstance(value, str) else value
        versions = {one["name"]: {name: said(one, name) for name in VERSION_ATTRIBUTES}
                    for one in self.jira.get(f"/project/{self.jira.project}/versions")}
        components = {one["name"]: {"description": said(one, "description")}
                      for one in self.jira.get(f"/project/{self.jira.project}/components")}
        return {"version": versions, "component": components}

    def issue(self, raw, has_files=True):
        fields = raw["fields"]

        def named(field):
            return (fields.get(field) or {}).get("name")

        def names(field):
            return sorted(one["name"] for one in fields.get(field) or [])

        self._named = []
        values = {"summary": self.without_keys((fields.get("summary") or "").strip()), "description": self.text(fields.get("description")),
                  "environment": self.text(fields.get("environment")), "priority": named("priority"),
                  "resolution": named("resolution"), "labels": sorted(fields.get("labels") or []),
                  "components": names("components"), "versions": names("versions"),
                  "fixVersions": names("fixVersions"), "issuetype": named("issuetype"), "status": named("status")}
        listed = fields.get("comment") or {}
        comments = listed.get("comments", [])
        if listed.get("total", 0) > len(comments):
            comments = self.jira.comments(raw["key"])
        if has_files:
            values["work logs"] = self.work_logs(raw)
            values["attachments"] = self.files(raw)
        return Issue(raw["key"], values, [self.comment(one) for one in comments if not one.get("visibility")],
                     (fields.get("parent") or {}).get("key"), self.links(raw), self._named)

    def read(self):
        raw = self.jira.search(f"project = {self.jira.project} ORDER BY key ASC", list(FIELDS))
        return [self.issue(one) for one in raw]


class Comparison:
    """Issues of both sides, matched; what differs, in words."""

    def __init__(self, ours, theirs, projects=None, shares_keys=False):
        """`projects`: what both projects say of their versions and components, if that shall be equal too."""
        self.ours, self.theirs, self.shares_keys = ours, theirs, shares_keys
        self.keys = 0
        self.versions = 0
        self.pairs, self.only_ours, self.only_theirs = [], [], []
        self.differences = []
        self._match()
        self.equal_issues = self.equal_comments = self.links = 0
        self.parents = sum(one.parent is not None for one in ours)
        self.work_logs, self.files = (sum(len(one.values[name]) for one in ours) for name in ("work logs", "attachments"))
        self.comments = max(sum(len(one.comments) for one in ours), sum(len(one.comments) for one in theirs))
        partner = {one.key: other.key for one, other in self.pairs}
        for one, other in self.pairs:
            self._compare(one, other, partner)
        if projects:
            self._compare_projects(*projects)
        for side, issues in (("first", self.only_ours), ("second", self.only_theirs)):
            for issue in issues:
                self.differences.append(f"{issue.key}: only in the {side} Jira: {issue.values['summary'][:60]!r}")

    def _match(self):
        """By identity; inside equal identities by equal content first, then as created."""
        buckets = collections.defaultdict(lambda: ([], []))
        for number, side in enumerate((self.ours, self.theirs)):
            for issue in side:
                buckets[issue.identity()][number].append(issue)
        for ours, theirs in buckets.values():
            rest = list(theirs)
            later = []
            for issue in ours:
                same = next((other for other in rest if other.content() == issue.content()), None)
                if same is None:
                    later.append(issue)
                else:
                    rest.remove(same)
                    self.pairs.append((issue, same))
            self.pairs += zip(later, rest)
            self.only_ours += later[len(rest):]
            self.only_theirs += rest[len(later):]
        self._match_leftovers()

    def _match_leftovers(self):
        """Pairs what differs in its very identity, for the report: by summary, else by comments."""
        for same in (lambda a, b: a.values["summary"] == b.values["summary"],
                     lambda a, b: a.comments and a.by_site() == b.by_site(),
                     lambda a, b: a.values["description"] and a.values["description"] == b.values["description"]):
            for issue in list(self.only_ours):
                other = next((one for one in self.only_theirs if same(issue, one)), None)
                if other is not None:
                    self.only_ours.remove(issue)
                    self.only_theirs.remove(other)
                    self.pairs.append((issue, other))

    def _compare(self, one, other, partner):
        found = [f"{name}: {one.values[name]!r:.120} and {other.values[name]!r:.120}"
                 for name in one.values if one.values[name] != other.values[name]]
        links = sorted((kind, partner.get(key)) for kind, key in one.links)
        self.links += len(links)
        if links != other.links:
            only = [set(links) - set(other.links), set(other.links) - set(links)]
            found.append(f"links: {only[0]!r:.120} only here, {only[1]!r:.120} only there")
        if partner.get(one.parent) != other.parent:
            found.append(f"parent: {one.parent} and {other.parent}")
        ours, theirs = one.by_site(), other.by_site()
        for site in sorted(set(ours) | set(theirs)):
            left, right = ours.get(site, []), theirs.get(site, [])
            self.equal_comments += sum(a == b for a, b in zip(left, right))
            if left != right:
                at = next((n for n, (a, b) in enumerate(zip(left, right)) if a != b), min(len(left), len(right)))
                found.append(f"comments of {site}: {len(left)} and {len(right)}, number {at + 1} differs: "
                             f"{left[at:at + 1]!r:.200} and {right[at:at + 1]!r:.200}")
        found += self._compare_keys(one, other, partner)
        self.equal_issues += not found
        if found:
            self.differences.append(f"{one.key} and {other.key}: " + "; ".join(found))

    def _compare_keys(self, one, other, partner):
        """Each key means the same issue as at the other side, or is the same word."""
        back = {there: here for here, there in partner.items()}
        ours = sorted((text, tuple(back.get(key, key) for key in keys)) for text, keys, _ in one.named)
        theirs = sorted((text, tuple(back.get(key, key) for key in keys)) for text, keys, _ in other.named)
        found = [f"keys: {a!r:.120} and {b!r:.120}" for a, b in zip(ours, theirs) if a != b][:1]
        self.keys += sum(len(keys) for _, keys, _ in one.named)
        for issue, foreign in ((one, back), (other, partner)) if self.shares_keys else ():
            late = [key for _, _, keys in issue.named for key in keys if key in foreign and key not in (
                partner if issue is one else back)]
            found += [f"a key of the other side is shown in {issue.key}: {late[0]}"] if late else []
        return found

    def _compare_projects(self, ours, theirs):
        """Of every version and component that an issue of either side holds."""
        for kind, fields in (("version", ("versions", "fixVersions")), ("component", ("components",))):
            held = {name for one in self.ours + self.theirs for field in fields for name in one.values[field]}
            for name in sorted(held):
                self.versions += 1
                said = [project[kind].get(name) for project in (ours, theirs)]
                if said[0] != said[1] or said[0] is None:
                    self.differences.append(f"{kind} {name!r}: {said[0]} and {said[1]}")

    @property
    def total(self):
        return max(len(self.ours), len(self.theirs))

    @property
    def is_equal(self):
        return not self.differences and self.equal_issues == self.total and self.equal_comments == self.comments

    def lines(self):
        return [f"{self.equal_issues} of {self.total} issues equal, with {self.parents} parents, {self.links} links, "
                f"{self.work_logs} work logs and {self.files} attachments",
                f"{self.equal_comments} of {self.comments} comments equal"] + (
                    [f"{self.keys} keys in texts mean the same issues"] if self.shares_keys else []) + (
                    [f"{self.versions} versions and components say the same"] if self.versions else [])


def compare(url, project, site, peer_url, peer_project, peer, has_attributes=False,
            shares_keys=False):
    readers = (Reader(url, project, site, peer, peer_project=peer_project),
               Reader(peer_url, peer_project, peer, site, peer_project=project))
    projects = [reader.project() for reader in readers] if has_attributes else None
    return Comparison(*(reader.read() for reader in readers), projects, shares_keys)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("url", "key", "peer_url", "peer_key"):
        parser.add_argument(name)
    parser.add_argument("--site", default="hq")
    parser.add_argument("--peer", default="field")
    parser.add_argument("--share-keys", action="store_true")
    arguments = parser.parse_args()
    result = compare(arguments.url, arguments.key, arguments.site, arguments.peer_url, arguments.peer_key,
                     arguments.peer, shares_keys=arguments.share_keys)
    for line in result.differences[:50]:
        print(line)
    print("\n".join(result.lines()))
    return 0 if result.is_equal else 1


if __name__ == "__main__":
    sys.exit(main())
