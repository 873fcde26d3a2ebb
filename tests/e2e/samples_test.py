"""Samples that programs send: durable before the answer also when the daemon is killed, once per version, learned from by the next
training without ever judging it."""
import gzip
import json
import socket
import unittest

from kontor_daemon import DaemonTest, load_demo_data, wait_for

MANY = 25_000


def line(country, item, code, title, version=1, **columns):
    return json.dumps({"country": country, "item": item, "version": version, "code": code, "columns": {"title": title, **columns}}) + "\n"


class Samples(DaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.daemon = cls.make_daemon()
        load_demo_data(cls.daemon, 38 * 300)
        cls.daemon.start()
        cls.tokens = {
            name: cls.daemon.post("/v1/tokens", {"name": name, "role": role, "countries": ["DE"], "reason": "a test"}, expect=201)["secret"]
            for name, role in (("shop", "operator"), ("viktor", "viewer"))
        }
        cls.labelled = cls.daemon.rows("select item_id, title, code from labelled_item where country = 'DE' order by item_id", "warehouse")
        cls.first = cls.train()

    @classmethod
    def train(cls):
        """Trains DE; what its preparation gave."""
        run = cls.daemon.submit("train", {"trials": 1, "families": ["linear"], "countries": ["DE"], "period": "2026-11"})
        prepare = cls.daemon.wait_task(run["id"], "succeeded", task="prepare", country="DE", seconds=120)
        if cls.daemon.wait_campaign(run["correlation"], 240) != "succeeded":
            raise AssertionError("the training failed")
        return cls.daemon.get(f"/v1/tasks/{prepare['id']}")["outputs"]

    def push(self, text, who=None):
        headers = {"Content-Type": "application/x-ndjson"}
        if who:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return self.daemon.request("POST", "/v1/samples", text, headers)

    def test_1_a_stream_is_cut_by_a_kill_and_sent_again(self):
        body = "".join(line("XA", f"item {n}", "1.1", f"thing number {n}") for n in range(MANY)).encode()
        with socket.create_connection(("127.0.0.1", self.daemon.port), timeout=60) as sender:
            sender.sendall(
                f"POST /v1/samples HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {self.daemon.token}\r\n"
                f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body) + 1}\r\n\r\n".encode())
            sender.sendall(body)
            # A first part is on disk, the rest waits for the byte that does not come.
            wait_for("a part is kept", lambda: int(self.daemon.sql("select count(*) from sample where country = 'XA'")) > 0, 60)
            self.daemon.kill()
            self.assertNotIn(b" 200 ", self._all_of(sender))
        self.daemon.start()
        kept = int(self.daemon.sql("select count(*) from sample where country = 'XA'"))
        self.assertGreater(kept, 0)
        self.assertLess(kept, MANY)
        file = self.write("many.ndjson", body.decode())
        pushed = self.daemon.cli("-o", "json", "samples", "push", file)
        self.assertEqual(pushed.returncode, 0, pushed.stderr)
        self.assertEqual(json.loads(pushed.stdout), {"lines": MANY, "accepted": MANY - kept, "duplicates": kept, "refused": 0})
        self.assertEqual(int(self.daemon.sql("select count(*) from sample where country = 'XA'")), MANY)
        # Answered is durable: nothing is lost between the answer and a kill.
        self.daemon.kill()
        self.daemon.start()
        again = self.daemon.cli("samples", "push", file)
        self.assertEqual(again.stdout, f"{MANY} lines: 0 new, {MANY} there already, 0 refused.\n")

    @staticmethod
    def _all_of(connection):
        got = b""
        try:
            while part := connection.recv(65536):
                got += part
        except OSError:
            pass
        return got

    def test_2_refusals_are_named_scopes_hold_and_nothing_is_readable_on_disk(self):
        told = self.push(line("DE", "x", "9.9", "a secret kettle") + line("FR", "y", "1.1", "t") + "rubbish\n", "shop")
        self.assertEqual(told.status, 422)
        self.assertEqual([(e["line"], e["field"]) for e in told.json["errors"]], [(2, "country"), (3, "")])
        self.assertEqual((told.json["accepted"], told.json["refused"]), (1, 2))
        self.assertEqual(self.push(line("DE", "x", "9.9", "t"), "viktor").status, 403)
        changed = self.push(line("DE", "x", "9.9", "another kettle"), "shop")
        self.assertEqual((changed.status, changed.json["errors"][0]["field"]), (422, "version"))
        self.assertIn("a change needs a higher version", changed.text)
        listed = self.daemon.cli("samples", "show", "DE", "x")
        self.assertIn("shop", listed.stdout)
        record = self.daemon.items("/v1/audit?who=shop")
        self.assertIn("samples: DE 1", [row["reason"] for row in record])
        self.assertEqual(self.daemon.rows("select distinct scope, country from object where scope = 'sample' order by country"),
                         [{"scope": "sample", "country": "DE"}, {"scope": "sample", "country": "XA"}])
        self.assertNotIn("kettle", self.daemon.sql("select s::text || b::text from sample s join sample_batch b on b.id = s.batch where s.country = 'DE'"))

    def test_3_the_next_training_learns_exactly_them_and_is_judged_by_the_same_rows(self):
        code = self.labelled[0]["code"]
        text = "".join(line("DE", f"s-{n}", code, f"zqx{n}w vbn{n}m jklo{n}p", price=n) for n in range(40))
        text += line("DE", "s-0", code, "zqx0w newer words rtyu", version=2)
        told = self.push(text, "shop")
        self.assertEqual((told.status, told.json["accepted"]), (200, 41))
        second = self.train()
        # Of what test 2 sent, the code is in no list.
        self.assertEqual(second["sampled"], 40)
        self.assertEqual(second["quarantine"]["reasons"]["unknown_label"], self.first["quarantine"]["reasons"].get("unknown_label", 0) + 1)
        self.assertEqual(second["train"]["rows"], self.first["train"]["rows"] + 40)
        self.assertEqual(second["holdout"]["object"]["sha256"], self.first["holdout"]["object"]["sha256"], "the very same rows judge")
        type(self).second = second

    def test_4_samples_that_say_what_judges_say_leave_no_leak(self):
        # Some of the items stand in the table twice.
        copies = list({row["item_id"]: row for row in self.labelled}.values())[:80]
        told = self.push("".join(line("DE", f"copy of {row['item_id']}", row["code"], row["title"]) for row in copies), "shop")
        self.assertEqual((told.status, told.json["accepted"]), (200, len(copies)))
        third, second = self.train(), self.second
        self.assertEqual(third["sampled"], 40 + len(copies))
        self.assertLess(third["holdout"]["rows"], second["holdout"]["rows"], "whose twin is learned from judges nothing")
        everything = lambda out: out["train"]["rows"] + out["holdout"]["rows"] + out["twins"]
        self.assertEqual(everything(third), everything(second) + len(copies))
        shown = self.daemon.cli("samples", "list", "--country", "DE", "--limit", "3")
        self.assertIn("copy of", shown.stdout)

    def test_5_packed_streams_and_a_bomb(self):

        packed = gzip.compress("".join(line("XB", f"{n}", "1.1", "t") for n in range(1000)).encode())
        answer = self.daemon.request("POST", "/v1/samples", packed, {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"})
        self.assertEqual(answer.json, {"lines": 1000, "accepted": 1000, "duplicates": 0, "refused": 0})
        file = self.write("s.ndjson.gz", "")
        with open(file, "wb") as out:
            out.write(packed)
        self.assertIn("1000 there already", self.daemon.cli("samples", "push", file).stdout)
        before = self._resident_mb()
        bomb = gzip.compress(bytes(300 << 20), 9)
        answer = self.daemon.request("POST", "/v1/samples", bomb, {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"})
        self.assertEqual((answer.status, answer.json["refused"]), (422, 1))
        self.assertLess(self._resident_mb() - before, 100)

    def _resident_mb(self):
        with open(f"/proc/{self.daemon.process.pid}/status", encoding="ascii") as status:
            return next(int(row.split()[1]) for row in status if row.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    unittest.main(verbosity=2)
