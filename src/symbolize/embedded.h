/* Source lines inside of the measured program: what libpprof-symbolize.so does
 * for libpprof. It is an object of its own so that a program that only wants
 * names is spared the readers of DWARF and of compressed sections. Private to
 * symbolize/. */
#ifndef PP_SYMBOLIZE_EMBEDDED_H
#define PP_SYMBOLIZE_EMBEDDED_H

#include "lines/lines.h"

struct pp_embedded_lines; /* of one file; one thread at a time */

/* What libpprof-symbolize.so exports. It starts no threads and never calls
 * malloc. */
struct pp_line_reader {
    uint32_t version; /* PP_LINE_READER_VERSION, or it is not used */
    /* The lines of the file at a path, if its build id is `id`, from its own
     * debug information or from a debug file of the system. They hold at most
     * memory_max bytes: PP_E_MEMORY when that is not enough. */
    int (*open)(const char *path, struct pp_slice id, size_t memory_max,
                struct pp_embedded_lines **lines, struct pp_error *err);
    /* As those of lines.h. */
    void (*prepare)(struct pp_embedded_lines *lines, const uint64_t *addresses,
                    uint32_t count);
    uint32_t (*find)(struct pp_embedded_lines *lines, uint64_t address,
                     struct pp_frame *frames, uint32_t frame_max);
    size_t (*memory)(const struct pp_embedded_lines *lines);
    void (*free)(struct pp_embedded_lines *lines);
};
#define PP_LINE_READER_VERSION 1
#define PP_LINE_READER_FILE "libpprof-symbolize.so"
#define PP_LINE_READER_SYMBOL "pprof_line_reader"

#endif
