"""Fifty issues, both ways: the run for the sanitized build."""
import unittest

import case


class Fifty(case.SyncCase):
    name = "fifty"

    def test_fifty_issues_cross_and_stay_equal(self):
        for number in range(25):
            here = self.hq.jira.create(f"hq {number}", description=f"text {number}\r\nline", labels=[f"l{number % 5}"])
            there = self.field.jira.create(f"field {number}", "Task", priority={"name": "High"})
            if number % 3 == 0:
                self.hq.jira.comment(here, f"comment {number}")
                self.field.jira.comment(there, f"reply {number}")
            if number % 5 == 0:
                self.hq.jira.transition(here, "In Progress")
        result = self.equal(seconds=120)
        self.assertEqual(result.equal_issues, 50)
        for issue in result.ours[::5]:
            self.hq.jira.edit(issue.key, summary=issue.values["summary"] + ", edited")
        self.equal(seconds=120)
        self.assertTrue(all(code in (0, 2) for code in self.pair.stop()), "a clean end")
        for site in self.pair.sites:
            self.assertNotIn("Sanitizer", site.log_text())
            self.assertNotIn("runtime error", site.log_text())


if __name__ == "__main__":
    unittest.main()
