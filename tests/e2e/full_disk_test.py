"""A disk that is full while the daemon works: it says so, loses nothing and goes on once there is room; a demo that is to end by itself ends.

The small disk is a tmpfs of the test's own. Who may not mount gets it in a user and mount namespace.
"""
import os
import subprocess
import sys
import unittest

import kontor_daemon
from kontor_daemon import DaemonTest, load_demo_data, run_program, wait_for

COUNTRIES = ["DE", "FR", "LU", "NO", "PL", "SE"]
PARAMS = {"countries": COUNTRIES, "trials": 6, "period": "2026-11"}
ITEMS = 38 * 900
# A cluster and a campaign of these take less.
ROOMY = "300m"
# The cluster and the demo's data fit, its campaign does not.
TOO_SMALL_FOR_A_DEMO = "100m"
CAMPAIGN_SECONDS = 180


class FullDisk(DaemonTest):
    def small_disk(self, name, size):
        folder = os.path.join(self.folder, name)
        os.makedirs(folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "none", folder], check=True)
        self.addClassCleanup(subprocess.run, ["umount", "--lazy", folder], check=False)
        return folder

    def test_a_campaign_waits_for_room_and_goes_on(self):
        disk = self.small_disk("roomy", ROOMY)
        daemon = kontor_daemon.Daemon(disk)
        self.daemons.append(daemon)
        daemon.log = os.path.join(self.folder, "roomy.log")
        self.addCleanup(daemon.end)
        load_demo_data(daemon, ITEMS)
        daemon.start()
        run = daemon.submit("train", PARAMS)
        wait_for(
            "some countries are prepared", lambda: len(daemon.items(f"/v1/runs/{run['id']}/tasks?task=prepare&state=succeeded")) > 1, 60
        )
        filler = os.path.join(disk, "filler")
        subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=64k"], capture_output=True, check=False)

        wait_for("the daemon says that it is not ready", lambda: daemon.request("GET", "/readyz").status == 503, 60)
        self.assertRegex(daemon.request("GET", "/readyz").text, "^not ready: the database takes no commit since 20")
        self.assertEqual(daemon.request("GET", "/healthz").status, 200)
        trouble = daemon.get("/v1/status")["trouble"]
        self.assertIn("disk is full", trouble["what"])
        self.assertIn("make room", trouble["what"])
        self.assertIn("disk is full", daemon.cli("status").stdout)
        self.assertIn("the database does not take a commit; nothing is lost", daemon.log_tail())
        self.assertEqual(daemon.campaign_state(run["correlation"]), "running")  # reading goes on

        os.remove(filler)
        wait_for("the daemon is ready again", lambda: daemon.request("GET", "/readyz").status == 200, 30)
        self.assertIsNone(daemon.get("/v1/status")["trouble"])
        self.assertEqual(daemon.wait_campaign(run["correlation"], CAMPAIGN_SECONDS), "succeeded")
        self.assertEqual([row["country"] for row in daemon.items("/v1/predictions")], COUNTRIES)
        self.assertEqual(daemon.items("/v1/dead-letters"), [])
        self.assertEqual(daemon.stop(), 0)

    def test_a_demo_that_is_to_end_ends_with_one_clear_line(self):
        disk = self.small_disk("small", TOO_SMALL_FOR_A_DEMO)
        data = os.path.join(disk, "data")
        done = run_program(["demo", "--exit", "--port", "0", "--data", data], seconds=240)
        self.assertEqual(done.returncode, 1, done.stdout)
        last = [line for line in done.stderr.splitlines() if line.startswith("kontor: ")][-1]
        for part in ["gave up after 30s", "disk is full", "nothing is lost", f"kontor serve --data {data}"]:
            self.assertIn(part, last)
        # With room, what was accepted goes on to its end.
        subprocess.run(["mount", "-o", f"remount,size={ROOMY}", disk], check=True)
        daemon = kontor_daemon.Daemon(disk)
        self.daemons.append(daemon)
        daemon.log = os.path.join(self.folder, "small.log")
        self.addCleanup(daemon.end)
        daemon.start()
        self.assertEqual(daemon.wait_campaign("c1", CAMPAIGN_SECONDS), "succeeded")
        self.assertEqual(len(daemon.items("/v1/predictions")), 38)


OWN_MOUNTS = ["unshare", "--user", "--map-root-user", "--mount"]
# Told to ctest in tests/e2e/CMakeLists.txt.
NOT_POSSIBLE_HERE = 77


def may_mount(*within):
    probe = subprocess.run([*within, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return probe.returncode == 0


if __name__ == "__main__":
    if not may_mount("unshare", "--mount") and "KONTOR_OWN_MOUNTS" not in os.environ:
        if not may_mount(*OWN_MOUNTS):
            print("This machine lets nobody mount a small disk, not even in namespaces of his own: a full disk cannot be tried here.")
            sys.exit(NOT_POSSIBLE_HERE)
        os.environ["KONTOR_OWN_MOUNTS"] = "yes"
        os.execvp(OWN_MOUNTS[0], [*OWN_MOUNTS, sys.executable, "-B", *sys.argv])
    unittest.main(verbosity=2)
