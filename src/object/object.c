/* An open ELF file: see object.h.
 *
 * Invariant: every slice handed out lies in the file's bytes or in the arena,
 * both of which live as long as the object. */
#include "object/object.h"

#include "object/elf.h"

/* A section that was asked for. */
struct kept_section {
    const struct pp_elf_section *section;
    struct pp_slice bytes;
};

struct pp_object {
    struct pp_arena arena; /* of everything, itself included */
    struct pp_elf elf;
    char build_id[PP_BUILD_ID_HEX_SIZE];
    struct {
        struct kept_section *items;
        uint32_t count, capacity;
    } sections;
};

/* ---- opening ------------------------------------------------------------ */

static struct pp_object *new_object(const struct pp_object_options *options,
                                    struct pp_error *err)
{
    struct pp_arena arena;
    pp_arena_init(&arena, options ? options->memory_max : 0);
    struct pp_object *object = pp_arena_new(&arena, struct pp_object);
    if (!object) {
        pp_fail_memory(err);
        return NULL;
    }
    object->arena = arena;
    object->elf.fd = -1;
    return object;
}

int pp_object_open(const char *path, const struct pp_object_options *options,
                   struct pp_object **out, struct pp_error *err)
{
    *out = NULL;
    struct pp_object *object = new_object(options, err);
    if (!object)
        return PP_E_MEMORY;
    const char *copy = pp_slice_copy(&object->arena, pp_slice_of(path));
    int status = copy ? pp_elf_open(&object->elf, &object->arena, copy, err)
                      : pp_fail_memory(err);
    if (status < 0) {
        pp_object_free(object);
        return status;
    }
    pp_elf_build_id(&object->elf, object->build_id);
    *out = object;
    return PP_OK;
}

int pp_object_open_image(const void *image, size_t size,
                         const struct pp_object_options *options,
                         struct pp_object **out, struct pp_error *err)
{
    *out = NULL;
    struct pp_object *object = new_object(options, err);
    if (!object)
        return PP_E_MEMORY;
    int status =
        pp_elf_open_image(&object->elf, &object->arena, image, size, err);
    if (status < 0) {
        pp_object_free(object);
        return status;
    }
    pp_elf_build_id(&object->elf, object->build_id);
    *out = object;
    return PP_OK;
}

void pp_object_free(struct pp_object *object)
{
    if (!object)
        return;
    pp_elf_close(&object->elf);
    /* The arena holds the object that holds the arena. */
    struct pp_arena arena = object->arena;
    pp_arena_release(&arena);
}

/* ---- what it is --------------------------------------------------------- */

const char *pp_object_path(const struct pp_object *object)
{
    return object->elf.path;
}

struct pp_slice pp_object_id(const struct pp_object *object)
{
    return pp_slice_of(object->build_id);
}

uint16_t pp_object_machine(const struct pp_object *object)
{
    return object->elf.machine;
}

bool pp_object_is_64(const struct pp_object *object)
{
    return object->elf.is_64;
}

bool pp_object_is_swapped(const struct pp_object *object)
{
    return object->elf.is_swapped;
}

size_t pp_object_memory(const struct pp_object *object)
{
    return object->arena.used;
}

/* ---- bytes -------------------------------------------------------------- */

/* So many bytes of the file, in the arena; empty when they cannot be had. */
static struct pp_slice copy_bytes(struct pp_object *object, uint64_t offset,
                                  uint64_t size)
{
    if (size > object->elf.size || offset > object->elf.size - size)
        return (struct pp_slice){0};
    char *bytes = pp_arena_alloc(&object->arena, (size_t)size);
    if (!bytes ||
        pp_elf_read(&object->elf, offset, bytes, (size_t)size, NULL) < 0)
        return (struct pp_slice){0};
    return (struct pp_slice){bytes, (size_t)size};
}

static struct pp_slice read_section(struct pp_object *object,
                                    const struct pp_elf_section *section)
{
    if (section->flags & SHF_COMPRESSED || !pp_elf_holds(&object->elf, section))
        return (struct pp_slice){0};
    return copy_bytes(object, section->offset, section->size);
}

/* The section's bytes, read once. */
static struct pp_slice keep_section(struct pp_object *object,
                                    const struct pp_elf_section *section)
{
    for (uint32_t i = 0; i < object->sections.count; i++)
        if (object->sections.items[i].section == section)
            return object->sections.items[i].bytes;
    struct kept_section *kept =
        pp_vector_add(&object->arena, &object->sections);
    if (!kept)
        return (struct pp_slice){0};
    *kept = (struct kept_section){section, read_section(object, section)};
    return kept->bytes;
}

bool pp_object_section(struct pp_object *object, const char *name,
                       struct pp_slice *bytes, uint64_t *address)
{
    const struct pp_elf_section *section = pp_elf_section(&object->elf, name);
    *bytes = section ? keep_section(object, section) : (struct pp_slice){0};
    if (section && address)
        *address = section->address;
    return bytes->size > 0;
}

bool pp_object_bytes(struct pp_object *object, uint64_t address,
                     struct pp_slice *bytes)
{
    *bytes = (struct pp_slice){0};
    for (uint32_t i = 0; i < object->elf.segment_count; i++) {
        const struct pp_elf_segment *segment = &object->elf.segments[i];
        uint64_t offset = address - segment->address;
        if (segment->type != PT_LOAD || address < segment->address ||
            offset >= segment->file_size)
            continue;
        *bytes = copy_bytes(object, segment->offset + offset,
                            segment->file_size - offset);
        return bytes->size > 0;
    }
    return false;
}

bool pp_object_loaded(struct pp_object *object, uint32_t index,
                      struct pp_slice *bytes, uint64_t *address)
{
    for (uint32_t i = 0; i < object->elf.segment_count; i++) {
        const struct pp_elf_segment *segment = &object->elf.segments[i];
        if (segment->type != PT_LOAD || index-- > 0)
            continue;
        *address = segment->address;
        *bytes = copy_bytes(object, segment->offset, segment->file_size);
        return true;
    }
    return false;
}
