/* Naming at the source: inside the measured program, from the files that are
 * mapped, so that a profile can be read anywhere without them. Functions come
 * from symbol tables; lines and inlined calls, where they are wanted, from
 * debug information, which libpprof-symbolize.so reads. Of the two, the symbol
 * table names the function that is there in the code, as at the desk. See
 * symbolize.h.
 *
 * Nothing here calls malloc, and nothing fails: what cannot be named stays as
 * it is. */
#include <link.h>
#include <stdio.h>

#include "os/os.h"
#include "symbolize/functions.h"
#include "symbolize/tables.h"

enum {
    PATH_SIZE = 4096,
    MANGLED_SIZE_MAX = 512, /* longer names are demangled at the desk: they
                               want more stack than our threads have */
};

/* ---- a profile ---------------------------------------------------------- */

struct naming {
    struct pp_source_names *names;
    struct pp_profile *profile;
    enum pp_source_detail detail;
    struct pp_arena arena;
    struct pp_frame_functions by_frame; /* texts stay while files are open */
    struct pp_function_adder functions;
    struct pp_buffer demangled;
    struct pp_frame *frames; /* room for PP_FRAMES_MAX */
    struct pp_line *lines;   /* likewise */

    /* of the mapping at hand */
    const struct pp_symbols *symbols;
    struct pp_embedded_lines *source; /* NULL: none */
    uint64_t base;
};

/* The demangled name, or the name itself. */
static struct pp_slice demangle(struct pp_buffer *scratch, struct pp_slice name)
{
    pp_buffer_clear(scratch);
    if (name.size <= MANGLED_SIZE_MAX &&
        pp_demangle(name, PP_DEMANGLE_SIMPLE, scratch))
        return pp_buffer_slice(scratch);
    return name;
}

/* The function of a frame. */
static uint32_t get_function(struct naming *naming,
                             const struct pp_frame *frame)
{
    uint32_t function = pp_frame_functions_find(&naming->by_frame, frame);
    if (function != PP_NONE)
        return function;
    function = pp_function_add(&naming->functions,
                               demangle(&naming->demangled, frame->function),
                               frame->function, frame->file, frame->start_line);
    if (function != PP_NONE)
        pp_frame_functions_add(&naming->by_frame, frame, function);
    return function;
}

/* The frames at an address of the file; none if the function that is there is
 * not known. */
static uint32_t find_frames(const struct naming *naming, uint64_t address)
{
    struct pp_frame *frames = naming->frames;
    struct pp_slice name;
    uint32_t count = 0;
    if (naming->source)
        count = naming->names->reader->find(naming->source, address, frames,
                                            PP_FRAMES_MAX);
    if (pp_symbols_find(naming->symbols, address, &name, NULL)) {
        if (count == 0)
            frames[count++] = (struct pp_frame){0};
        frames[count - 1].function = name;
    }
    return count > 0 && frames[count - 1].function.size > 0 ? count : 0;
}

static void note_lines(struct pp_mapping *mapping,
                       const struct pp_frame *frames, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        mapping->has_filenames |= frames[i].file.size > 0;
        mapping->has_line_numbers |= frames[i].line != 0;
        mapping->has_inline_frames |= frames[i].line != 0;
    }
}

/* Name one location; false when that cannot be. */
static bool name_location(struct naming *naming, uint32_t index,
                          struct pp_mapping *mapping)
{
    struct pp_profile *profile = naming->profile;
    uint64_t address = profile->locations.items[index].address - naming->base;
    uint32_t count = find_frames(naming, address);
    for (uint32_t i = 0; i < count; i++) {
        const struct pp_frame *frame = &naming->frames[i];
        naming->lines[i] = (struct pp_line){get_function(naming, frame),
                                            frame->line, frame->column};
        if (naming->lines[i].function == PP_NONE)
            return false;
    }
    if (count == 0 ||
        pp_profile_set_lines(profile, index, naming->lines, count) < 0)
        return false;
    note_lines(mapping, naming->frames, count);
    return true;
}

/* ---- one mapping -------------------------------------------------------- */

/* Locations without names: those of one mapping, or of none. */
struct nameless {
    uint32_t mapping;
    const struct pp_sort_key *keys; /* whose indices they are */
    uint32_t count;
};

static uint64_t address_of(const struct naming *naming,
                           const struct nameless *nameless, uint32_t i)
{
    return naming->profile->locations.items[nameless->keys[i].index].address;
}

