/* The bytes of Go's table of functions and lines, as each version of it lays
 * them out. Private to lines/. */
#ifndef PP_LINES_GO_FORMAT_H
#define PP_LINES_GO_FORMAT_H

#include "base/base.h"

/* Where a record of the tree of inlined calls has what. */
struct pp_go_call_format {
    uint8_t size; /* of a record; 0: such trees are not read */
    uint8_t name, parent;
    uint8_t start_line; /* 0: there is none */
};

/* What differs from version to version. Words are of the size of a pointer. */
struct pp_go_format {
    uint32_t magic;
    uint8_t text_word;    /* in the header: where text starts; 0: nowhere */
    uint8_t offsets_word; /* the first of five offsets of parts; 0: none */
    bool is_relative;     /* entries are 32-bit offsets from text's start */
    bool has_unit;        /* a record tells its compilation unit */
    bool has_start_line;  /* and its first line */
    uint8_t calls_word;   /* in the module data: where trees are; 0: nowhere,
                             records have pointers */
    struct pp_go_call_format call;
};

struct pp_go_header {
    const struct pp_go_format *format;
    bool is_swapped;
    uint8_t quantum; /* addresses count in that many bytes */
    uint8_t pointer_size;
    uint32_t function_count;
    uint64_t text_start; /* as the header says; 0 where it was to be relocated.
                            The caller's to correct */
    struct pp_slice table;
    struct pp_slice names, files, values, records; /* parts of it */
    struct pp_slice units; /* indices of files, unit by unit; empty in Go 1.2 */
    struct pp_slice index; /* addresses and records of the functions */
};

/* A function. */
struct pp_go_record {
    uint64_t entry;
    uint32_t name;                                  /* in names */
    uint32_t file_values, line_values, call_values; /* in values; 0: none */
    uint32_t unit;                                  /* in units */
    uint32_t start_line;                            /* 0 unknown */
    bool has_calls;
    uint64_t calls; /* the tree: an offset, or an address (calls_word) */
};

/* An inlined call: what the code at one address of a function belongs to. */
struct pp_go_call {
    struct pp_slice name;
    uint64_t parent; /* distance from the entry to an instruction that has the
                        call's own position */
    uint32_t start_line;
};

/* How many bytes a header needs to be recognised. */
enum { PP_GO_MAGIC_SIZE = 8 };

/* Read the header of a table, of which `bytes` may hold more than it has.
 * false when that is none, or its parts are not in the bytes. */
bool pp_go_header_read(struct pp_go_header *header, struct pp_slice bytes,
                       bool is_swapped);

/* The address of the function at an index; at function_count the end of the
 * last one. */
uint64_t pp_go_entry(const struct pp_go_header *header, uint32_t index);

/* What the table says of the function at an index. */
bool pp_go_record_read(const struct pp_go_header *header, uint32_t index,
                       struct pp_go_record *record);

/* The call at an index of the tree that begins at an offset of `bytes`. false
 * when it makes no sense. */
bool pp_go_call_read(const struct pp_go_header *header, struct pp_slice bytes,
                     uint64_t tree, uint32_t index, struct pp_go_call *call);

/* What one of the tables of values by address has at a distance from the
 * function's entry. Takes the bytes it reads from *work, and reads no more. */
bool pp_go_value(const struct pp_go_header *header, uint32_t table,
                 uint64_t distance, size_t *work, int32_t *value);

/* The distance up to which a table of values has any: the size of the function.
 * 0 where there is no table, or more of it than *work, as above. */
uint64_t pp_go_values_end(const struct pp_go_header *header, uint32_t table,
                          size_t *work);

/* Texts; empty when there are none. */
struct pp_slice pp_go_name(const struct pp_go_header *header, uint32_t name);
struct pp_slice pp_go_file(const struct pp_go_header *header, uint32_t unit,
                           int32_t file);

#endif
