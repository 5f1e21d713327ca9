/* Source files for -list. The profiles name lines 0 to 39; some of the files
 * have fewer, and some are not written at all. */
#include "differential.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static const struct {
    const char *name;
    uint32_t lines;
    const char *line_end; /* of all but the last line */
    const char *end;      /* of the last one */
} files[] = {
    {"src/beta.cc", 45, "\n", "\n"},
    {"a file.c", 30, "\n", ""},
    {"sources/src/main.c", 60, "\n", "\n"},
    {"sources/main.c", 25, "\r\n", "\r\n"},
    {"sources/alpha.c", 12, "\n", ""},
    {"sources/lib/../src/alpha.c", 33, "\n", "\n\n\n"},
    {"sources/remote/src/gamma.c", 38, "\n", "\r"},
    {"sources/relative.c", 0, "", ""},
    {"sources/dotted.c", 1, "", "\n"},
    {"sources/ümlaut/計.c", 40, "\n", "\n"},
};

static const char *const texts[] = {
    "int main(void)",
    "{",
    "\tif (a < b && c > d)",
    "\t\treturn \"quoted \\\" text\";",
    "",
    "    /* größe: 計算, and not UTF-8: \xe9\xff */",
    "    trailing spaces   ",
    "a\fform\vfeed",
};

static void make_directories(const char *path)
{
    char part[1200];
    for (const char *at = path + 1; (at = strchr(at, '/')) != NULL; at++) {
        snprintf(part, sizeof part, "%.*s", (int)(at - path), path);
        if (mkdir(part, 0755) < 0 && errno != EEXIST)
            die(part);
    }
}

void write_sources(const char *directory)
{
    for (uint32_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[1200];
        struct pp_buffer text = {0};
        snprintf(path, sizeof path, "%s/%s", directory, files[i].name);
        make_directories(path);
        pp_buffer_append_text(&text, "");
        for (uint32_t line = 1; line <= files[i].lines; line++)
            pp_buffer_format(
                &text, "%s%s", texts[line * 3 % (sizeof texts / sizeof *texts)],
                line < files[i].lines ? files[i].line_end : files[i].end);
        write_file(directory, files[i].name, &text);
        pp_buffer_release(&text);
    }
}
