"""Builds the programs, and makes profiles of them that nobody measured: samples
all over their functions, without a name, so that the tools have to find all.
"""
import pathlib
import re
import shutil
import struct
import subprocess

HERE = pathlib.Path(__file__).parent
PIE_BIAS, LIBRARY_BIAS = 0x555555554000, 0x7F1234560000
PAGE = 4096
STEP, SAMPLES_MAX = 7, 24  # bytes between samples, samples of a function


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          text=True, **options).stdout


# ---- building ---------------------------------------------------------------

C = ["gcc", "-O2", "-g", str(HERE / "calls.c")]
WHOLE = ["-DMAIN=main"]
COMMANDS = [
    [*C, *WHOLE, "-o", "c"],
    [*C, *WHOLE, "-no-pie", "-o", "c_fixed"],
    [*C, *WHOLE, "-static", "-o", "c_static"],
    [*C, *WHOLE, "-gdwarf-4", "-gz", "-o", "c_packed"],
    [*C, *WHOLE, "-gsplit-dwarf", "-o", "c_split"],
    ["gcc", "-O2", str(HERE / "calls.c"), *WHOLE, "-o", "c_bare"],
    ["objcopy", "--only-keep-debug", "c", "c_link.debug"],
    ["strip", "-o", "c_link", "c"],
    ["objcopy", "--add-gnu-debuglink=c_link.debug", "c_link"],
    ["strip", "-o", "c_stripped", "c_fixed"],
    [*C, "-DMAIN=run", "-fPIC", "-shared", "-o", "libcalls.so"],
    ["gcc", "-O2", "-g", str(HERE / "host.c"), "./libcalls.so", "-o", "host"],
    ["g++", "-O2", "-g", str(HERE / "shapes.cc"), "-o", "cc"],
    # The package's compiler, not one that a person may have put before it.
    ["/usr/bin/rustc", "-g", "-O", "-o", "rust",
     str(HERE.parent / "lines" / "words.rs")],
]


def build():
    for command in COMMANDS:
        run(*command)


def collect_tools(folder):
    """What the reference shall find: binutils' objdump, whose dialect is ours,
    before LLVM's."""
    folder = pathlib.Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for tool in "objdump", "nm", "addr2line", "llvm-symbolizer", "llvm-nm":
        (folder / tool).symlink_to(shutil.which(tool))


# ---- what the files say -----------------------------------------------------

def code_segment(path):
    """File offset, address and size of what is loaded to be run."""
    data = pathlib.Path(path).read_bytes()
    at, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for header in range(at, at + size * count, size):
        kind, flags, offset, address, _, _, in_memory = struct.unpack_from(
            "<IIQQQQQ", data, header)
        if kind == 1 and flags & 1:
            return offset, address, in_memory
    raise ValueError(f"{path}: no code")


def is_fixed(path):
    return pathlib.Path(path).read_bytes()[16] == 2


def build_id(path):
    return re.search(r"Build ID: (\w+)", run("readelf", "-n", path))[1]


def addresses(path, wanted):
    """Addresses in the functions with a matching name, by the file."""
    found = set()
    for line in run("nm", "-S", "--defined-only", path).splitlines():
        words = line.split()
        if len(words) != 4 or words[2] not in "tTwW":
            continue
        start, size = int(words[0], 16), int(words[1], 16)
        if re.search(wanted, words[3]):
            found.update(range(start, start + min(size, STEP * SAMPLES_MAX),
                               STEP))
    return sorted(found)


# ---- profiles ---------------------------------------------------------------