/* Have what these locations need read in one go. */
static void prepare_lines(struct naming *naming,
                          const struct nameless *nameless)
{
    struct pp_arena scratch = {0};
    uint64_t *addresses =
        pp_arena_array(&scratch, nameless->count, sizeof *addresses);
    for (uint32_t i = 0; addresses && i < nameless->count; i++)
        addresses[i] = address_of(naming, nameless, i) - naming->base;
    if (addresses)
        naming->names->reader->prepare(naming->source, addresses,
                                       nameless->count);
    pp_arena_release(&scratch);
}

/* Once for a file, of which there may be several mappings. */
static void tell_no_room(struct naming *naming, struct pp_kept_table *table)
{
    char space[512];
    struct pp_buffer words = pp_buffer_in(space);
    if (table->told == naming->names->begun)
        return;
    table->told = naming->names->begun;
    pp_buffer_append_slice(&words,
                           pp_slice_base_name(pp_buffer_slice(&table->path)));
    pp_buffer_append_text(&words, ": no source lines: its debug information "
                                  "does not fit PPROF_SYMBOLIZE_MEMORY");
    pp_profile_add_comment(naming->profile, pp_buffer_slice(&words));
    pp_buffer_release(&words);
}

static void open_lines(struct naming *naming, const struct nameless *nameless,
                       struct pp_kept_table *table,
                       const struct pp_mapped_file *file)
{
    naming->source = pp_tables_get_lines(naming->names, table, file);
    if (naming->source) {
        prepare_lines(naming, nameless);
        pp_tables_check_lines(naming->names, table);
        naming->source = table->lines;
        if (!naming->source) /* another mapping of the file may have had it */
            pp_frame_functions_release(&naming->by_frame);
    }
    if (table->lines_status == PP_E_MEMORY)
        tell_no_room(naming, table);
}

/* Open the file behind a mapping. */
static bool open_mapped(struct naming *naming, const struct nameless *nameless)
{
    char path[PATH_SIZE];
    const struct pp_mapping *mapping =
        &naming->profile->mappings.items[nameless->mapping];
    struct pp_slice file = pp_profile_text(naming->profile, mapping->filename);
    if (file.size >= sizeof path)
        return false;
    memcpy(path, file.data, file.size);
    path[file.size] = 0;
    struct pp_mapped_file wanted = {
        .path = path,
        .build_id = pp_profile_text(naming->profile, mapping->build_id),
        .start = mapping->start,
        .limit = mapping->limit,
    };
    struct pp_kept_table *table = pp_tables_get(naming->names, &wanted);
    if (!table ||
        pp_symbols_base(table->symbols, mapping->start, mapping->limit,
                        mapping->offset, address_of(naming, nameless, 0),
                        &naming->base, NULL) < 0)
        return false;
    naming->symbols = table->symbols;
    naming->source = NULL;
    if (naming->detail != PP_SOURCE_NAMES)
        open_lines(naming, nameless, table, &wanted);
    return true;
}

static void name_mapping(struct naming *naming, const struct nameless *nameless)
{
    struct pp_mapping *mapping =
        &naming->profile->mappings.items[nameless->mapping];
    mapping->has_functions = false;
    if (!open_mapped(naming, nameless))
        return;
    uint32_t named = 0;
    for (uint32_t i = 0; i < nameless->count; i++)
        named += name_location(naming, nameless->keys[i].index, mapping);
    mapping->has_functions = named == nameless->count;
}

/* Code that is in no file, of a JIT compiler that tells of it. The names go
 * with the table, so these locations come last (get_function). */
static void name_jit(struct naming *naming, const struct nameless *nameless)
{
    struct pp_symbols *symbols = pp_tables_open_jit();
    if (!symbols)
        return;
    struct pp_mapping none = {0};
    naming->symbols = symbols;
    naming->source = NULL;
    naming->base = 0;
    for (uint32_t i = 0; i < nameless->count; i++)
        name_location(naming, nameless->keys[i].index, &none);
    pp_symbols_free(symbols);
}

/* ---- all of them -------------------------------------------------------- */

/* The locations without names by mapping, and by address there, so that what is
 * near each other in a file is read once. Mappings with others count as named
 * at first. */
