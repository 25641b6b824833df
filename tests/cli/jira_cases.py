"""map suggest and init --from-jira against a Jira that only knows its metadata."""
import http.server
import json
import threading

from cli_site import CONTRACT, TOKEN, TwoSites

CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes:"


def system(name, kind, items=None):
    schema = {"type": kind, "system": name}
    if items:
        schema["items"] = items
    return {"id": name, "name": name.capitalize(), "custom": False, "schema": schema}


def custom(number, name, kind, type_name):
    return {"id": "customfield_%d" % number, "name": name, "custom": True,
            "schema": {"type": kind, "custom": CUSTOM + type_name, "customId": number}}


FIELDS = [system("summary", "string"), system("description", "string"), system("duedate", "date"),
          system("priority", "priority"), system("resolution", "resolution"),
          system("labels", "array", "string"), system("fixVersions", "array", "version"),
          system("versions", "array", "version"),
          custom(10201, "Severity", "option", "select"),
          custom(10202, "Team\u202e", "string", "textfield"),
          {"id": "customfield_10300", "name": "Rank", "custom": True,
           "schema": {"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-lexo-rank",
                      "customId": 10300}}]
TYPES = [{"id": "1", "name": "Bug", "subtask": False}, {"id": "5", "name": "Sub-task", "subtask": True}]


def meta(field):
    row = {"fieldId": field["id"], "name": field["name"], "schema": field["schema"],
           "required": field["name"] in ("Summary", "Team\u202e"), "hasDefaultValue": False,
           "operations": ["set"]}
    if field["name"] == "Severity":
        row["allowedValues"] = [{"id": "1", "value": "Low"}, {"id": "2", "value": "High"},
                                {"id": "3", "value": "Extreme"}]
    return row


def page(values):
    return {"maxResults": 50, "startAt": 0, "total": len(values), "isLast": True, "values": values}


ANSWERS = {
    "/jira/rest/api/2/myself": {"name": "valise", "key": "valise", "displayName": "Valise",
                                "timeZone": "UTC", "active": True},
    "/jira/rest/api/2/project/PROJ": {"id": "10000", "key": "PROJ", "name": "P",
                                      "issueTypes": TYPES},
    "/jira/rest/api/2/project/PROJ/statuses": [
        {"id": "1", "name": "Bug", "subtask": False,
         "statuses": [{"id": "1", "name": "To Do"}, {"id": "2", "name": "Done"},
                      {"id": "3", "name": "Waiting"}]}],
    "/jira/rest/api/2/priority": [{"id": "1", "name": "High"}],
    "/jira/rest/api/2/resolution": [{"id": "1", "name": "Fixed"}],
    "/jira/rest/api/2/field": FIELDS,
    "/jira/rest/api/2/issueLinkType": {"issueLinkTypes": [
        {"id": "1", "name": "Dependency", "inward": "is blocked by", "outward": "blocks"},
        {"id": "2", "name": "Relates", "inward": "relates to", "outward": "relates to"},
        {"id": "3", "name": "Cloners", "inward": "is cloned by", "outward": "clones"}]},
    "/jira/rest/api/2/attachment/meta": {"enabled": True, "uploadLimit": 10485760},
    "/jira/rest/api/2/issue/createmeta/PROJ/issuetypes": page(TYPES),
    "/jira/rest/api/2/issue/createmeta/PROJ/issuetypes/1": page([meta(f) for f in FIELDS]),
    "/jira/rest/api/2/issue/createmeta/PROJ/issuetypes/5": page([meta(f) for f in FIELDS[:2]]),
}
OLD_META = {"projects": [{"id": "10000", "key": "PROJ", "issuetypes": [
    {"id": "1", "name": "Bug", "subtask": False,
     "fields": {f["id"]: dict(meta(f), key=f["id"]) for f in FIELDS}}]}]}


class Jira(http.server.BaseHTTPRequestHandler):
    is_old = False

    def do_GET(self):
        path = self.path.split("?")[0]
        body = ANSWERS.get(path)
        if self.is_old and "/createmeta/" in path:
            body = None
        if self.is_old and path.endswith("/createmeta"):
            body = OLD_META
        status = 200 if body is not None else 404
        if self.headers.get("Authorization") != "Bearer " + TOKEN:
            status = 401
        if status != 200:
            body = {"errorMessages": ["no"], "errors": {}}
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        if status != 401:
            self.send_header("X-AUSERNAME", "valise")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


