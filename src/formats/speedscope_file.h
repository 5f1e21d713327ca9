/* speedscope_file: the content of a speedscope file, from its JSON. Private to
 * formats. */
#ifndef PP_FORMATS_SPEEDSCOPE_FILE_H
#define PP_FORMATS_SPEEDSCOPE_FILE_H

#include "formats/call_tree.h"

struct pp_speedscope_frame {
    struct pp_slice name, filename;
    int64_t line, column;
};

struct pp_speedscope_profile {
    struct pp_slice name, unit;
};

/* All zero is an empty one. */
struct pp_speedscope_file {
    struct pp_arena arena; /* of the texts and the arrays */
    struct {
        struct pp_speedscope_frame *items;
        uint32_t count, capacity;
    } frames;
    struct {
        struct pp_speedscope_profile *items;
        uint32_t count, capacity;
    } profiles;
    struct pp_call_tree tree; /* the frame of root i is profile i */
};

/* 0, PP_E_MEMORY, or PP_E_FORMAT with the byte in the words. Whether the tree's
 * frames are there is not looked at. The file is to be released in any case. */
int pp_speedscope_file_read(struct pp_speedscope_file *file,
                            struct pp_slice bytes, struct pp_error *err);
void pp_speedscope_file_release(struct pp_speedscope_file *file);

#endif
