/* The ways to take a difference out, for the table in known.c. */
#ifndef PP_TESTS_DIFFERENTIAL_KNOWN_H
#define PP_TESTS_DIFFERENTIAL_KNOWN_H

#include "differential.h"

/* ---- texts.c ------------------------------------------------------------ */

/* Each of these keeps a NUL behind the text. */
void text_take(struct pp_buffer *text, struct pp_buffer *replacement);
void text_remove(struct pp_buffer *text, size_t at, size_t size);

/* The lines of a text, without their ends; items is for free(). They borrow
 * from the text. */
struct lines {
    struct pp_slice *items;
    uint32_t count, capacity;
};

/* Take the first `part` out, if there is one. Where is one, or NULL? */
void text_cut(struct pp_buffer *text, const char *part);
char *text_find(const struct pp_buffer *text, const char *part);

struct lines text_lines(const struct pp_buffer *text);
void text_sort(struct pp_buffer *text);

/* ---- layouts.c, tags.c, dot.c, callgrind.c ------------------------------ */

typedef void normalizer(const struct test_case *test_case, struct run *ours,
                        struct run *reference);

normalizer normalize_error_prefix;
normalizer normalize_time_layout;
normalizer normalize_doc_url;
normalizer normalize_tags_layout;
normalizer normalize_list_directories;
normalizer normalize_tags_divided;
normalizer normalize_missing_sources;
normalizer normalize_drop_frames_warning;
normalizer normalize_types_in_errors;
normalizer normalize_callgrind_names;
normalizer normalize_dot_escapes;

/* What is left when everything stands in a fixed order. */
void dot_sort(struct pp_buffer *text);
void dot_keep_names(struct pp_buffer *text);
void callgrind_sort(struct pp_buffer *text);

#endif
