#!/usr/bin/env python3
"""The shell at a terminal: what a person types, and what they see.

usage: tests/e2e/shell.py PPROF
"""

import gzip
import os
import pty
import re
import select
import shutil
import signal
import socket
import stat
import sys
import tempfile
import termios
import threading
import time

PATIENCE = 10  # seconds for anything to appear

# ---- a profile -----------------------------------------------------------------


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def message(field, *parts):
    content = b"".join(parts)
    return varint(field << 3 | 2) + varint(len(content)) + content


def write_profile(path):
    """Two sample types, three functions, one label."""
    strings = [
        "", "samples", "count", "cpu", "nanoseconds", "main.main",
        "main.(*Server).Serve", "runtime.\x1b]0;owned\x07gc", "thread", "worker",
    ]
    profile = [
        message(1, number(1, 1), number(2, 2)),
        message(1, number(1, 3), number(2, 4)),
    ]
    for leaf, value in ((2, 30), (3, 20), (1, 10)):
        stack = b"".join([varint(leaf), varint(1)])
        profile.append(
            message(2, message(1, stack),
                    message(2, varint(value), varint(value * 10**7)),
                    message(3, number(1, 8), number(2, 9))))
    for i in (1, 2, 3):
        profile.append(message(4, number(1, i), message(4, number(1, i))))
        profile.append(message(5, number(1, i), number(2, i + 4)))
    profile += [message(6, text.encode()) for text in strings]
    with open(path, "wb") as file:
        file.write(gzip.compress(b"".join(profile)))


# ---- a terminal ----------------------------------------------------------------


class Terminal:
    """pprof with a pseudo-terminal of its own."""

    def __init__(self, command):
        self.process, self.fd = pty.fork()
        if self.process == 0:
            try:
                os.execv(command[0], command)
            finally:
                os._exit(127)
        self.seen = b""

    def read(self):
        """Some of what comes; False at the end or when nothing does."""
        ready, _, _ = select.select([self.fd], [], [], PATIENCE)
        try:
            data = os.read(self.fd, 65536) if ready else b""
        except OSError:  # the other side is closed
            data = b""
        # An editor moves the cursor where it would stand anyway.
        self.seen = re.sub(rb"\r?\x1b\[\d*[GKC]", b"", self.seen + data)
        return bool(data)

    def expect(self, pattern):
        """Wait until the pattern is seen; what stands up to its end is used up."""
        while not (match := re.search(pattern.encode(), self.seen, re.S)):
            if not self.read():
                raise AssertionError(f"no {pattern!r} in {self.seen!r}")
        text = self.seen[: match.end()]
        self.seen = self.seen[match.end():]
        return text.decode(errors="replace")

    def prompt(self):
        """Wait for the prompt; what stands in front of it. From then on every
        key is the editor's, and none the terminal's."""
        text = self.expect(PROMPT)
        modes = termios.tcgetattr(self.fd)[3]
        check(not modes & (termios.ICANON | termios.ISIG | termios.ECHO),
              "keys are the editor's", modes)
        return text

    def type(self, text):
        os.write(self.fd, text.replace("\n", "\r").encode())  # Enter is \r

    def line(self, text):
        """Type a line; what is answered up to the next prompt."""
        self.type(text + "\n")
        self.expect(r"\n")
        return self.prompt()

    def end(self):
        """Wait until it ends; its exit status."""
        while self.read():
            pass
        # It lets go of the terminal a moment before it ends.
        patience = threading.Timer(PATIENCE, os.kill,
                                   (self.process, signal.SIGKILL))
        patience.start()
        _, status = os.waitpid(self.process, 0)
        patience.cancel()
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


PROMPT = r"\(pprof\) "

# ---- tests ---------------------------------------------------------------------


def check(condition, what, seen=""):
    if not condition:
        raise AssertionError(f"{what}: {seen!r}")


