/* What an open pp_object is. Private to object/. */
#ifndef PP_OBJECT_OPEN_H
#define PP_OBJECT_OPEN_H

#include "object/elf.h"
#include "object/object.h"

/* A section or segment that was asked for. */
struct pp_kept_bytes {
    const void *place;     /* its header in pp_object.elf */
    struct pp_slice bytes; /* empty: they cannot be had */
};

struct pp_object {
    struct pp_arena arena; /* of everything, itself included */
    struct pp_elf elf;
    const uint8_t *mapped; /* the file, or NULL */
    bool is_copied;
    char build_id[PP_BUILD_ID_HEX_SIZE];
    struct {
        struct pp_kept_bytes *items;
        uint32_t count, capacity;
    } kept;
};

#endif
