"""Versions and components: made, ignored or held where they are missing, and their attributes both ways."""
import json
import unittest

import case

ATTRIBUTES = ("released", "archived", "startDate", "releaseDate", "description")


def contract(draft):
    """Versions with all they say; components with their description, and HQ's word on it."""
    versions = ('[fields.fix-versions]\nattributes = ["released", "release-date", "start-date", "description", '
                '"archived"]\n')
    parts = '[fields.components]\nattributes = ["description"]\nconflict = "hq"\n'
    return draft.replace("[fields.fix-versions]\n", versions).replace("[fields.components]\n", parts)


class VersionCase(case.SyncCase):
    starts = False
    missing = ("create", "create")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for site, missing in zip((cls.hq, cls.field), cls.missing):
            for name, field in (("fix-versions", "fixVersions"), ("affects-versions", "versions"),
                                ("components", "components")):
                site.bind(name, field, missing)
            site.cli("check-config")
            if missing == "create":
                site.permit("ADMINISTER_PROJECTS")
        cls.pair.start()

    @staticmethod
    def make(site, name, kind="version", **attributes):
        admin = site.jira.as_user("admin-token")
        return admin.call("POST", "/" + kind, dict(attributes, name=name, project=site.jira.project))["id"]

    @staticmethod
    def change(site, number, kind="version", **attributes):
        site.jira.as_user("admin-token").call("PUT", f"/{kind}/{number}", attributes)

    @staticmethod
    def listed(site, kind="versions"):
        return site.jira.get(f"/project/{site.jira.project}/{kind}")

    def named(self, site, name, kind="versions"):
        found = [one for one in self.listed(site, kind) if one["name"] == name]
        self.assertLess(len(found), 2, f"{name} is there {len(found)} times at {site.name}")
        return found[0] if found else None

    def says(self, site, name, attributes, kind="versions"):
        """Waits until the version is there once and says just that; what is not named is not set."""
        wanted = {key: attributes.get(key) for key in ATTRIBUTES}

        def shown():
            one = self.named(site, name, kind) or {}
            return one and {key: one.get(key) or None for key in ATTRIBUTES} == wanted
        self.wait(shown, what=f"{name} at {site.name} says {attributes}, not {self.named(site, name, kind)}")

    def queue(self, site):
        return [json.loads(line) for line in site.cli("--json", "queue").stdout.splitlines()]


