/* attributes: "name=value" lines of a memory map, and $name in its other lines.
 * Private to formats. */
#ifndef PP_FORMATS_ATTRIBUTES_H
#define PP_FORMATS_ATTRIBUTES_H

#include "base/base.h"

/* Begin with {.scratch, .room}. */
struct pp_attributes {
    struct pp_arena *scratch; /* what is defined lives there */
    size_t room;              /* how many more bytes values may fill in */
    struct {
        struct pp_attribute {
            struct pp_slice name, value;
        } * items;
        uint32_t count, capacity;
    } all;
    struct pp_table table;
    size_t name_size_max;
    struct pp_buffer text; /* of the last line that was filled in */
};

void pp_attributes_release(struct pp_attributes *attributes);

/* Define the attribute that the line says; the first definition of a name
 * counts. Without a '=' it defines nothing. 0 or PP_E_MEMORY. */
int pp_attributes_define(struct pp_attributes *attributes,
                         struct pp_slice line);

/* Put values in the place of names. The result is the line itself or lives
 * until the next call. */
int pp_attributes_fill_in(struct pp_attributes *attributes,
                          struct pp_slice line, struct pp_slice *filled,
                          struct pp_error *err);

#endif
