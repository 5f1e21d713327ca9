"""What differs on purpose, and why.

A row takes one difference out of both texts, and changes as little as it needs
for that: what is beside it must stay. It is used where the two differ without
it; a row that no case needs fails the test, too.
"""
import re


def reference(pattern, replacement=""):
    """A row's change of what the reference says."""
    return lambda theirs, ours: (
        re.sub(pattern, replacement, theirs, flags=re.M), ours)


def ours(pattern, replacement=""):
    """A row's change of what we say."""
    return lambda theirs, ours: (
        theirs, re.sub(pattern, replacement, ours, flags=re.M))


def both(pattern, replacement=""):
    return lambda theirs, ours: tuple(
        re.sub(pattern, replacement, text, flags=re.M)
        for text in (theirs, ours))


def without_data(theirs, ours):
    """Drop the names of data. What they make longer has its line of the source
    in front, not behind."""
    kept = []
    for text in theirs, ours:
        text = re.sub(r"(# [0-9a-f]+) <[^>]+>", r"\1", text)
        text = re.sub(r"^ +(;.*)\n(.*)$", r"\2 \1", text, flags=re.M)
        kept.append(re.sub(r" +;", " ;", text))
    return tuple(kept)


def cut_tails(theirs, ours):
    """Drop what the reference shows behind our last instruction of each
    function."""
    kept = []
    for function in re.split(r"^(?=ROUTINE)", theirs, flags=re.M):
        heading = re.escape(function.split("\n")[0])
        mine = re.search(rf"^{heading}\n(.*\n)*?(?=ROUTINE|\Z)", ours, re.M)
        last = mine and re.findall(r"^ +\S+ +\S+ +([0-9a-f]+): ", mine[0],
                                   re.M)[-1:]
        for line in function.splitlines(keepends=True):
            at = re.match(r" +\S+ +\S+ +([0-9a-f]+): ", line)
            if not (last and at and int(at[1], 16) > int(last[0], 16)):
                kept.append(line)
    return "".join(kept), ours


OUTPUT = {
    "first lines": (
        "llvm-symbolizer does not tell them to the reference",
        ours(r" s=[0-9]+", " s=0")),
    "functions from their first line on": (
        "without it the reference begins some lines before the first sample",
        both(r"^ +\. +\. +[0-9]+:.*\n")),
    "operator()": (
        "to the reference these are parameters",
        both(r"\boperator\(\)", "operator")),
    "code behind the function": (
        "to the reference it goes on up to the next symbol, but for a byte",
        cut_tails),
    "names of data": (
        "the reference's objdump names data, too",
        without_data),
    "functions of instructions": (
        "objdump names by its symbol what DWARF tells no linkage name of, and "
        "the function around where that is inlined: the lines of the source "
        "are told at other places then",
        both(r" *;.*$")),
    "names from debug files": (
        "fastlocal does not look into them in the reference",
        lambda theirs, ours: (theirs, ours) if "[c_link]" not in theirs
        else ("", "")),
    "inlined calls": (
        "the reference says of any names that it looked for these",
        reference(r"\[FN\]\[IN\]$", "[FN]")),
    "clones": (
        "the reference does not see the symbols of debug files",
        both(r"\.constprop\.[0-9]+")),
    "parts that begin with _": (
        "the reference drops it from old names of Rust",
        ours(r"::_", "::")),
}

MESSAGES = {
    "a bracket": (
        "the reference forgets the last one",
        ours(r"default\]\]$", "default]")),
    "the call that failed": (
        "we open at once",
        both(r": (stat|open) /", ": /")),
    "which build it is": (
        "the reference keeps it to itself",
        ours(r"(build ID mismatch): .* has [0-9a-f]+$", r"\1")),
    "where it was looked for": (
        "the reference does not say",
        ours(r"^Looked in .*\n")),
    "what to do about names": (
        "the reference says nothing",
        ours(r"^.*: no names for most addresses\. .*\n")),
    "what to do about lines": (
        "the reference says nothing",
        ours(r"^.*: no source lines\. .*\n")),
    "sources not found": (
        "the reference says it in the listing only",
        ours(r"^Source files that were not found: .*\n")),
}


def explain(rows, theirs, ours):
    """The names of the rows that make the two equal, or None."""
    needed = []
    for name, (_, change) in rows.items():
        if theirs == ours:
            break
        changed = change(theirs, ours)
        if changed != (theirs, ours):
            theirs, ours = changed
            needed.append(name)
    return needed if theirs == ours else None
