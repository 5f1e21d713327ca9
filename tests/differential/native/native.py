#!/usr/bin/env python3
"""Our tool and the reference without Go on native programs: what each makes of
profiles in which nothing has a name.

usage: native.py PPROF GOOGLE_PPROF WORK_DIR

Not compared: -weblist, whose page is of our own making; -symbolize=
demangle=none of C++, where the reference demangles in full; and -disasm of
"^main$", which it matches against an address and a name, and of addresses in
position-independent files, where it finds nothing.
"""
import concurrent.futures
import difflib
import os
import pathlib
import subprocess
import sys

import known
import programs

SHOWN_MAX = 30  # lines of a difference
TRIES = 5       # see ask_reference

# ---- the cases --------------------------------------------------------------

REPORTS = ["-top", "-traces", "-tree", "-peek=.", "-list=.", "-raw", "-dot"]
DETAILS = ["-functions", "-files", "-lines", "-filefunctions", "-addresses",
           "-noinlines"]
MODES = ["local", "fastlocal", "remote", "none", "force", "local:force",
         "fastlocal:force", "no", "demangle=full", "demangle=templates",
         "demangle=default", "force:demangle=full", "nonsense"]


def cases():
    """Command lines, the environment's additions in front."""
    for name in ("c", "c_fixed", "c_static", "c_packed", "c_split", "c_link",
                 "c_stripped", "c_bare", "host", "cc", "rust"):
        yield {}, ["-raw", f"{name}.pb"]
        yield {}, ["-top", "-lines", f"{name}.pb"]
    for name in "host", "cc":
        for report in REPORTS:
            yield {}, [report, f"{name}.pb"]
    for detail in DETAILS:
        for name in "cc", "rust":
            yield {}, ["-top", detail, f"{name}.pb"]
        yield {}, ["-traces", detail, "host.pb"]
    for mode in MODES:
        for name in "c_link", "cc":
            yield {}, ["-top", f"-symbolize={mode}", f"{name}.pb"]
    for name in "c", "c_fixed", "c_packed", "cc":
        for pattern in "work", "main", "sum", "shapes::Grid<int", "0x401200":
            yield {}, [f"-disasm={pattern}", f"{name}.pb"]
    yield from cases_of_places()


def cases_of_places():
    """Binaries and sources that are elsewhere, or not there."""
    for report in "-top", "-list=work", "-disasm=work":
        yield {}, [report, "gone.pb"]
        yield {}, [report, "by_name/c", "gone.pb"]
        yield {}, [report, "c.prof"]
        for place in "by_id", "by_name", "by_wrong_name", "nowhere:by_id":
            yield {"PPROF_BINARY_PATH": place}, [report, "gone.pb"]
        yield {}, [report, "replaced.pb"]
    yield {}, ["-top", "cc", "gone.pb"]
    yield {}, ["-top", "nothing", "c.pb"]
    yield {}, ["-raw", "-buildid=0123", "c", "c.prof"]
    yield {}, ["-raw", "c", "c.prof"]
    here = str(programs.HERE)
    for more in (["-source_path=nowhere"], [f"-trim_path={here}"],
                 ["-source_path=sources"],
                 [f"-trim_path={here}", "-source_path=sources/native"],
                 [f"-trim_path={programs.HERE.parent}",
                  "-source_path=nowhere:sources"]):
        yield {}, ["-list=work|mix", *more, "c.pb"]


# ---- running ----------------------------------------------------------------

class Answer:
    def __init__(self, program, environment, arguments):
        here = os.getcwd()
        ran = subprocess.run(
            [program, *arguments], stdin=subprocess.DEVNULL,
            capture_output=True, check=False, timeout=100,
            env={"PATH": here + "/tools", "HOME": here + "/home",
                 "PPROF_TMPDIR": here + "/home", "TZ": "UTC",
                 "LC_ALL": "C.UTF-8", **environment})
        self.status = ran.returncode
        self.out = ran.stdout.decode(errors="replace")
        self.messages = ran.stderr.decode(errors="replace")


def ask_reference(program, environment, arguments, wanted):
    """Which sample the reference reckons a file's base by is random; should it
    be one of another file, it disassembles nothing."""
    for _ in range(TRIES):
        answer = Answer(program, environment, arguments)
        if answer.status == wanted.status or "-disasm" not in arguments[0]:
            break
    return answer


def difference(rows, theirs, ours):
    """Its lines, and the names of the rows that explain it."""
    names = known.explain(rows, theirs, ours)
    if names is not None:
        return [], names
    lines = difflib.unified_diff(theirs.splitlines(), ours.splitlines(),
                                 "reference", "ours", "", "", 0, "")
    return list(lines)[:SHOWN_MAX], []


def compare(tools, case):
    """The lines that differ, and the names of rows that were needed."""
    environment, arguments = case
    ours = Answer(tools[0], environment, arguments)
    theirs = ask_reference(tools[1], environment, arguments, ours)
    lines, rows = difference(known.OUTPUT, theirs.out, ours.out)
    more, further = difference(known.MESSAGES, theirs.messages, ours.messages)
    lines += more
    if theirs.status != ours.status:
        lines.append(f"status {theirs.status}, ours {ours.status}")
    return lines, rows + further


def main(pprof, reference, work):
    tools = [os.path.abspath(tool) for tool in (pprof, reference)]
    pathlib.Path(work, "home").mkdir(parents=True, exist_ok=True)
    os.chdir(work)
    programs.build()
    programs.collect_tools("tools")
    programs.write_profiles()
    everything, failed, used = list(cases()), 0, set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda case: compare(tools, case), everything)
        for (environment, arguments), (lines, rows) in zip(everything,
                                                           answers):
            used.update(rows)
            if lines:
                failed += 1
                print("differs:", *(f"{k}={v}" for k, v in
                                    environment.items()), *arguments)
                print(*("    " + line for line in lines), sep="\n")
    for name in sorted({*known.OUTPUT, *known.MESSAGES} - used):
        failed += 1
        print("no case needs the row:", name)
    print(f"{len(everything)} cases, {failed} failures")
    return failed > 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
