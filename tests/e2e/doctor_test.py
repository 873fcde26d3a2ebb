"""`kontor doctor` of a live daemon: all is well, something is wrong, no daemon runs."""
import json
import unittest

from kontor_daemon import DaemonTest


class Doctor(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.start_daemon()

    def test_the_doctor_says_how_it_is(self):
        well = self.daemon.cli("doctor", "-o", "json")
        told = json.loads(well.stdout)
        # The disk of the machine that tests is what it is.
        wrong = [check["name"] for check in told["checks"] if check["state"] != "ok" and check["name"] != "disk"]
        self.assertEqual(wrong, [])
        self.assertEqual(well.returncode, {"ok": 0, "fail": 1, "warn": 2}[told["state"]])
        self.daemon.sql("insert into dead_letter (id, kind, run, task_id, workflow, task, country, item, failure_class, reason, fingerprint,"
                        " attempts, created_at) values (900000000, 'task', 1, 77, 'w', 't', 'DE', '', 'data', 'bad', 'f', 1, now())")
        ill = self.daemon.cli("doctor")
        self.assertEqual(ill.returncode, 1, ill.stdout)
        self.assertIn('fail  letters_without_task: open dead letters belong to no dead task instance ["900000000"]', ill.stdout)
        self.daemon.sql("delete from dead_letter where id = 900000000")
        offline = self.daemon.cli("doctor", "--offline", "/nowhere/at/all")
        self.assertEqual(offline.returncode, 1, offline.stdout)
        self.assertIn("fail  data_folder", offline.stdout)
        self.daemon.stop()
        folder = json.loads(self.daemon.cli("doctor", "--offline", self.daemon.data, "-o", "json").stdout)
        self.assertEqual({check["name"]: check["state"] for check in folder["checks"] if check["name"] != "disk"},
                         {"data_folder": "ok", "objects": "ok", "keys": "ok"})


if __name__ == "__main__":
    unittest.main()
