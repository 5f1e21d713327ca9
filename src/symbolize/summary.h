/* What the person is told of mappings that could not be named: a few lines in
 * the end, however many mappings there are. Private to symbolize/. */
#ifndef PP_SYMBOLIZE_SUMMARY_H
#define PP_SYMBOLIZE_SUMMARY_H

#include "symbolize/symbolize.h"

/* Files that share a trouble: the first few by name, the others counted. */
struct pp_file_list {
    struct pp_buffer names;
    uint32_t count;
    struct pp_slice last; /* the mappings of one file stand together */
};

struct pp_summary {
    void (*warn)(const char *line);
    const struct pp_symbolize_options *options;
    bool is_missing;            /* a file that was wanted is not there */
    struct pp_file_list failed; /* those not told one by one */
    struct pp_file_list nameless;
    struct pp_file_list incomplete;
    uint32_t failed_count;
};

/* The first mapping, or another one, has no file name. */
void pp_summary_no_file_name(struct pp_summary *summary, bool is_first);

/* A mapping's file could not be opened, or (PP_E_FORMAT) is not the one: err
 * says why. file is its base name. */
void pp_summary_failed(struct pp_summary *summary, struct pp_slice file,
                       struct pp_slice build_id, const struct pp_error *err);

/* It was opened, but has no names for most addresses. Texts are borrowed until
 * the end. */
void pp_summary_nameless(struct pp_summary *summary, struct pp_slice file);

/* The program has names, but no lines, which matters only to those who want
 * to see them; why (may be NULL) if it could not be opened. */
void pp_summary_lineless(const struct pp_summary *summary, struct pp_slice file,
                         const char *why);

/* A further file that its debug information refers to is not there; why: which
 * one, and where it was looked for. */
void pp_summary_incomplete(struct pp_summary *summary, struct pp_slice file,
                           const char *why);

/* Tell what has not been told yet, and release all. */
void pp_summary_end(struct pp_summary *summary);

#endif
