#!/usr/bin/env python3
"""Opens a page in headless Chromium and lets a script play with it.

usage: run.py flamegraph|weblist PRINTER [ARGUMENT...]

PRINTER is the program that prints the page; flamegraph.js, weblist.js play.
$CHROMIUM is another browser than chromium.
"""
import functools
import html
import http.server
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).parent
# The file that play opens; what it is opened with from the disk, and what it
# then becomes.
PAGES = {
    "flamegraph": ("flame.svg", "?s=work", "Matched: 30.0%"),
    "weblist": ("weblist.html", "", 'aria-expanded="false"'),
}
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
    """The lines of the script, one a test."""
    dom = dump_dom(chromium, serve(folder) + "/page.html", folder)
    results = re.search(r'<pre id="results">(.*?)</pre>', dom, re.S)
    return html.unescape(results.group(1)).splitlines() if results else []


def check_file(chromium, folder, file, query, expected):
    """From the disk, where the address may not be written to."""
    dom = dump_dom(chromium, f"file://{folder}/{file}{query}", folder)
    good = expected in dom
    return f"{'ok' if good else 'not ok'} works from the disk"


def main():
    name, *printer = sys.argv[1:]
    file, query, expected = PAGES[name]
    chromium = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if not chromium:
        sys.exit("chromium is not installed, and this test needs it")
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder, file)
        with page.open("wb") as out:
            subprocess.run(printer, stdout=out, check=True)
        if page.suffix == ".svg":
            xml.etree.ElementTree.parse(page)  # raises unless well-formed
        shutil.copy(HERE / "page.html", folder)
        shutil.copy(HERE / "harness.js", folder)
        shutil.copy(HERE / f"{name}.js", f"{folder}/play.js")
        lines = play(chromium, folder)
        lines.append(check_file(chromium, folder, file, query, expected))
    print("\n".join(lines))
    if "done" not in lines:
        sys.exit("the page did not come to its end")
    if any(line.startswith("not ok") for line in lines):
        sys.exit(1)


main()
