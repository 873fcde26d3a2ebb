"""What Lighthouse says of the page. Its packages are many and only this test needs them: where the registry cannot be reached and they are not
there, it is skipped."""
import os
import shutil
import subprocess
import sys
import unittest

from kontor_daemon import SOURCE, DaemonTest, load_demo_data

NODE = os.environ.get("KONTOR_NODE") or "node"
SCRIPTS = os.path.join(SOURCE, "tests/e2e/browser")
SKIPPED = 77


def install_packages():
    """By the lock file, once."""
    if os.path.isdir(os.path.join(SCRIPTS, "node_modules/lighthouse")):
        return
    npm = shutil.which("npm") or sys.exit("npm is needed to install the packages of this test")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1"]
    done = subprocess.run(command, cwd=SCRIPTS, stderr=subprocess.PIPE, text=True, check=False, timeout=400)
    if done.returncode == 0:
        return
    print(done.stderr)
    out_of_reach = any(code in done.stderr for code in ("ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "ECONNREFUSED", "ECONNRESET", "ENETUNREACH", "ERR_SOCKET_TIMEOUT"))
    sys.exit(SKIPPED if out_of_reach else 1)


class Lighthouse(DaemonTest):
    def test_finds_the_pages_accessible_and_made_well(self):
        daemon = self.make_daemon()
        load_demo_data(daemon, 38 * 300)
        daemon.start()
        run = daemon.submit("train", {"countries": ["DE", "FR"], "trials": 1, "families": ["linear"], "period": "2026-11"})
        self.assertEqual(daemon.wait_campaign(run["correlation"], 240), "succeeded")
        command = [NODE, os.path.join(SCRIPTS, "lighthouse.mjs"), "--url", f"http://127.0.0.1:{daemon.port}"]
        done = subprocess.run(command, env={**os.environ, "KONTOR_TOKEN": daemon.token}, check=False, timeout=400)
        self.assertEqual(done.returncode, 0, "a check failed, see above")
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    install_packages()
    unittest.main()
