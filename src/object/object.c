/* An open ELF file: see object.h.
 *
 * The file is mapped, or what is asked for is copied; in both cases `elf` reads
 * it, and a section or segment that was asked for is remembered.
 *
 * Invariant: every slice handed out lies in the mapping, the caller's image or
 * the arena, all of which live as long as the object. */
#include "object/open.h"

#include <stdatomic.h>
#include <stdio.h>

#include "object/compressed.h"
#include "object/mapped_file.h"
#include "os/os.h"

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
    object->is_copied = options && options->copied;
    return object;
}

/* Have the file's bytes in memory: from here on `elf` is an image. Where it
 * cannot be mapped what is asked for is copied. */
static void map_file(struct pp_object *object)
{
    struct pp_elf *elf = &object->elf;
    object->mapped = pp_mapped_file_open(elf->fd, (size_t)elf->size);
    if (!object->mapped)
        return;
    elf->image = object->mapped;
    pp_elf_close(elf);
}

static int open_path(struct pp_object *object, const char *path,
                     struct pp_error *err)
{
    const char *copy = pp_slice_copy(&object->arena, pp_slice_of(path));
    if (!copy)
        return pp_fail_memory(err);
    int status = pp_elf_open(&object->elf, &object->arena, copy, err);
    if (status == PP_OK && !object->is_copied)
        map_file(object);
    return status;
}

/* Hand the object out, or free it if opening it failed. */
static int finish(struct pp_object *object, int status, struct pp_object **out)
{
    if (status < 0) {
        pp_object_free(object);
        return status;
    }
    pp_elf_build_id(&object->elf, object->build_id);
    *out = object;
    return PP_OK;
}

int pp_object_open(const char *path, const struct pp_object_options *options,
                   struct pp_object **out, struct pp_error *err)
{
    *out = NULL;
    struct pp_object *object = new_object(options, err);
    if (!object)
        return PP_E_MEMORY;
    return finish(object, open_path(object, path, err), out);
}

int pp_object_open_image(const void *image, size_t size,
                         const struct pp_object_options *options,
                         struct pp_object **out, struct pp_error *err)
{
    *out = NULL;
    struct pp_object *object = new_object(options, err);
    if (!object)
        return PP_E_MEMORY;
    object->is_copied = false; /* it stays where it is */
    int status =
        pp_elf_open_image(&object->elf, &object->arena, image, size, err);
    return finish(object, status, out);
}

void pp_object_free(struct pp_object *object)
{
    if (!object)
        return;
    pp_elf_close(&object->elf);
    if (object->mapped)
        pp_mapped_file_close(object->mapped, (size_t)object->elf.size);
    /* The arena holds the object that holds the arena. */
    struct pp_arena arena = object->arena;
    pp_arena_release(&arena);
}

