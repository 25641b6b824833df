"""A new contract on a living channel: proposed, accepted, rejected, by both at once, over restarts."""
import json
import re

import case

ENVIRONMENT = '\n[fields.environment]\nkind = "text"\n'


def without_environment(contract):
    """The drafted contract without the field that a later one brings."""
    return contract.replace(ENVIRONMENT, "\n")


class Contract(case.SyncCase):
    name = "contract"
    options = {"edit_contract": without_environment}

    def text(self, site):
        return (site.folder / "contract.toml").read_text()

    def next_of(self, site, add="", drop=""):
        """The contract after this one, as a file of that site."""
        text = self.text(site)
        version = int(re.search(r"(?m)^version = (\d+)", text)[1])
        self.assertIn(drop, text)
        text = text.replace(f"version = {version}", f"version = {version + 1}").replace(drop, "") + add
        file = site.folder / "next.toml"
        file.write_text(text)
        return file, version + 1, text

    def states(self, site):
        shown = json.loads(site.cli("contract", "show", "--json").stdout)["contracts"]
        return {(one["version"], one["own"]): one["state"] for one in shown}

    def in_force(self, site):
        return max(version for (version, _), state in self.states(site).items() if state == "in force")

    def pending(self, site, state="proposed by the peer"):
        return self.wait(lambda: state in self.states(site).values(), what=f"{state} at {site.name}")

    def propose(self, site, **change):
        file, version, text = self.next_of(site, **change)
        site.cli("contract", "propose", str(file), "--yes")
        return version, text

    def agreed(self, version, text):
        for site in self.pair.sites:
            self.wait(lambda site=site: self.in_force(site) == version, what=f"version {version} at {site.name}")
            self.wait(lambda site=site: self.text(site) == text, what=f"{site.name}'s contract file")
        self.assertEqual(self.text(self.hq), self.text(self.field))

    def bind_environment(self, site):
        text = site.config.read_text()
        if "environment = " not in text:
            site.config.write_text(text.replace("[bind.fields]\n", '[bind.fields]\nenvironment = "environment"\n', 1))

    def test_a_field_comes_and_goes_while_traffic_goes_on(self):
        jira = self.hq.jira
        key = jira.create("before", environment="the old hangar")
        there = self.only(self.field, "before")
        self.field.jira.edit(there, environment="")
        file, _, _ = self.next_of(self.hq, add=ENVIRONMENT)
        said = self.hq.cli("contract", "propose", str(file), codes=(1,)).stderr  # nobody there to say yes
        self.assertIn("nothing was done", said)
        version, text = self.propose(self.hq, add=ENVIRONMENT)
        self.pending(self.field)
        # While it waits, its words in a binding are no mistake, and traffic goes on.
        for site in self.pair.sites:
            self.bind_environment(site)
            self.assertIn("look: ", site.cli("check-config").stdout)
        jira.edit(key, summary="before, edited meanwhile")
        self.shows(self.field, there, {"summary": "before, edited meanwhile"})
        self.assertIsNone(self.field.jira.issue(there)["environment"])
        said = self.field.cli("contract", "show").stdout
        self.assertIn("+ field environment (text)", said)
        self.assertIn("valise contract show", self.field.cli("status", codes=(0, 2)).stdout)
        self.field.cli("contract", "accept", "--yes")
        self.agreed(version, text)
        self.shows(self.field, there, {"environment": "the old hangar"})
        self.field.jira.edit(there, environment="the new hangar")
        self.shows(self.hq, key, {"environment": "the new hangar"})
        # And it goes again: what it held stays in both Jiras, edits of it stay at home.
        version, text = self.propose(self.field, drop=ENVIRONMENT)
        self.pending(self.hq)
        self.hq.cli("contract", "accept", "--yes")
        self.agreed(version, text)
        jira.edit(key, environment="nobody's business", summary="after")
        self.shows(self.field, there, {"summary": "after"})
        self.assertEqual(self.field.jira.issue(there)["environment"], "the new hangar")
        for site in self.pair.sites:
            self.assertEqual(site.log_text().count("quarantined"), 0)

    def test_what_is_rejected_changes_nothing_and_may_be_proposed_again(self):
        before = self.text(self.hq)
        version, text = self.propose(self.hq, add='\n[fields.link]\nkind = "url"\n')
        self.pending(self.field)
        self.field.cli("contract", "reject")
        self.wait(lambda: self.states(self.hq)[(version, True)] == "rejected", what="HQ hears of it")
        self.assertEqual(self.text(self.hq), before)
        self.propose(self.hq, add='\n[fields.link]\nkind = "url"\n')
        self.pending(self.field)
        self.hq.cli("contract", "reject")  # asked back
        for site in self.pair.sites:
            self.wait(lambda site=site: "rejected" in self.states(site).values()
                      and not any("proposed" in one for one in self.states(site).values()), what="withdrawn")
        self.assertEqual(self.text(self.field), before)

    def test_of_two_at_once_that_of_the_site_named_first_stands(self):
        for site in self.pair.sites:
            site.stop()
        version, text = self.propose(self.hq, add='\n[fields.from-hq]\nkind = "line"\n')
        self.propose(self.field, add='\n[fields.from-field]\nkind = "line"\n')
        self.pair.start()
        self.pending(self.hq, "proposed by the peer, waits for the other proposal")
        self.pending(self.field)
        refused = self.hq.cli("contract", "accept", "--yes", codes=(78,))
        self.assertIn("no proposal of the peer waits", refused.stderr)
        self.field.cli("contract", "accept", "--yes")
        self.agreed(version, text)
        self.assertEqual(self.states(self.field)[(version, True)], "superseded")

    def test_agents_restart_between_every_step(self):
        def restart():
            for site in self.pair.sites:
                site.kill()
                site.start()
        version, text = self.propose(self.hq, add='\n[fields.later]\nkind = "line"\n')
        restart()
        self.pending(self.field)
        restart()
        self.field.cli("contract", "accept", "--yes")
        restart()
        self.agreed(version, text)
        restart()
        self.hq.jira.create("under the new one")
        self.only(self.field, "under the new one")

    def test_what_would_change_the_meaning_of_a_name_is_refused(self):
        file, _, text = self.next_of(self.hq)
        for old, new, why in (('[fields.due]\n# here: Due Date\nkind = "date"', '[fields.due]\nkind = "line"', "field due has another kind"),
                              ('default = "newest"', 'default = "hq"', "conflict rule"),
                              ('bug = {}\n', '', "type bug is gone"),
                              ('sites = ["hq", "field"]', 'sites = ["field", "hq"]', "sites"),
                              (f"version = ", "version = 1", "version must be")):
            self.assertIn(old, text)
            spoilt = text.replace(old, new, 1)
            file.write_text(spoilt.replace('"bug", ', "") if "bug" in old else spoilt)  # out of fields' types, too
            refused = self.hq.cli("contract", "propose", str(file), "--yes", codes=(78,))
            self.assertIn(why, refused.stderr)
        file.write_text("name = ")
        self.hq.cli("contract", "propose", str(file), "--yes", codes=(78,))
