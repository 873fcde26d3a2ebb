"""The dashboard in a real headless Chromium: a campaign of 38 countries that fills before a person's eyes, every page of it, what a person
does there, a restart of the daemon, and hostile text in every field. Pictures of every view go into the build folder (`shots`)."""
import os
import shutil
import subprocess
import unittest

from kontor_daemon import BINARY, SOURCE, DaemonTest, load_demo_data

NODE = os.environ.get("KONTOR_NODE") or "node"
DASHBOARD = os.path.join(SOURCE, "daemon/dashboard")
SHOTS = os.environ.get("KONTOR_SHOTS") or os.path.join(os.path.dirname(BINARY), "shots")
COUNTRIES = 38
# 100 labelled and 200 sold items per country.
ITEMS = COUNTRIES * 300
LARGE = 100_000


class Browser(DaemonTest):
    def setUp(self):
        # The build of the page installs them by the lock file; a tree that was built elsewhere may lack them.
        if not os.path.isdir(os.path.join(DASHBOARD, "node_modules/playwright-core")):
            npm = shutil.which("npm")
            self.assertIsNotNone(npm, "npm is needed to install the page's packages")
            subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=DASHBOARD, check=True, timeout=300)

    def browse(self, daemon, script, *arguments):
        """Runs a script to its end; restarts the daemon when the script asks for it."""
        command = [NODE, os.path.join(SOURCE, "tests/e2e/browser", script), "--url", f"http://127.0.0.1:{daemon.port}", "--shots", SHOTS, *arguments]
        with subprocess.Popen(command, env={**os.environ, "KONTOR_TOKEN": daemon.token}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as browser:
            self.addCleanup(browser.kill)
            for line in browser.stdout:
                print(line, end="", flush=True)
                if line.strip() == "RESTART":
                    self.assertEqual(daemon.stop(), 0)
                    daemon.start()
            self.assertEqual(browser.wait(30), 0, "a check failed, see above")

    def test_the_grid_fills_before_a_person_s_eyes(self):
        daemon = self.make_daemon()
        load_demo_data(daemon, ITEMS)
        daemon.start()
        run = daemon.submit("train", {"trials": 2, "period": "2026-11"})
        self.browse(daemon, "grid.mjs", "--countries", str(COUNTRIES))
        # What the page showed is what the daemon says.
        self.assertEqual(daemon.wait_campaign(run["correlation"], 60), "succeeded")
        self.assertEqual(len(daemon.items(f"/v1/predictions?correlation={run['correlation']}")), COUNTRIES)
        self.assertEqual(daemon.stop(), 0)

    def test_a_person_works_and_hostile_text_does_nothing(self):
        # A program keeps a core busy as far as the daemon knows: room for the countries that are held.
        config = self.write("kontor.yaml", "cores: 4\n")
        daemon = self.start_daemon(arguments=["--config", config], workflows=self.empty_folder())
        daemon.deploy("large", "workflow: large\ntasks:\n  one: {uses: noop}\n")
        large = daemon.submit("large")["id"]
        daemon.wait_run(large)
        daemon.sql(
            f"insert into task_done (id, run, started_at, finished_at, attempts, state, task, country, item, reason) "
            f"select 1000000000 + n, {large}, now() - interval '1 h' + n * interval '30 ms', now() - interval '1 h' + n * interval '31 ms', 1, "
            f"'succeeded', 'one', '', 'item ' || n, '' from generate_series(1, {LARGE - 1}) n"
        )
        self.browse(daemon, "actions.mjs", "--folder", self.folder, "--large", str(large))
        self.assertEqual(daemon.stop(), 0)

    def empty_folder(self):
        path = os.path.join(self.folder, "no-workflows")
        os.makedirs(path, exist_ok=True)
        self.write("no-workflows/broken.yaml", "workflow: broken\ntasks: {x: {uses: '<img src=x onerror=\"kontorHacked=1\">'}}\n")
        return path


if __name__ == "__main__":
    unittest.main(verbosity=2)
