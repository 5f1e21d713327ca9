/* The page of -weblist as it is written. Private to weblist_*.c. */
#ifndef PP_REPORT_WEBLIST_PAGE_H
#define PP_REPORT_WEBLIST_PAGE_H

#include "report/source_file.h"
#include "report/weblist.h"

struct pp_weblist_page {
    const struct pp_report_job *job;
    const struct pp_weblist_code *code;
    const struct pp_weblist_functions *functions;
    struct pp_source_files *files;
    struct pp_buffer *out;
    struct pp_buffer scratch; /* a text before it is escaped */
};

static inline struct pp_slice pp_weblist_path(
    const struct pp_weblist_page *page,
    const struct pp_weblist_function *function)
{
    return page->code->sources.all.items[function->source];
}

/* Our own text, with its tags; and any other text, which is none. */
void pp_weblist_append(const struct pp_weblist_page *page, const char *text);
void pp_weblist_append_escaped(const struct pp_weblist_page *page,
                               struct pp_slice text);

/* A value at the right end of a column; and one that is "." for 0. */
enum { PP_WEBLIST_VALUE_WIDTH = 10 };
void pp_weblist_append_value(struct pp_weblist_page *page, int64_t value,
                             size_t width);
void pp_weblist_append_value_or_dot(struct pp_weblist_page *page,
                                    int64_t value);

/* How far a line of the source is indented, in columns; not more than is of
 * use. */
size_t pp_weblist_indentation(struct pp_slice line);

/* What follows `indent` spaces, its tabs as spaces, padded to a width. */
void pp_weblist_append_padded(struct pp_weblist_page *page, size_t indent,
                              struct pp_slice text, size_t width);

/* A source file's lines of a function, and the machine code behind each. */
int pp_weblist_append_lines(struct pp_weblist_page *page,
                            const struct pp_weblist_function *function,
                            struct pp_error *err);

#endif