class Created(VersionCase):
    """Each site makes what it lacks."""
    name = "versions"
    options = {"record": True, "edit_contract": contract}

    def test_a_missing_version_is_made_with_its_attributes_which_then_follow_both_ways(self):
        number = self.make(self.hq, "1.0", description="first", released=True, startDate="2031-01-02",
                           releaseDate="2031-03-04")
        self.make(self.hq, "Pump", "component", description="moves water")
        self.make(self.hq, "not shared", description="CANARY")
        self.hq.jira.create("of a version", fixVersions=[{"name": "1.0"}], components=[{"name": "Pump"}],
                            versions=[{"name": "1.0"}])
        there = self.only(self.field, "of a version")
        self.shows(self.field, there, {"fixVersions": ["1.0"], "versions": ["1.0"], "components": ["Pump"]})
        said = {"description": "first", "released": True, "startDate": "2031-01-02", "releaseDate": "2031-03-04"}
        self.says(self.field, "1.0", said)
        self.says(self.field, "Pump", {"description": "moves water"}, "components")
        self.change(self.hq, number, releaseDate="2031-03-05", description="again")
        said |= {"releaseDate": "2031-03-05", "description": "again"}
        self.says(self.field, "1.0", said)
        self.change(self.field, self.named(self.field, "1.0")["id"], archived=True, startDate=None, released=False)
        said |= {"archived": True, "startDate": None, "released": None}
        self.says(self.hq, "1.0", said)
        self.says(self.field, "1.0", said)
        self.change(self.field, self.named(self.field, "Pump", "components")["id"], "component", description="")
        self.says(self.hq, "Pump", {}, "components")
        self.assertIsNone(self.named(self.field, "not shared"), "no shared issue ever held it")
        self.equal()

    def test_both_sites_make_the_same_name_at_once(self):
        for site, text in ((self.hq, "from hq"), (self.field, "from field")):
            self.make(site, "twin", description=text)
        self.hq.jira.create("twin of hq", fixVersions=[{"name": "twin"}])
        self.field.jira.create("twin of field", fixVersions=[{"name": "twin"}])
        self.shows(self.field, self.only(self.field, "twin of hq"), {"fixVersions": ["twin"]})
        self.shows(self.hq, self.only(self.hq, "twin of field"), {"fixVersions": ["twin"]})

        def agreed():
            said = [self.named(site, "twin")["description"] for site in self.pair.sites]
            return said[0] == said[1] and said[0]
        self.assertIn(self.wait(agreed, what="one description"), ("from hq", "from field"))

    def test_a_rename_loses_and_doubles_nothing(self):
        """It moves no issue's `updated` (pitfall 8)."""
        number = self.make(self.hq, "old name", description="kept")
        here = self.hq.jira.create("renamed", fixVersions=[{"name": "old name"}])
        there = self.only(self.field, "renamed")
        self.shows(self.field, there, {"fixVersions": ["old name"]})
        self.change(self.hq, number, name="new name")
        self.shows(self.field, there, {"fixVersions": ["new name"]})
        self.says(self.field, "new name", {"description": "kept"})
        self.shows(self.hq, here, {"fixVersions": ["new name"]})
        self.assertIsNotNone(self.named(self.field, "old name"), "nothing is deleted at the peer")
        self.assertIsNone(self.named(self.hq, "old name"))

    def test_a_lost_answer_makes_no_second_version(self):
        self.make(self.hq, "lost", releaseDate="2032-01-01")
        self.field.jira.faults({"method": "POST", "path": "/version", "fault": "cut_after", "limit": 1, "every": 1})
        self.hq.jira.create("lost answer", fixVersions=[{"name": "lost"}])
        self.shows(self.field, self.only(self.field, "lost answer"), {"fixVersions": ["lost"]})
        self.says(self.field, "lost", {"releaseDate": "2032-01-01"})
        self.assertGreaterEqual(sum(self.field.jira.stats()["faults"].values()), 1)

    def test_what_jira_refuses_to_make_is_held_for_that_name_only_and_goes_on_after_retry(self):
        self.field.permit("ADMINISTER_PROJECTS", "revoke")
        self.addCleanup(self.field.permit, "ADMINISTER_PROJECTS")
        self.make(self.hq, "forbidden")
        self.hq.jira.create("not permitted", fixVersions=[{"name": "forbidden"}], labels=["on"])
        there = self.only(self.field, "not permitted")
        self.shows(self.field, there, {"labels": ["on"], "fixVersions": []})
        held = self.wait(lambda: [one for one in self.queue(self.field) if "forbidden" in json.dumps(one)],
                         what="the hold")
        self.assertIn("missing:forbidden", json.dumps(held))
        self.field.permit("ADMINISTER_PROJECTS")
        self.field.cli("retry", "all")
        self.shows(self.field, there, {"fixVersions": ["forbidden"]})


class Missing(VersionCase):
    """HQ holds what it lacks, FIELD goes without."""
    name = "missing"
    options = {"record": True, "edit_contract": contract}
    missing = ("hold", "ignore")

    def test_an_ignored_name_is_listed_once_and_never_leaves_as_a_deletion(self):
        self.make(self.hq, "here only", released=True)
        here = self.hq.jira.create("ignored", fixVersions=[{"name": "here only"}])
        there = self.only(self.field, "ignored")
        self.wait(lambda: any(one["kind"] == "ignored" for one in self.queue(self.field)), what="it is listed")
        self.field.jira.edit(there, description="an edit at the field")
        self.shows(self.hq, here, {"description": "an edit at the field", "fixVersions": ["here only"]})
        self.shows(self.field, there, {"fixVersions": []})
        self.assertIsNone(self.named(self.field, "here only"))
        listed = [one for one in self.queue(self.field) if one["kind"] == "ignored"]
        self.assertEqual(len(listed), 1, listed)

    def test_a_held_name_holds_only_itself_and_goes_on_when_it_is_made_by_hand(self):
        self.make(self.field, "field's", releaseDate="2033-04-05")
        self.make(self.field, "Valve", "component")
        self.make(self.hq, "Valve", "component")
        self.field.jira.create("held", fixVersions=[{"name": "field's"}], components=[{"name": "Valve"}])
        here = self.only(self.hq, "held")
        self.shows(self.hq, here, {"components": ["Valve"], "fixVersions": []})
        self.wait(lambda: any("missing" in json.dumps(one) for one in self.queue(self.hq)), what="the hold")
        self.make(self.hq, "field's")
        self.shows(self.hq, here, {"fixVersions": ["field's"]})


if __name__ == "__main__":
    unittest.main()