static int sort_nameless(struct naming *naming, struct pp_sort_key **keys,
                         uint32_t *count)
{
    struct pp_profile *profile = naming->profile;
    *count = 0;
    *keys =
        pp_arena_array(&naming->arena, profile->locations.count, sizeof **keys);
    if (!*keys)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        const struct pp_location *location = &profile->locations.items[i];
        if (location->line_count == 0)
            (*keys)[(*count)++] = (struct pp_sort_key){location->address, i};
        else if (location->mapping != PP_NONE)
            profile->mappings.items[location->mapping].has_functions = true;
    }
    if (pp_sort(*keys, *count, &naming->arena) < 0)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < *count; i++)
        (*keys)[i].key = profile->locations.items[(*keys)[i].index].mapping;
    return pp_sort(*keys, *count, &naming->arena);
}

static void name_all(struct naming *naming)
{
    struct pp_sort_key *keys;
    uint32_t count, end;
    if (sort_nameless(naming, &keys, &count) < 0)
        return;
    for (uint32_t start = 0; start < count; start = end) {
        for (end = start; end < count && keys[end].key == keys[start].key;)
            end++;
        struct nameless nameless = {(uint32_t)keys[start].key, keys + start,
                                    end - start};
        if (nameless.mapping == PP_NONE) /* the last */
            name_jit(naming, &nameless);
        else
            name_mapping(naming, &nameless);
    }
}

static void tell_no_reader(struct naming *naming)
{
    const struct pp_error *err = &naming->names->reader_error;
    char space[sizeof err->text + 32];
    struct pp_buffer words = pp_buffer_in(space);
    if (naming->detail == PP_SOURCE_LINES && err->status < 0) {
        pp_buffer_format(&words, "No source lines: %s", err->text);
        pp_profile_add_comment(naming->profile, pp_buffer_slice(&words));
    }
    pp_buffer_release(&words);
}

void pp_source_name_profile(struct pp_source_names *names,
                            enum pp_source_detail detail,
                            struct pp_profile *profile)
{
    struct naming naming = {
        .names = names, .profile = profile, .detail = detail};
    if (detail == PP_SOURCE_ADDRESSES)
        return;
    naming.frames =
        pp_arena_array(&naming.arena, PP_FRAMES_MAX, sizeof *naming.frames);
    naming.lines =
        pp_arena_array(&naming.arena, PP_FRAMES_MAX, sizeof *naming.lines);
    pp_function_adder_init(&naming.functions, profile);
    names->begun = names->clock + 1;
    if (naming.frames && naming.lines)
        name_all(&naming);
    tell_no_reader(&naming);
    pp_frame_functions_release(&naming.by_frame);
    pp_function_adder_release(&naming.functions);
    pp_buffer_release(&naming.demangled);
    pp_arena_release(&naming.arena);
    pp_source_trim(names);
}

/* ---- one address -------------------------------------------------------- */

/* The loaded object that holds an address. */
struct object_search {
    uint64_t address;
    uint64_t bias; /* address - bias is the file's own */
    char path[PATH_SIZE];
    bool is_found;
};

static int look_at_object(struct dl_phdr_info *info, size_t size, void *opaque)
{
    struct object_search *search = opaque;
    uint64_t address = search->address - info->dlpi_addr;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || address < segment->p_vaddr ||
            address - segment->p_vaddr >= segment->p_memsz)
            continue;
        search->bias = info->dlpi_addr;
        search->is_found = true;
        /* The program has no name here. */
        snprintf(search->path, sizeof search->path, "%s",
                 info->dlpi_name[0] ? info->dlpi_name : "/proc/self/exe");
        return 1;
    }
    return 0;
}

static bool find_object(struct object_search *search)
{
    sigset_t signals;
    pp_os_enter_loader(&signals);
    dl_iterate_phdr(look_at_object, search);
    pp_os_leave_loader(&signals);
    return search->is_found;
}

bool pp_source_name_address(struct pp_source_names *names, uint64_t address,
                            struct pp_buffer *out)
{
    struct object_search search = {.address = address};
    struct pp_slice name;
    if (!find_object(&search))
        return false;
    struct pp_mapped_file wanted = {.path = search.path};
    const struct pp_kept_table *table = pp_tables_get(names, &wanted);
    bool is_known =
        table &&
        pp_symbols_find(table->symbols, address - search.bias, &name, NULL);
    if (is_known && (name.size > MANGLED_SIZE_MAX ||
                     !pp_demangle(name, PP_DEMANGLE_SIMPLE, out)))
        pp_buffer_append_slice(out, name);
    return is_known && !out->failed;
}