def prompt_and_reports(pprof):
    terminal = Terminal([pprof, "profile"])
    greeting = terminal.prompt()
    check("Type: cpu" in greeting, "the greeting", greeting)
    check("Entering interactive mode" in greeting, "the greeting", greeting)
    top = terminal.line("top")
    check("main.main" in top and "50.00%" in top, "top", top)
    check("\x1b]0;" not in top and "\\x1b]0;owned" in top, "harmless names", top)
    check("unrecognized command" in terminal.line("nonsense"), "an unknown word")
    hint = terminal.line("tpo")
    check('did you mean "top"?' in hint, "a hint", hint)
    check("did you mean" not in terminal.line("elephant"), "no hint")
    terminal.type("\x04")
    status = terminal.end()
    check(status == 0, "Ctrl-D ends it well", status)


def completion(pprof):
    terminal = Terminal([pprof, "profile"])
    terminal.prompt()
    for typed, shown in (
        ("flameg", "flamegraph "),
        ("granu", "granularity="),
        ("mean_c", "mean_cpu "),
        ("sample_index=sam", "sample_index=samples"),
        ("tagroot=thr", "tagroot=thread"),
        ("peek Serve", r"main.\(\*Server\).Serve "),
    ):
        terminal.type(typed + "\t")
        terminal.expect(re.escape(shown))
        terminal.type("\x03")
        terminal.prompt()
    terminal.type("show\t\t")
    several = terminal.expect("showcolumns")
    check("show_from" in several, "several names", several)
    terminal.type("\x03")
    terminal.prompt()
    terminal.type("peek Serve\t\n")
    terminal.expect(r"calls%")
    terminal.expect(r"50\.00%.*main\.\(\*Server\)\.Serve")
    terminal.prompt()
    terminal.type("quit\n")
    check(terminal.end() == 0, "quit")


def history(pprof):
    terminal = Terminal([pprof, "profile"])
    terminal.prompt()
    terminal.line("top1")
    terminal.line("unit=ms")
    terminal.type("exit\n")
    check(terminal.end() == 0, "exit")
    path = os.path.join(os.environ["HOME"], ".local/state/pprof/history")
    check(stat.S_IMODE(os.stat(path).st_mode) == 0o600, "for nobody else")

    terminal = Terminal([pprof, "profile"])
    terminal.prompt()
    terminal.type("\x1b[A" * 3 + "\n")  # the third last
    top = terminal.expect("Showing top 1 nodes out of 3")
    check("top1" in top, "the line of before", top)
    terminal.prompt()
    terminal.type("\x04")
    check(terminal.end() == 0, "the end")

    os.environ["XDG_STATE_HOME"] = "/dev/null"  # no place to keep it
    terminal = Terminal([pprof, "profile"])
    terminal.prompt()
    terminal.type("quit\n")
    terminal.expect("history: not kept")
    check(terminal.end() == 0, "no history is no error")
    del os.environ["XDG_STATE_HOME"]


def strange_histories(pprof):
    """What is no history is told, and left as it is."""
    path = os.path.join(os.environ["HOME"], ".local/state/pprof/history")

    def run(told):
        terminal = Terminal([pprof, "profile"])
        seen = terminal.prompt()
        check(told in seen, "what is wrong with the history", seen)
        terminal.line("top1")
        terminal.type("\x04")
        check(terminal.end() == 0, "the end")

    os.remove(path)
    with open(path, "w") as file:
        file.write("my own notes\n")
    run("history: ")
    check(open(path).read() == "my own notes\n", "notes are kept")
    with open(path, "w") as file:
        file.truncate(1 << 30)
    run("too large")
    check(os.stat(path).st_size == 1 << 30, "a large file is kept")
    os.remove(path)
    os.mkfifo(path)
    run("no regular file")
    os.remove(path)
    os.mkdir(path)
    run("no regular file")
    os.rmdir(path)
    with open(path, "w"):
        pass
    run("")  # emptied
    check("top1" in open(path).read(), "a history again")
    with open(path, "w") as file:
        file.write("_HiStOrY_V2_\nevil\\033[2J\n")
    terminal = Terminal([pprof, "profile"])
    terminal.prompt()
    terminal.type("\x1b[A")
    terminal.expect(r"evil\^\[\[2J")
    terminal.type("\x03")
    terminal.prompt()
    terminal.type("\x04")
    check(terminal.end() == 0, "the end")


