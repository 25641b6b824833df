"""kill -9 at random moments while people edit: nothing lost, nothing twice."""
import os
import random
import time
import unittest

import case

KILLS = int(os.environ.get("VALISE_KILLS", "24"))


class Kill(case.SyncCase):
    name = "kill"

    def test_agents_are_killed_at_random_moments(self):
        seed = int(os.environ.get("VALISE_SEED", "11"))
        print(f"kill: seed {seed}, {KILLS} kills")
        chance = random.Random(seed)
        issues = [[], []]
        for number in range(KILLS):
            for side, site in enumerate(self.pair.sites):
                self.edit(chance, site, issues[side], f"{site.name} {number}")
            victim = chance.choice(self.pair.sites)
            self.assertIsNone(victim.agent.poll(), f"{victim.name} ended by itself:\n{victim.log_text()[-2000:]}")
            # The moment is the test: anywhere between two commits.
            time.sleep(chance.uniform(0, 1.5))
            victim.kill()
            victim.start()
        result = self.equal(seconds=180)
        for site in self.pair.sites:
            summaries = [one["fields"]["summary"] for one in site.jira.all_issues()]
            self.assertEqual(len(summaries), len(set(summaries)), "an issue is there twice")
        bodies = [comment.body for issue in result.ours for comment in issue.comments]
        self.assertEqual(len(bodies), len(set(bodies)), "a comment is there twice")
        print(f"kill: {result.total} issues and {result.comments} comments equal after {KILLS} kills")

    @staticmethod
    def edit(chance, site, issues, name):
        if not issues or chance.random() < 0.5:
            issues.append(site.jira.create(f"issue of {name}", description=f"of {name}"))
        site.jira.comment(chance.choice(issues), f"comment of {name}")
        site.jira.edit(chance.choice(issues), description=f"edited: {name}")
        if chance.random() < 0.3:
            site.jira.transition_anywhere(chance.choice(issues), chance)


if __name__ == "__main__":
    unittest.main()
