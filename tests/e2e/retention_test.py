"""Old history goes by itself, in steps that outlive a kill, and objects after it; what is held, or of use to what stays, stays."""
import json
import os
import time
import unittest

from kontor_daemon import DaemonTest, load_demo_data, wait_for


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

    def keys(self, daemon):
        return {each["key"] for each in daemon.items("/v1/objects")}

    def foretold(self, daemon, kept):
        """How many of these objects will go by the preview, those included that went meanwhile: the daemon may be at it just now."""
        def gone():
            return set(kept) - {row["key"] for row in daemon.rows("select key from object where dropping is null")}
        while True:
            before = gone()
            told = json.loads(daemon.cli("retention", "-o", "json").stdout)["objects"]
            if gone() == before:
                return told + len(before)

    def test_objects_go_after_their_runs_and_what_stays_keeps_its_own(self):
        daemon = self.make_daemon()
        load_demo_data(daemon, 38 * 300)
        daemon.start()
        for correlation, seed in (("first", 1), ("second", 2)):
            daemon.post(
                "/v1/runs", {"workflow": "train", "correlation": correlation,
                             "params": {"countries": ["DE"], "period": "2026-11", "trials": 1, "families": ["linear"], "seed": seed}}, expect=201,
            )
            self.assertEqual(daemon.wait_campaign(correlation, 240), "succeeded")
            by_event = [run["workflow"] for run in daemon.items(f"/v1/runs?correlation={correlation}") if run["cause"]["kind"] == "event"]
            self.assertIn("infer", by_event, "a campaign has not ended before what its last event starts")
        first, second = ({run["id"] for run in daemon.items(f"/v1/runs?correlation={name}")} for name in ("first", "second"))
        wait_for("the month's draft, which is made behind the campaign", lambda: daemon.items("/v1/reports?country=DE"), 60)
        # As if the first campaign's winner had never won, and its month had not been reported: its runs may go.
        gone = ",".join(map(str, first))
        daemon.sql(f"delete from winner where run in ({gone}) or model in (select model from model where run in ({gone}))")
        kept = {each["key"]: each["run"] for each in daemon.items("/v1/objects")}
        daemon.sql(f"delete from run where id in ({gone}); delete from task_done where run in ({gone})")
        daemon.sql("update object set created_at = created_at - interval '800 days'")
        objects = os.path.join(daemon.data, "objects")
        left_behind = os.path.join(objects, "raw", "train", str(min(second)), "DE", "extract.9.rows")
        os.makedirs(os.path.dirname(left_behind), exist_ok=True)
        for path, days in ((left_behind, 8), (left_behind + ".young", 6)):
            with open(path, "w", encoding="ascii") as file:
                file.write("half an attempt")
            os.utime(path, times=(time.time() - days * 86400,) * 2)
        told = self.foretold(daemon, kept)
        self.assertGreater(told, 0)
        self.assertLess(told, len(kept))
        daemon.kill()
        daemon.start()
        wait_for("the file that nobody recorded goes", lambda: not os.path.exists(left_behind), 60)
        self.assertTrue(os.path.exists(left_behind + ".young"), "an attempt may still be at it")
        wait_for("and every object that was foretold", lambda: len(set(kept) - self.keys(daemon)) >= told, 60)
        # The daemon may have written others meanwhile.
        now = self.keys(daemon)
        self.assertEqual(len(set(kept) - now), told)
        self.assertTrue({key for key, run in kept.items() if run in second} <= now)
        for key in kept:
            self.assertEqual(os.path.exists(os.path.join(objects, key)), key in now, key)
        for model in daemon.items("/v1/models?country=DE"):
            self.assertEqual(daemon.cli("model", "export", model["id"], "--to", os.path.join(self.folder, model["id"])).returncode, 0)


if __name__ == "__main__":
    unittest.main()
