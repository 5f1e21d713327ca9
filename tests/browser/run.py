#!/usr/bin/env python3
"""Opens a flame graph in headless Chromium and lets play.js play with it.

usage: run.py PICTURE [CHROMIUM]

PICTURE is the program that prints the SVG.
"""
import functools
import html
import http.server
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).parent
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--hide-scrollbars", "--window-size=1300,900",
]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def dump_dom(chromium, url, folder):
    """What the document at url has become, as text."""
    command = [chromium, *FLAGS, f"--user-data-dir={folder}/profile",
               "--virtual-time-budget=60000", "--dump-dom", url]
    run = subprocess.run(command, capture_output=True, timeout=100,
                         check=False)
    if run.returncode != 0:
        sys.exit(f"{chromium}: exit status {run.returncode}\n" +
                 run.stderr.decode(errors="replace"))
    return run.stdout.decode()


def serve(folder):
    handler = functools.partial(Quiet, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def play(chromium, folder):
    """The lines of play.js, one a test."""
    dom = dump_dom(chromium, serve(folder) + "/page.html", folder)
    results = re.search(r'<pre id="results">(.*?)</pre>', dom, re.S)
    return html.unescape(results.group(1)).splitlines() if results else []


def check_file(chromium, folder):
    """From the disk, where the address may not be written to."""
    dom = dump_dom(chromium, f"file://{folder}/flame.svg?s=work", folder)
    good = "Matched: 30.0%" in dom
    return f"{'ok' if good else 'not ok'} works from the disk"


def main():
    picture = sys.argv[1]
    chromium = shutil.which(sys.argv[2] if len(sys.argv) > 2 else "chromium")
    if not chromium:
        sys.exit("chromium is not installed, and this test needs it")
    with tempfile.TemporaryDirectory() as folder:
        svg = pathlib.Path(folder, "flame.svg")
        with svg.open("wb") as out:
            subprocess.run([picture], stdout=out, check=True)
        xml.etree.ElementTree.parse(svg)  # raises unless well-formed
        for name in ("page.html", "play.js"):
            shutil.copy(HERE / name, folder)
        lines = play(chromium, folder) + [check_file(chromium, folder)]
    print("\n".join(lines))
    if "done" not in lines:
        sys.exit("the page did not come to its end")
    if any(line.startswith("not ok") for line in lines):
        sys.exit(1)


main()
