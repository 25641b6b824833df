"""A Jira as an ordinary user sees it: REST over one kept connection. Shares nothing with the agent."""
import http.client
import json
import time
import urllib.parse
import uuid


class JiraError(Exception):
    def __init__(self, status, text):
        super().__init__(f"HTTP {status}: {text[:300]}")
        self.status = status


class Jira:
    def __init__(self, url, project, token="alice-token"):
        self.url, self.project, self.token = url, project, token
        parts = urllib.parse.urlsplit(url)
        self.context = parts.path
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)

    def __del__(self):
        self._connection.close()

    def as_user(self, token):
        return Jira(self.url, self.project, token)

    def raw(self, method, path, body=None, data=None, content_type="application/json"):
        if body is not None:
            data = json.dumps(body).encode()
        status, content = self.exchange(method, path, data, content_type)
        return status, content.decode("utf-8")

    def exchange(self, method, path, data=None, content_type="application/json"):
        headers = {"Authorization": "Bearer " + self.token, "Accept": "*/*", "X-Atlassian-Token": "no-check"}
        if data is not None:
            headers["Content-Type"] = content_type
        for attempt in (0, 1):
            try:
                self._connection.request(method, self.context + path, data, headers)
                answer = self._connection.getresponse()
                return answer.status, answer.read()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self._connection.close()  # an idle connection that the server had closed
                if attempt:
                    raise
        raise AssertionError("unreachable")

    def call(self, method, path, body=None):
        status, text = self.raw(method, "/rest/api/2" + path, body)
        if status >= 300:
            raise JiraError(status, text)
        return json.loads(text) if text else None

    def get(self, path, **query):
        return self.call("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    # --- issues ---
    def create(self, summary, type_name="Bug", **fields):
        body = {"project": {"key": self.project}, "issuetype": {"name": type_name}, "summary": summary}
        body.update(fields)
        return self.call("POST", "/issue", {"fields": body})["key"]

    def edit(self, key, **fields):
        self.call("PUT", f"/issue/{key}", {"fields": fields})

    def update(self, key, **operations):
        self.call("PUT", f"/issue/{key}", {"update": operations})

    def issue(self, key, fields="*all"):
        return self.get(f"/issue/{key}", fields=fields)["fields"]

    def transition(self, key, name, **fields):
        offered = self.get(f"/issue/{key}/transitions")["transitions"]
        chosen = [one for one in offered if name in (one["name"], one["to"]["name"])]
        if not chosen:
            raise JiraError(0, f"{key} offers no transition {name}: {[one['name'] for one in offered]}")
        body = {"transition": {"id": chosen[0]["id"]}}
        if fields:
            body["fields"] = fields
        self.call("POST", f"/issue/{key}/transitions", body)

    def transition_anywhere(self, key, chance):
        """One of the transitions that the workflow offers now, with a resolution where it asks for one."""
        offered = self.get(f"/issue/{key}/transitions", expand="transitions.fields")["transitions"]
        if not offered:
            return
        chosen = chance.choice(offered)
        body = {"transition": {"id": chosen["id"]}}
        wanted = chosen.get("fields", {}).get("resolution")
        if wanted and wanted["required"]:
            body["fields"] = {"resolution": {"name": chance.choice(wanted["allowedValues"])["name"]}}
        self.call("POST", f"/issue/{key}/transitions", body)

    def comment(self, key, text, **more):
        return self.call("POST", f"/issue/{key}/comment", dict({"body": text}, **more))["id"]

    def edit_comment(self, key, comment, text):
        self.call("PUT", f"/issue/{key}/comment/{comment}", {"body": text})

    def delete_comment(self, key, comment):
        self.call("DELETE", f"/issue/{key}/comment/{comment}")

    def comments(self, key):
        return self.get(f"/issue/{key}/comment", maxResults=1000)["comments"]

    # --- what hangs on an issue ---
    def work_log(self, key, text, started, seconds):
        return self.call("POST", f"/issue/{key}/worklog?adjustEstimate=leave",
                         {"comment": text, "started": started, "timeSpentSeconds": seconds})["id"]

    def edit_work_log(self, key, work_log, **fields):
        self.call("PUT", f"/issue/{key}/worklog/{work_log}?adjustEstimate=leave", fields)

    def delete_work_log(self, key, work_log):
        self.call("DELETE", f"/issue/{key}/worklog/{work_log}?adjustEstimate=leave")

    def work_logs(self, key):
        return self.get(f"/issue/{key}/worklog")["worklogs"]

    def attach(self, key, name, content):
        """One file; its name raw in UTF-8, as browsers send it (RFC 7578, not RFC 2231)."""
        mark = uuid.uuid4().hex
        head = (f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n").encode()
        status, text = self.raw("POST", f"/rest/api/2/issue/{key}/attachments",
                                data=head + content + f"\r\n--{mark}--\r\n".encode(),
                                content_type=f"multipart/form-data; boundary={mark}")
        if status != 200:
            raise JiraError(status, text)
        return json.loads(text)[0]["id"]

    def delete_attachment(self, attachment):
        self.call("DELETE", f"/attachment/{attachment}")

    def download(self, url):
        """The bytes of an attachment; its URL may name another host (pitfall 15)."""
        path = urllib.parse.urlsplit(url).path
        status, content = self.exchange("GET", path[len(self.context):])
        if status != 200:
            raise JiraError(status, content.decode("utf-8", "replace"))
        return content

    def link(self, kind, source, target):
        self.call("POST", "/issueLink", {"type": {"name": kind}, "inwardIssue": {"key": source},
                                         "outwardIssue": {"key": target}})

    def delete_link(self, link):
        self.call("DELETE", f"/issueLink/{link}")

    def search(self, jql, fields, page=200):
        found = []
        while True:
            answer = self.call("POST", "/search", {"jql": jql, "fields": fields, "startAt": len(found),
                                                   "maxResults": page})
            found += answer["issues"]
            if not answer["issues"] or len(found) >= answer["total"]:
                return found

    def all_issues(self, fields=("summary",)):
        return self.search(f"project = {self.project} ORDER BY key ASC", list(fields))

    def keys_of(self, summary):
        """Keys of the issues with exactly this summary."""
        return [one["key"] for one in self.all_issues() if one["fields"]["summary"] == summary]

    # --- the stand-in's own controls ---
    def stats(self):
        return json.loads(self.raw("GET", "/standin/stats")[1])

    def faults(self, *rules, **plan):
        status, text = self.raw("POST", "/standin/faults", dict({"rules": list(rules)}, **plan))
        if status != 200:
            raise JiraError(status, text)

    def do(self, verb, **members):
        """What people do outside REST: see tests/standin/README.md."""
        status, text = self.raw("POST", "/standin/do", dict({"do": verb}, **members))
        if status != 200:
            raise JiraError(status, text)

    def refuse(self, field, part, message):
        status, text = self.raw("POST", "/standin/refuse", {"field": field, "part": part, "message": message})
        if status != 200:
            raise JiraError(status, text)


def wait_until(check, seconds, what, every=0.2):
    """Polls until check() is true and gives that; what it last said is in the error."""
    end = time.monotonic() + seconds
    last = None
    while True:
        try:
            last = check()
        except (JiraError, OSError, http.client.HTTPException, ValueError) as error:  # injected faults hit us too
            last = None
            why = error
        else:
            why = last
        if last:
            return last
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what} (last: {why})")
        time.sleep(every)
