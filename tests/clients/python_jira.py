#!/usr/bin/python3
"""Drives a Jira with Debian's python3-jira: a client whose expectations are not ours.

  python_jira.py URL PROJECT

Creates, searches, transitions, comments, links and reads back; prints a count of what held.
"""
import io
import sys

from jira import JIRA
from jira.exceptions import JIRAError

held = 0


def check(what, fact):
    global held
    if not fact:
        sys.exit(f"python3-jira: {what}: not so")
    held += 1


def parts(jira, admin, project, issue):
    """What hangs on an issue, as this client sends and reads it."""
    data = b"bytes\0\xff\r\n--" * 50000
    added = jira.add_attachment(issue, io.BytesIO(data), filename="gr\u00fc\u00dfe 1.bin")
    check("the attachment's name", added.filename == "gr\u00fc\u00dfe 1.bin")
    check("the attachment's bytes", jira.attachment(added.id).get() == data)
    added.delete()
    check("no attachment any more", jira.issue(issue.key).fields.attachment == [])

    work = jira.add_worklog(issue, timeSpent="1h 30m", adjustEstimate="leave", comment="worked")
    check("the work log", [w.timeSpentSeconds for w in jira.worklogs(issue)] == [5400])
    work.delete(adjustEstimate="leave")
    check("no work log any more", jira.worklogs(issue) == [])

    jira.add_simple_link(issue, {"url": "https://jira.example/browse/GLX-1", "title": "GLX-1"})
    check("the remote link", [r.object.title for r in jira.remote_links(issue)] == ["GLX-1"])

    board = admin.boards(projectKeyOrID=project, type="scrum")[0]
    sprint = admin.create_sprint("S, name=1", board.id)
    jira.add_issues_to_sprint(sprint.id, [issue.key])
    check("the sprint", [i.key for i in jira.search_issues(f"sprint = {sprint.id}")] == [issue.key])


def main():
    url, project = sys.argv[1:3]
    jira = JIRA(server=url, token_auth="valise-token", options={"rest_api_version": "2"})
    check("server says it is not Cloud", jira.server_info()["deploymentType"] == "Server")
    check("the token's user", jira.myself()["name"] == "valise")
    check("the project is listed", project in [p.key for p in jira.projects()])
    check("fields are listed", any(f["id"] == "summary" for f in jira.fields()))

    issue = jira.create_issue(project=project, summary="From python", description="one\r\ntwo",
                              issuetype={"name": "Bug"}, labels=["python", "client"])
    check("key", issue.key.startswith(project + "-"))
    check("labels come back sorted", issue.fields.labels == ["client", "python"])
    check("CRLF stays", issue.fields.description == "one\r\ntwo")

    issue.update(summary="From python, edited", priority={"name": "High"})
    check("edited", jira.issue(issue.key).fields.summary == "From python, edited")
    try:
        issue.update(fields={"resolution": {"name": "Fixed"}})
        check("resolution is not on the edit screen", False)
    except JIRAError as error:
        check("refused with the field's name", error.status_code == 400 and "appropriate screen" in error.response.text)

    found = jira.search_issues(f'project = {project} AND labels = "client" ORDER BY key DESC')
    check("found by label", issue.key in [i.key for i in found])
    try:
        jira.search_issues("nonsense = 1")
        check("unknown field in JQL", False)
    except JIRAError as error:
        check("unknown field in JQL is told", error.status_code == 400 and "nonsense" in error.text)

    comment = jira.add_comment(issue, "A comment\r\nof two lines")
    comment.update(body="Edited")
    check("comment edited", [c.body for c in jira.comments(issue)] == ["Edited"])

    names = {t["name"]: t["id"] for t in jira.transitions(issue)}
    check("transitions of an open issue", {"Start Progress", "Resolve Issue", "Close Issue"} <= set(names))
    # By name: given an id, this client sends it as a number, which no description allows.
    jira.transition_issue(issue, "Resolve Issue", resolution={"name": "Fixed"}, comment="Done")
    issue = jira.issue(issue.key, expand="changelog")
    check("resolved", issue.fields.status.name == "Resolved" and issue.fields.resolution.name == "Fixed")
    check("resolution date", issue.fields.resolutiondate is not None)
    check("history", issue.changelog.histories[-1].items[-1].toString == "Resolved")
    check("comment of the transition", [c.body for c in jira.comments(issue)][-1] == "Done")

    parts(jira, JIRA(server=url, token_auth="admin-token"), project, issue)

    other = jira.create_issue(project=project, summary="Other", issuetype={"name": "Task"})
    jira.create_issue_link("Blocks", issue.key, other.key)
    check("the inward issue is the source",
          jira.issue(issue.key).fields.issuelinks[0].outwardIssue.key == other.key)

    jira.assign_issue(other, "alice")
    check("assigned", jira.issue(other.key).fields.assignee.name == "alice")
    check("users are found", [u.name for u in jira.search_users("alice")] == ["alice"])
    version_names = [v.name for v in jira.project_versions(project)]
    admin = JIRA(server=url, token_auth="admin-token")
    admin.create_version("7.0 client", project)
    check("a new version", len(jira.project_versions(project)) == len(version_names) + 1)
    admin.issue(other.key).delete()
    try:
        jira.issue(other.key)
        check("deleted", False)
    except JIRAError as error:
        check("deleted is 404", error.status_code == 404)
    print(f"python3-jira: {held} checks held")


main()
