"""An exported model in the hands of Debian's Python packages, and the items that both sides read alike."""
import os
import re
import subprocess

# As the shipped workflow `infer` has it.
COLUMNS = ("title", "description", "price", "weight_kg", "voltage", "wattage", "brand", "battery")
NUMBERS = ("price", "weight_kg", "voltage", "wattage")
# deploy/install-deps unpacks here what cannot be installed beside Boost 1.81.
UNPACKED = "/usr/local/lib/kontor-tests/usr/lib/python3/dist-packages"


def has_plain_numbers(item):
    """The demo's warehouse holds words where numbers belong: neither side takes these."""
    return all(item.get(name) is None or re.fullmatch(r"\s*([-+]?[0-9.]+)?\s*", str(item[name])) for name in NUMBERS)


def has_title(item):
    return bool(str(item.get("title", "")).strip())


def run_python(*arguments, seconds=200):
    """What it printed; AssertionError with what it complained of otherwise."""
    done = subprocess.run(
        ["/usr/bin/python3", "-B", *arguments], capture_output=True, text=True, timeout=seconds, check=False, env={**os.environ, "PYTHONPATH": UNPACKED},
    )
    if done.returncode != 0:
        raise AssertionError(f"deploy/install-deps installs what it needs: {done.stderr}")
    return done.stdout