void pp_object_close_file(struct pp_object *object)
{
    pp_elf_close(&object->elf);
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

/* ---- bytes of the file -------------------------------------------------- */

/* What was remembered of a place in the file, NULL when nothing was. */
static struct pp_kept_bytes *find_kept(struct pp_object *object,
                                       const void *place)
{
    for (uint32_t i = 0; i < object->kept.count; i++)
        if (object->kept.items[i].place == place)
            return &object->kept.items[i];
    return NULL;
}

static struct pp_slice keep(struct pp_object *object, const void *place,
                            struct pp_slice bytes)
{
    struct pp_kept_bytes *kept = pp_vector_add(&object->arena, &object->kept);
    if (!kept)
        return (struct pp_slice){0};
    *kept = (struct pp_kept_bytes){place, bytes};
    return bytes;
}

/* ---- compressed sections ------------------------------------------------ */

enum { JOB_COUNT_MAX = 16 };

/* A section to uncompress. */
struct job {
    const struct pp_elf_section *section;
    struct pp_slice stored; /* as it is in the file */
    struct pp_compressed compressed;
    char *out;
    bool is_done;
};

/* Jobs, done by whoever is free next. */
struct jobs {
    struct job items[JOB_COUNT_MAX];
    uint32_t count;
    atomic_uint next;
    struct pp_arena stored; /* of copies */
    bool is_mapped;
};

/* Put a job in order: the largest comes first, others are done beside it. */
static void insert_job(struct jobs *jobs, const struct job *job)
{
    uint32_t at = jobs->count++;
    while (at > 0 && jobs->items[at - 1].compressed.size < job->compressed.size)
        jobs->items[at] = jobs->items[at - 1], at--;
    jobs->items[at] = *job;
}

/* Add the section to the jobs; where it cannot be uncompressed remember that.
 */
static void add_job(struct pp_object *object, struct jobs *jobs,
                    const struct pp_elf_section *section)
{
    struct job job = {.section = section};
    job.stored = pp_elf_section_bytes(&object->elf, section, &jobs->stored);
    if (pp_compressed_parse(&object->elf, section, job.stored, &job.compressed))
        job.out = pp_arena_alloc(&object->arena, job.compressed.size);
    if (job.out)
        insert_job(jobs, &job);
    else
        keep(object, section, (struct pp_slice){0});
}

static void run_jobs(void *context, uint32_t index)
{
    struct jobs *jobs = context;
    (void)index;
    for (;;) {
        uint32_t next = atomic_fetch_add(&jobs->next, 1);
        if (next >= jobs->count)
            return;
        struct job *job = &jobs->items[next];
        job->is_done = pp_uncompress(&job->compressed, job->out);
        if (jobs->is_mapped)
            pp_mapped_file_drop((const uint8_t *)job->stored.data,
                                job->stored.size);
    }
}

/* Do all jobs and remember what came of them. */
static void do_jobs(struct pp_object *object, struct jobs *jobs)
{
    enum { ENOUGH = 1 << 20 };
    uint64_t size = 0;
    for (uint32_t i = 0; i < jobs->count; i++)
        size += jobs->items[i].compressed.size;
    uint32_t parts =
        object->is_copied ? 1 : pp_os_part_count(size, (uint64_t)ENOUGH);
    pp_os_run_parts(parts < jobs->count ? parts : jobs->count, run_jobs, jobs);
    for (uint32_t i = 0; i < jobs->count; i++) {
        const struct job *job = &jobs->items[i];
        struct pp_slice bytes = {job->out, job->compressed.size};
        keep(object, job->section, job->is_done ? bytes : (struct pp_slice){0});
    }
}

/* ---- sections ----------------------------------------------------------- */

/* The section of a name, or of the name that GNU gave it when compressed. */
static const struct pp_elf_section *find_section(const struct pp_elf *elf,
                                                 const char *name,
                                                 bool *is_compressed)
{
    static const char debug[] = ".debug_";
    char old_name[64];
    const struct pp_elf_section *section = pp_elf_section(elf, name);
    *is_compressed = section && section->flags & SHF_COMPRESSED;
    if (section || strncmp(name, debug, sizeof debug - 1) != 0 ||
        strlen(name) + 1 >= sizeof old_name)
        return section;
    snprintf(old_name, sizeof old_name, ".z%s", name + 1);
    section = pp_elf_section(elf, old_name);
    *is_compressed = section != NULL;
    return section;
}

static void init_jobs(struct jobs *jobs, const struct pp_object *object)
{
    *jobs = (struct jobs){.is_mapped = object->mapped != NULL};
    pp_arena_init(&jobs->stored, object->arena.ceiling);
}

void pp_object_prepare(struct pp_object *object, const char *const *names)
{
    struct jobs jobs;
    init_jobs(&jobs, object);
    for (; *names && jobs.count < JOB_COUNT_MAX; names++) {
        bool is_compressed;
        const struct pp_elf_section *section =
            find_section(&object->elf, *names, &is_compressed);
        if (is_compressed && !find_kept(object, section))
            add_job(object, &jobs, section);
    }
    if (jobs.count > 0)
        do_jobs(object, &jobs);
    pp_arena_release(&jobs.stored);
}

bool pp_object_section(struct pp_object *object, const char *name,
                       struct pp_slice *bytes, uint64_t *address)
{
    bool is_compressed;
    const struct pp_elf_section *section =
        find_section(&object->elf, name, &is_compressed);
    *bytes = (struct pp_slice){0};
    if (!section)
        return false;
    if (address)
        *address = section->address;
    if (is_compressed)
        pp_object_prepare(object, (const char *const[]){name, NULL});
    const struct pp_kept_bytes *kept = find_kept(object, section);
    *bytes =
        kept
            ? kept->bytes
            : keep(object, section,
                   pp_elf_section_bytes(&object->elf, section, &object->arena));
    return bytes->size > 0;
}

bool pp_object_has_section(const struct pp_object *object, const char *name)
{
    bool is_compressed;
    const struct pp_elf_section *section =
        find_section(&object->elf, name, &is_compressed);
    return section && section->type != SHT_NOBITS && section->size > 0;
}

/* ---- what is loaded ----------------------------------------------------- */

static struct pp_slice segment_bytes(struct pp_object *object,
                                     const struct pp_elf_segment *segment)
{
    const struct pp_kept_bytes *kept = find_kept(object, segment);
    return kept ? kept->bytes
                : keep(object, segment,
                       pp_elf_bytes(&object->elf, segment->offset,
                                    segment->file_size, &object->arena));
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
        struct pp_slice all = segment_bytes(object, segment);
        if (all.size > 0)
            *bytes = (struct pp_slice){all.data + offset, all.size - offset};
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
        *bytes = segment_bytes(object, segment);
        return true;
    }
    return false;
}
