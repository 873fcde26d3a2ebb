"""A campaign of 38 countries in the daemon, and a real headless Chromium that sees its grid fill and walks through every page."""
import os
import shutil
import subprocess
import unittest

from kontor_daemon import SOURCE, DaemonTest, load_demo_data

NODE = os.environ.get("KONTOR_NODE") or "node"
DASHBOARD = os.path.join(SOURCE, "daemon/dashboard")
COUNTRIES = 38
# 100 labelled and 200 sold items per country.
ITEMS = COUNTRIES * 300


class Browser(DaemonTest):
    def setUp(self):
        # The build of the page installs them by the lock file; a tree that was built elsewhere may lack them.
        if not os.path.isdir(os.path.join(DASHBOARD, "node_modules/playwright-core")):
            npm = shutil.which("npm")
            self.assertIsNotNone(npm, "npm is needed to install the page's packages")
            subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=DASHBOARD, check=True, timeout=300)

    def test_the_grid_fills_before_a_person_s_eyes(self):
        daemon = self.make_daemon()
        load_demo_data(daemon, ITEMS)
        daemon.start()
        run = daemon.submit("train", {"trials": 2, "period": "2026-11"})
        shots = os.environ.get("KONTOR_SHOTS") or os.path.join(self.folder, "shots")
        seen = subprocess.run(
            [NODE, os.path.join(SOURCE, "tests/e2e/browser/grid.mjs"), "--url", f"http://127.0.0.1:{daemon.port}",
             "--countries", str(COUNTRIES), "--timeout", "300", "--shots", shots],
            env={**os.environ, "KONTOR_TOKEN": daemon.token}, capture_output=True, text=True, timeout=600, check=False,
        )
        print(seen.stdout, flush=True)
        self.assertEqual(seen.returncode, 0, seen.stdout + seen.stderr)
        # What the page showed is what the daemon says.
        self.assertEqual(daemon.wait_campaign(run["correlation"], 60), "succeeded")
        self.assertEqual(len(daemon.items(f"/v1/predictions?correlation={run['correlation']}")), COUNTRIES)
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
