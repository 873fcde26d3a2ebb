"""Old history goes by itself, in steps that outlive a kill; what is held stays until it is released."""
import json
import unittest

from kontor_daemon import DaemonTest, wait_for


class Retention(DaemonTest):
    def test_old_runs_go_and_held_ones_stay(self):
        daemon = self.start_daemon()
        daemon.deploy("small", "workflow: small\ntasks:\n  one: {uses: noop}\n  two: {uses: noop, after: one}\n")
        runs = [daemon.submit("small")["id"] for _ in range(6)]
        for run in runs:
            daemon.wait_run(run)
        held, old, young = runs[0], runs[1:4], runs[4:]
        self.assertIn("stays whatever", daemon.cli("hold", held, "--reason", "the authority asks").stdout)
        self.assertEqual(daemon.get(f"/v1/runs/{held}")["hold"]["reason"], "the authority asks")
        self.assertNotEqual(daemon.cli("hold", held, "--reason", "again").returncode, 0)

        ids = ",".join(map(str, [held, *old]))
        daemon.sql(f"update run set finished_at = finished_at - interval '800 days' where id in ({ids})")
        preview = json.loads(daemon.cli("retention", "-o", "json").stdout)
        # The daemon may have looked meanwhile.
        self.assertEqual((preview["runs"] + preview["marked"], preview["kept"]), (len(old), {"held": 1}))
        self.assertIn("kept 730 days", daemon.cli("retention").stdout)
        daemon.kill()
        daemon.start()
        wait_for("the mark", lambda: daemon.rows("select run from run_expired") and len(daemon.rows("select run from run_expired")) == len(old), 30)
        self.assertEqual(daemon.get(f"/v1/runs/{old[0]}")["state"], "succeeded", "ten minutes for whoever takes it up just now")
        daemon.sql("update run_expired set at = at - interval '1 hour'")
        daemon.kill()
        daemon.start()
        wait_for("the sweep", lambda: daemon.request("GET", f"/v1/runs/{old[-1]}").status == 404, 30)
        wait_for("all of it", lambda: not daemon.rows("select run from run_expired"), 30)
        left = {row["run"] for row in daemon.rows("select distinct run from task_done")}
        self.assertEqual(left, {str(run) for run in [held, *young]} if isinstance(next(iter(left)), str) else {held, *young})
        refused = daemon.request("POST", f"/v1/runs/{old[0]}/rerun", {"task": "one"})
        self.assertEqual(refused.status, 404)
        self.assertEqual([each["run"] for each in daemon.items("/v1/holds")], [held])
        self.assertEqual(daemon.cli("release", held, "--reason", "the case is closed").returncode, 0)
        self.assertEqual(daemon.items("/v1/holds"), [])


if __name__ == "__main__":
    unittest.main()