def strange_keys(pprof):
    terminal = Terminal([pprof, "profile"])
    terminal.prompt()
    terminal.type("x" * 1500 + "\x01\x16\x00\n")  # a NUL in front of it all
    terminal.prompt()
    os.write(terminal.fd, b"top \xff\xfe main\r")  # no UTF-8
    terminal.expect("main.main")
    terminal.prompt()
    writer = threading.Thread(target=terminal.type, args=("y" * 20000 + "\n",))
    writer.start()  # while the other end shows it
    terminal.expect("unrecognized command")
    writer.join()
    terminal.prompt()
    terminal.type("\x04")
    check(terminal.end() == 0, "the end")


def interrupts(pprof):
    terminal = Terminal([pprof, "profile"])
    terminal.prompt()
    terminal.type("half a line\x03")
    terminal.expect(r"\^C")
    terminal.prompt()
    begun = time.monotonic()
    terminal.type("top | echo begun; exec sleep 1000\n")
    terminal.expect("begun\r?\n")
    terminal.type("\x03")
    terminal.expect(r"\^C\r?\n")
    terminal.prompt()
    check(time.monotonic() - begun < PATIENCE, "Ctrl-C ends the command")
    check("main.main" in terminal.line("top"), "and not the shell")
    terminal.type("\x04")
    check(terminal.end() == 0, "the end")


def interrupted_fetching(pprof):
    """The first Ctrl-C keeps what has come; the shell begins all the same."""
    silent = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
    terminal = Terminal([pprof, "profile", url])
    terminal.expect("Fetching profile over HTTP")
    connection, _ = silent.accept()
    terminal.type("\x03")
    terminal.prompt()
    check("main.main" in terminal.line("top"), "what has come")
    terminal.type("half\x03")
    terminal.expect(r"\^C")
    terminal.prompt()
    terminal.type("\x04")
    check(terminal.end() == 0, "the end")
    connection.close()
    silent.close()


def suspending(pprof):
    """Ctrl-Z stops the job, and fg lets it go on where it was."""
    terminal = Terminal(["/bin/bash", "--norc", "--noediting", "-i"])
    terminal.type(f"'{pprof}' profile\n")
    terminal.prompt()
    terminal.type("to\x1a")
    terminal.expect("Stopped")
    terminal.type("echo sh''ell\n")
    terminal.expect("shell\r?\n")
    terminal.type("fg\n")
    terminal.prompt()
    terminal.expect("to")
    terminal.type("p1\n")
    terminal.expect("Showing top 1 nodes out of 3")
    terminal.prompt()
    terminal.type("\x04")
    terminal.type("exit\n")
    check(terminal.end() == 0, "the end")


def pipes(pprof):
    terminal = Terminal([pprof, "profile"])
    terminal.prompt()
    answer = terminal.line("top | grep Serve | tr a-z A-Z")
    check("MAIN.(*SERVER).SERVE" in answer, "a pipe", answer)
    check("main.main" not in answer, "a pipe", answer)
    answer = terminal.line("raw | head -1")
    check("PeriodType" in answer, "a reader that goes away", answer)
    begun = time.monotonic()
    terminal.line("top1 | sleep 1000 &")
    check(time.monotonic() - begun < PATIENCE, "a command in the background")
    terminal.line("top>glued")
    check("main.main" in open("glued").read(), "a file")
    terminal.type("\x04")
    check(terminal.end() == 0, "the end")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    pprof = os.path.realpath(sys.argv[1])
    work = tempfile.mkdtemp(prefix="pprof-e2e.")
    os.environ.update(HOME=work, TERM="vt100", LC_ALL="C.UTF-8", COLUMNS="200")
    os.environ.pop("XDG_STATE_HOME", None)
    os.chdir(work)
    # libedit keeps the names of what keys do for good.
    with open("suppressions", "w") as file:
        file.write("leak:wcsdup\n")
    os.environ["LSAN_OPTIONS"] = "suppressions=suppressions:print_suppressions=0"
    write_profile("profile")
    failures = 0
    for test in (prompt_and_reports, completion, history,
                 strange_histories, strange_keys, interrupts,
                 interrupted_fetching, suspending, pipes):
        try:
            test(pprof)
        except AssertionError as error:
            failures += 1
            print(f"FAILED: {test.__name__}: {error}", file=sys.stderr)
    shutil.rmtree(work)
    sys.exit(1 if failures else 0)


main()
