/* Recognising what we cannot read, so as to say so. See foreign.h.
 *
 * Specification: Apple's <mach-o/loader.h> and <mach-o/fat.h>; Microsoft's "PE
 * Format"; ar(5). */
#include "object/foreign.h"

#include <stddef.h>
#include <string.h>

struct kind {
    const char *name;
    uint8_t size; /* of the magic */
    const char *magic;
};

static const struct kind kinds[] = {
    {"a Mach-O program (of macOS)", 4, "\xfe\xed\xfa\xce"},
    {"a Mach-O program (of macOS)", 4, "\xfe\xed\xfa\xcf"},
    {"a Mach-O program (of macOS)", 4, "\xce\xfa\xed\xfe"},
    {"a Mach-O program (of macOS)", 4, "\xcf\xfa\xed\xfe"},
    {"a Mach-O universal program (of macOS)", 4, "\xbe\xba\xfe\xca"},
    {"a Mach-O universal program (of macOS)", 4, "\xca\xfe\xba\xbf"},
    {"a Mach-O universal program (of macOS)", 4, "\xbf\xba\xfe\xca"},
    {"a PE/COFF program (of Windows)", 2, "MZ"},
    {"an archive of object files", 8, "!<arch>\n"},
    {"an archive of object files", 8, "!<thin>\n"},
    {"LLVM bitcode", 4, "BC\xc0\xde"},
    {"a WebAssembly module", 4, "\0asm"},
    {"a gzip file", 2, "\x1f\x8b"},
    {"a script", 2, "#!"},
};

/* Mach-O for several processors and Java's classes begin alike; but the one
 * counts a few processors there, the other has a version of 45 or more. */
static const char *kind_of_cafebabe(const uint8_t *start)
{
    enum { JAVA_VERSION_MIN = 45 };
    int count = start[4] | start[5] | start[6] ? JAVA_VERSION_MIN : start[7];
    return count < JAVA_VERSION_MIN ? "a Mach-O universal program (of macOS)"
                                    : "a Java class";
}

const char *pp_foreign_kind(const uint8_t start[PP_FOREIGN_START_SIZE])
{
    if (memcmp(start, "\xca\xfe\xba\xbe", 4) == 0)
        return kind_of_cafebabe(start);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (memcmp(start, kinds[i].magic, kinds[i].size) == 0)
            return kinds[i].name;
    return NULL;
}