class Suggest(TwoSites):
    def setUp(self):
        super().setUp()
        Jira.is_old = False
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Jira)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = "http://127.0.0.1:%d/jira" % self.server.server_port

    def init(self, *more):
        return self.hq.valise("init", "--site", "hq", "--jira-url", self.url, "--project", "PROJ",
                              *more)

    def test_a_binding_is_drafted_by_name_and_kind(self):
        self.hq.write("contract.toml", CONTRACT)
        self.init("--contract", "contract.toml")
        for Jira.is_old in (False, True):
            answer = self.hq.valise("map", "suggest")
            self.assertEqual(answer.code, 0, answer.err)
            for line in ('bug = "Bug"', 'open = "To Do"  # guessed: please check',
                         'done = { status = "Done", resolution = "Fixed" }',
                         'summary = "summary"', 'field = "customfield_10201"  # Severity',
                         'values = { low = "Low", high = "High" }'):
                self.assertIn(line + "\n", answer.out)
            self.assertIn("stays at home: \"Waiting\"", answer.out)
            self.assertIn("customfield_10202", answer.out)
            self.assertNotIn("\u202e", answer.out)
        head = self.hq.path("channel.toml").read_text().split("# Drafted")[0]
        self.hq.write("channel.toml", head + answer.out)
        self.assertEqual(self.hq.valise("check-config").code, 0)

    def test_a_flag_is_drafted_with_its_option(self):
        self.hq.write("contract.toml", CONTRACT.replace('kind = "option"\nvalues = ["low", "high"]', 'kind = "flag"'))
        self.init("--contract", "contract.toml")
        whole = ANSWERS["/jira/rest/api/2/issue/createmeta/PROJ/issuetypes/1"]
        self.addCleanup(ANSWERS.update, dict(ANSWERS))
        self.assertIn('values = { true = "Low" }  # guessed: please check\n'
                      '# this Jira has: "Low", "High", "Extreme"\n', self.hq.valise("map", "suggest").out)
        rows = [dict(row, allowedValues=row["allowedValues"][:1]) if "allowedValues" in row else row
                for row in whole["values"]]
        ANSWERS["/jira/rest/api/2/issue/createmeta/PROJ/issuetypes/1"] = page(rows)
        self.assertIn('values = { true = "Low" }\n', self.hq.valise("map", "suggest").out)

    def test_work_logs_attachments_and_links_are_drafted(self):
        self.hq.write("contract.toml", CONTRACT + """[worklogs]
[attachments]
bytes_max = "1GiB"
[links]
types = ["blocks", "is-blocked-by", "relates"]
""")
        self.init("--contract", "contract.toml")
        answer = self.hq.valise("map", "suggest")
        self.assertEqual(answer.code, 0, answer.err)
        for line in ('worklogs = true', 'attachments = true',
                     'blocks = "Dependency"  # guessed: please check', 'relates = "Relates"',
                     '# is-blocked-by = ""  (no link type here is called so)',
                     '# not bound, stays at home: "Cloners"'):
            self.assertIn(line + "\n", answer.out)
        self.assertIn("up to 10MiB", answer.out)
        head = self.hq.path("channel.toml").read_text().split("# Drafted")[0]
        self.hq.write("channel.toml", head + answer.out)
        checked = self.hq.valise("check-config")
        self.assertEqual(checked.code, 0, checked.out)
        for line in ("travels: work logs both ways, public ones only",
                     "travels: attachments both ways, up to 1GiB",
                     "travels: links both ways: blocks, relates",
                     "not bound: link type is-blocked-by"):
            self.assertIn(line + "\n", checked.out)

    def test_a_jira_without_links_and_attachments_is_drafted_without(self):
        whole = dict(ANSWERS)
        self.addCleanup(ANSWERS.update, whole)
        del ANSWERS["/jira/rest/api/2/issueLinkType"]
        ANSWERS["/jira/rest/api/2/attachment/meta"] = {"enabled": False}
        self.assertEqual(self.init("--peer", "field", "--from-jira").code, 0)
        contract = self.hq.path("contract.toml").read_text()
        self.assertIn("[worklogs]", contract)
        self.assertNotIn("[attachments]", contract)
        self.assertNotIn("[links]", contract)
        self.hq.write("contract.toml", contract + "[attachments]\n")
        self.assertIn("attachments = false  # switched off in this Jira\n",
                      self.hq.valise("map", "suggest").out)

    def test_init_from_jira_gives_a_sound_configuration(self):
        answer = self.init("--peer", "field", "--from-jira")
        self.assertEqual(answer.code, 0, answer.err)
        contract = self.hq.path("contract.toml").read_text()
        self.assertIn('[fields.severity]\nkind = "option"\nvalues = ["low", "high", "extreme"]',
                      contract)
        self.assertIn("sub-task = { parent = true }", contract)
        self.assertIn('bytes_max = "10MiB"', contract)
        self.assertIn('types = ["dependency", "relates", "cloners"]', contract)
        checked = self.hq.valise("check-config", "--json")
        self.assertEqual(checked.code, 0, checked.out)
        self.assertEqual(checked.json()["unbound"], [])

    def test_a_contract_is_drafted_where_there_is_none(self):
        self.init("--join")
        answer = self.hq.valise("map", "suggest", "--contract-out", "contract.toml", "--peer", "field")
        self.assertEqual(answer.code, 0, answer.err)
        self.assertEqual(self.hq.valise("map", "suggest").code, 0)
        again = self.hq.valise("map", "suggest", "--contract-out", "contract.toml", "--peer", "x")
        self.refused(again, 73, "VAL-FILE-EXISTS")

    def test_a_wrong_token_and_a_wrong_project_are_named(self):
        self.hq.write("contract.toml", CONTRACT)
        self.init("--contract", "contract.toml")
        self.hq.write("jira-token", "wrong\n")
        self.refused(self.hq.valise("map", "suggest"), 77, "VAL-JIRA-AUTH")
        self.hq.write("jira-token", TOKEN + "\n")
        channel = self.hq.path("channel.toml").read_text()
        self.hq.write("channel.toml", channel.replace('"PROJ"', '"NONE"'))
        self.refused(self.hq.valise("map", "suggest"), 69, "VAL-JIRA-GONE", "NONE")
