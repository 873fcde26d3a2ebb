"""What keeps a daemon from starting is one clear line on standard error and an exit status other than 0."""
import os
import shutil
import socket
import subprocess
import unittest

from kontor_daemon import DaemonTest, free_port, run_program


class StartFault(DaemonTest):
    def assert_refused(self, arguments, parts, status=1, **environment):
        """One line that begins with "kontor: " and holds `parts`; nothing else, unless the daemon said before what it was doing."""
        done = run_program(arguments, **environment)
        self.assertEqual(done.returncode, status, done.stderr)
        said = [line for line in done.stderr.splitlines() if " info " not in line]
        self.assertEqual(len(said), 1, done.stderr)
        self.assertTrue(said[0].startswith("kontor: "), said[0])
        for part in parts:
            self.assertIn(part, said[0])
        self.assertEqual(done.stdout, "")
        return done

    def serve(self, name, *arguments):
        return ["serve", "--data", os.path.join(self.folder, name), "--port", "0", *arguments]

    def test_a_port_in_use_is_named_before_anything_is_made(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            arguments = ["serve", "--data", os.path.join(self.folder, "port"), "--port", port]
            done = self.assert_refused(arguments, [f"127.0.0.1:{port} is in use by another program", "choose another port"])
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "port/postgres")))

    def test_a_port_that_is_none_is_a_wrong_command_line(self):
        done = run_program(["serve", "--data", os.path.join(self.folder, "none"), "--port", "80000"])
        self.assertEqual(done.returncode, 64)
        self.assertIn("80000", done.stderr)

    def test_a_data_folder_that_is_a_file_or_read_only(self):
        file = self.write("file", "")
        self.assert_refused(self.serve("file"), [file, "choose another with --data"])
        self.assert_refused(self.serve("file/below"), [file, "choose another with --data"])
        # Nobody, not even root, may write here.
        self.assert_refused(["serve", "--data", "/proc/kontor", "--port", "0"], ["/proc/kontor", "choose another with --data"])

    def test_the_configuration_file_names_the_data_folder_unless_something_nearer_does(self):
        file = self.write("taken", "")
        config = self.write("kontor.yaml", f"data_folder: {file}\nport: 0\n")
        self.assert_refused(["serve", "--config", config], [file, "choose another with --data"], KONTOR_DATA="", KONTOR_PORT="")
        nearer = os.path.join(file, "nearer")
        self.assert_refused(["serve", "--config", config, "--data", nearer], [nearer], KONTOR_PORT="")
        self.assert_refused(["serve", "--config", config], [nearer], KONTOR_DATA=nearer, KONTOR_PORT="")

    def test_a_second_daemon_on_the_same_folder(self):
        daemon = self.start_daemon()
        done = self.assert_refused(
            ["serve", "--data", daemon.data, "--port", free_port()], ["another kontor is running on " + daemon.data]
        )
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assert_refused(["demo-data", "--items", "100", "--data", daemon.data], ["another kontor is running on " + daemon.data])
        self.assertEqual(daemon.request("GET", "/readyz").status, 200)

    def test_a_database_that_is_not_there_or_refuses(self):
        closed = f"postgresql://kontor:secret@127.0.0.1:{free_port()}/kontor"
        done = self.assert_refused(self.serve("closed", "--database-url", closed), ["the database cannot be used", "refused"])
        self.assertNotIn("secret", done.stderr)
        self.assert_refused(self.serve("closed", "--database-url", "mysql://127.0.0.1/kontor"), ["postgresql://"])

    def test_a_wrong_password(self):
        # A server of the test's own that asks for one: the embedded cluster of another daemon, with its rules changed.
        daemon = self.start_daemon()
        data = os.path.join(daemon.data, "postgres/data")
        daemon.sql("create role guest login password 'right';")
        with open(os.path.join(data, "pg_hba.conf"), "r+", encoding="utf-8") as rules:
            before = rules.read()
            rules.seek(0)
            rules.write("local all guest scram-sha-256\n" + before)
        daemon.sql("select pg_reload_conf();")
        url = f"host={daemon.socket_folder()} user=guest password=wrong dbname=kontor"
        done = self.assert_refused(self.serve("password", "--database-url", url), ["the database cannot be used", "password", "guest"])
        self.assertNotIn("wrong", done.stderr)

    def test_missing_server_programs_of_postgresql(self):
        empty = os.path.join(self.folder, "empty")
        os.makedirs(empty)
        self.assert_refused(
            self.serve("programs"), [empty, "install the Debian package postgresql-15", "KONTOR_PG_BIN"], KONTOR_PG_BIN=empty
        )

    def test_a_configuration_with_a_mistake(self):
        self.assert_refused(self.serve("c", "--config", os.path.join(self.folder, "absent.yaml")), ["absent.yaml cannot be read"])
        unknown = self.write("unknown.yaml", "address: 127.0.0.1\nprot: 8080\n")
        self.assert_refused(self.serve("c", "--config", unknown), ["unknown.yaml:2", "'prot'", "port"])
        wrong = self.write("wrong.yaml", "cores: many\n")
        self.assert_refused(self.serve("c", "--config", wrong), ["wrong.yaml:1", "'cores' must be a whole number"])

    def test_a_full_disk(self):
        if os.geteuid() == 0 and self._mount("small", "20m"):
            self.assert_refused(self.serve("small/data"), ["the disk is full", "small/data"])
        else:
            # Without the right to mount: a process that may not write large files meets the same end of space.
            self._limited(self.serve("limited"))

    def _mount(self, name, size):
        folder = os.path.join(self.folder, name)
        os.makedirs(folder)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "none", folder], capture_output=True, check=False)
        if mounted.returncode == 0:
            self.addCleanup(subprocess.run, ["umount", "--lazy", folder], check=False)
        return mounted.returncode == 0

    def _limited(self, arguments):
        self.assertIsNotNone(shutil.which("prlimit"))
        from kontor_daemon import BINARY
        done = subprocess.run(
            ["prlimit", "--fsize=1000000", BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
        )
        self.assertEqual(done.returncode, 1, done.stderr)
        said = [line for line in done.stderr.splitlines() if " info " not in line]
        self.assertEqual(len(said), 1, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