class File:
    """A file as it is mapped: path is where the profile says it is; named, a
    file with the same code and symbols."""

    def __init__(self, path, wanted, bias=PIE_BIAS, named=None):
        self.path = str(pathlib.Path(path).absolute())
        self.build_id = build_id(path)
        offset, address, size = code_segment(path)
        bias = 0 if is_fixed(path) else bias
        self.start = bias + address // PAGE * PAGE
        self.limit = bias + -(-(address + size) // PAGE) * PAGE
        self.offset = offset // PAGE * PAGE
        self.addresses = [bias + a for a in addresses(named or path, wanted)]


def stacks(files):
    """A stack for each address: itself, then some callers, innermost first."""
    everything = [a for file in files for a in file.addresses]
    for i, address in enumerate(everything):
        callers = [everything[(i * k + 13) % len(everything)] for k in (3, 5)]
        yield [address, *callers[:i % 3]], i % 5 + 1


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def profile_proto(files):
    """profile.proto, as bytes."""
    texts, ids, out = ["", "cpu", "nanoseconds"], {}, []

    def text(words):
        if words not in texts:
            texts.append(words)
        return texts.index(words)

    kind = field(1, 1) + field(2, 2)
    out.append(field(1, kind))
    for i, file in enumerate(files):
        out.append(field(3, field(1, i + 1) + field(2, file.start) +
                         field(3, file.limit) + field(4, file.offset) +
                         field(5, text(file.path)) +
                         field(6, text(file.build_id))))
        for address in file.addresses:
            ids[address] = len(ids) + 1
            out.append(field(4, field(1, ids[address]) + field(2, i + 1) +
                             field(3, address)))
    for stack, value in stacks(files):
        out.append(field(2, field(1, b"".join(varint(ids[a]) for a in stack)) +
                         field(2, varint(value * 10_000_000))))
    out += [field(6, words.encode()) for words in texts]
    return b"".join([*out, field(11, kind), field(12, 10_000_000)])


def profile_gperftools(files):
    """The older form: words, and the text of the memory map. Callers are told
    there by where they go on."""
    words = [0, 3, 0, 10000, 0]
    for stack, value in stacks(files):
        words += [value, len(stack), stack[0], *(a + 1 for a in stack[1:])]
    words += [0, 1, 0]
    maps = "".join(f"{f.start:x}-{f.limit:x} r-xp {f.offset:08x} 08:01 1 "
                   f"{f.path}\n" for f in files)
    return struct.pack(f"<{len(words)}Q", *words) + maps.encode()


OWN_C = r"^(main|run|work|divide|copy)($|\.)"
OWN_GLOBAL = r"^(main|work|copy)$"  # of others symbols may tell the file
OWN_RUST = "5words"


def write_profiles():
    whole = {
        "c": [File("c", OWN_C)],
        "c_fixed": [File("c_fixed", OWN_C)],
        "c_static": [File("c_static", OWN_C)],
        "c_packed": [File("c_packed", OWN_C)],
        "c_split": [File("c_split", OWN_C)],
        "c_bare": [File("c_bare", OWN_GLOBAL)],
        "c_link": [File("c_link", OWN_C, named="c")],
        "c_stripped": [File("c_stripped", OWN_C, named="c_fixed")],
        "host": [File("host", OWN_C),
                 File("libcalls.so", OWN_C, LIBRARY_BIAS)],
        "cc": [File("cc", "^(_Z|main)")],
        "rust": [File("rust", OWN_RUST)],
        "gone": [moved("gone")],
        "replaced": [moved("replaced")],
    }
    for name, files in whole.items():
        pathlib.Path(f"{name}.pb").write_bytes(profile_proto(files))
    pathlib.Path("c.prof").write_bytes(profile_gperftools(whole["c"]))
    place_elsewhere(whole["gone"][0])


def moved(folder):
    """The program c at a place where it will not stay."""
    pathlib.Path(folder).mkdir(exist_ok=True)
    shutil.copy("c", f"{folder}/c")
    return File(f"{folder}/c", OWN_C)


def place_elsewhere(file):
    """Where gone/c may be found instead; and another program at replaced/c."""
    pathlib.Path("gone/c").unlink()
    shutil.copy("cc", "replaced/c")
    for place in "by_id/" + file.build_id, "by_name", "by_wrong_name":
        pathlib.Path(place).mkdir(parents=True, exist_ok=True)
    shutil.copy("c", f"by_id/{file.build_id}/anything")
    shutil.copy("c", "by_name/c")
    shutil.copy("cc", "by_wrong_name/c")
    shutil.copytree(HERE, "sources/native", dirs_exist_ok=True)
