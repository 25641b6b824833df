#!/usr/bin/env python3
"""Drives the built program: cli_test.py VALISE FIXTURE [unittest arguments]."""
import sys
import unittest

if __name__ == "__main__":
    import cli_site
    cli_site.VALISE, cli_site.FIXTURE = sys.argv[1], sys.argv[2]
    loader = unittest.TestLoader()
    suite = unittest.TestSuite()
    for name in ("config_cases", "pairing_cases", "reading_cases", "jira_cases",
                 "terminal_cases"):
        suite.addTests(loader.loadTestsFromName(name))
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    sys.exit(0 if result.wasSuccessful() else 1)
