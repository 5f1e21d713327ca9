/* The source files that a profile names. Private to report. */
#ifndef PP_REPORT_SOURCE_FILE_H
#define PP_REPORT_SOURCE_FILE_H

#include "report/report.h"

struct pp_source_files;

/* Where to look for them, as in pp_options; source_path "" is the current
 * directory. The arena must be a fatal one and outlive them; NULL on
 * failure. */
struct pp_source_files *pp_source_files_new(struct pp_arena *arena,
                                            const char *source_path,
                                            const char *trim_path,
                                            struct pp_error *err);
void pp_source_files_free(struct pp_source_files *files);

struct pp_source_file {
    uint32_t line_count;
    const char *error; /* why it could not be read, or NULL */
};

/* The file that a profile calls `name`; with `read` it is read now, unless it
 * was. It is good until the next one is asked for. */
const struct pp_source_file *pp_source_files_find(struct pp_source_files *files,
                                                  struct pp_slice name,
                                                  bool read);

/* Tell the person, if some that were wanted could not be read, what decides
 * where they are looked for. */
void pp_source_files_warn(const struct pp_source_files *files,
                          const struct pp_report_output *output);

/* Line 1 .. line_count of it, without its end. Borrows. */
struct pp_slice pp_source_file_line(const struct pp_source_file *file,
                                    uint32_t line);

#endif
