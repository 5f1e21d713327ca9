#!/usr/bin/env python3
"""Turns a file into C: `const char NAME[]` and `const size_t NAME_size`.

usage: embed.py [--hash] NAME INPUT OUTPUT

--hash: and `const char NAME_sha256[]`, as a Content-Security-Policy tells it.
"""
import base64
import hashlib
import sys


def c_line(line):
    """The bytes of a line as a C string literal, readable where they can be."""
    special = {0x0A: "\\n", 0x09: "\\t", 0x22: '\\"', 0x5C: "\\\\", 0x3F: "\\?"}
    text = "".join(
        special.get(b) or (chr(b) if 0x20 <= b < 0x7F else f"\\{b:03o}")
        for b in line)
    return f'    "{text}"\n'


def main():
    hashed = sys.argv[1] == "--hash"
    name, source, target = sys.argv[1 + hashed:]
    with open(source, "rb") as file:
        content = file.read()
    with open(target, "w", encoding="ascii") as out:
        out.write("#include <stddef.h>\n")
        out.write(f"extern const char {name}[];\n")
        out.write(f"extern const size_t {name}_size;\n")
        out.write(f"const char {name}[] =\n")
        out.writelines(map(c_line, content.splitlines(keepends=True)))
        out.write(f"    ;\nconst size_t {name}_size = {len(content)};\n")
        if hashed:
            digest = base64.b64encode(hashlib.sha256(content).digest())
            out.write(f"extern const char {name}_sha256[];\n")
            out.write(f'const char {name}_sha256[] = "{digest.decode()}";\n')


main()
