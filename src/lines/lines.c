/* Source lines and inlined calls by address, from DWARF through elfutils.
 *
 * An address finds its unit among the ranges of all units, in the unit the
 * innermost scope (scopes.h), and from there outwards the frames: the line
 * table tells where the innermost one is, and each inlined call where the
 * frame around it is.
 *
 *     scopes        frame           its position is told by
 *     inlined g     g               the line table
 *     inlined f     f               g's call site
 *     function e    e               f's call site
 *
 * A unit is read when the first address falls into it and then kept, so that
 * the cost is a tree walk for each unit touched and two binary searches for
 * each address.
 *
 * Invariant: texts are borrowed from libdw or live in the arena; both die with
 * the pp_lines. */
#include "lines/lines.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <unistd.h>

#include "lines/scopes.h"

/* What the indices of one file may take, in bytes. */
static const size_t memory_max = (size_t)4 << 30;

struct unit {
    Dwarf_Die die;  /* has the ranges and the line table */
    Dwarf_Die tree; /* has the functions: the same, or the split unit's */
    const char *directory;
    bool is_read;
    struct pp_scopes scopes;
};

/* A file name as libdw gives it, and joined with a unit's directory. */
struct path {
    const char *name, *directory; /* both told by where they stand */
    struct pp_slice joined;
};

/* The file that has the DWARF. */
struct dwarf_file {
    int fd;
    Dwarf *dwarf;
    struct pp_object *debug; /* NULL: the object itself */
};

struct pp_lines {
    struct pp_arena arena; /* of everything but libdw's, itself included */
    struct dwarf_file file;
    struct {
        struct unit *items;
        uint32_t count, capacity;
    } units;
    struct pp_ranges ranges; /* of indices in units */
    struct {
        struct path *items;
        uint32_t count, capacity;
    } paths;
    struct pp_table paths_by_name;
};

/* ---- opening ------------------------------------------------------------ */

static const char *text_of(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    return dwarf_formstring(dwarf_attr_integrate(die, name, &attribute));
}

static int add_unit(struct pp_lines *lines, struct pp_arena *scratch,
                    Dwarf_Die *die, Dwarf_Die *split)
{
    uint32_t index = lines->units.count;
    int has_code = pp_scopes_add_ranges(&lines->ranges, scratch, die, index);
    if (has_code <= 0)
        return has_code;
    struct unit *unit = pp_vector_add(&lines->arena, &lines->units);
    if (!unit)
        return PP_E_MEMORY;
    unit->die = *die;
    unit->tree = split->addr ? *split : *die;
    unit->directory = text_of(die, DW_AT_comp_dir);
    return PP_OK;
}

/* Find which unit has which addresses. */
static int read_units(struct pp_lines *lines)
{
    struct pp_arena scratch = {0};
    Dwarf_CU *unit = NULL;
    Dwarf_Die die, split;
    int status = PP_OK;
    while (status == PP_OK && dwarf_get_units(lines->file.dwarf, unit, &unit,
                                              NULL, NULL, &die, &split) == 0)
        status = add_unit(lines, &scratch, &die, &split);
    if (status == PP_OK)
        status = pp_ranges_build(&lines->ranges, &lines->arena);
    pp_arena_release(&scratch);
    return status;
}

static bool has_units(struct pp_object *object)
{
    struct pp_slice info;
    return pp_object_section(object, ".debug_info", &info, NULL);
}

static void close_file(struct dwarf_file *file)
{
    dwarf_end(file->dwarf);
    pp_object_free(file->debug);
    if (file->fd >= 0)
        close(file->fd);
}

static int open_file(struct dwarf_file *file, struct pp_object *object,
                     const struct pp_lines_options *options,
                     struct pp_error *err)
{
    *file = (struct dwarf_file){.fd = -1};
    if (!has_units(object)) {
        int status = pp_debug_file_open(object, options->search,
                                        &options->object, &file->debug, err);
        if (status < 0)
            return status;
        object = file->debug;
    }
    file->fd = open(pp_object_path(object), O_RDONLY | O_CLOEXEC);
    file->dwarf = dwarf_begin(file->fd, DWARF_C_READ);
    return PP_OK;
}

int pp_lines_open(struct pp_object *object,
                  const struct pp_lines_options *options, struct pp_lines **out,
                  struct pp_error *err)
{
    struct dwarf_file file;
    struct pp_arena arena;
    *out = NULL;
    int status = open_file(&file, object, options, err);
    if (status < 0)
        return status;
    pp_arena_init(&arena, memory_max);
    struct pp_lines *lines = pp_arena_new(&arena, struct pp_lines);
    if (!lines) {
        close_file(&file);
        return pp_fail_memory(err);
    }
    lines->arena = arena;
    lines->file = file;
    if (read_units(lines) < 0) {
        pp_lines_free(lines);
        return pp_fail_memory(err);
    }
    *out = lines;
    return PP_OK;
}

void pp_lines_free(struct pp_lines *lines)
{
    if (!lines)
        return;
    close_file(&lines->file);
    /* The arena holds the object that holds the arena. */
    struct pp_arena arena = lines->arena;
    pp_arena_release(&arena);
}

/* ---- file names --------------------------------------------------------- */

static struct pp_slice join(struct pp_arena *arena, const char *directory,
                            const char *name)
{
    size_t directory_size = directory ? strlen(directory) : 0;
    size_t name_size = strlen(name);
    if (name[0] == '/' || directory_size == 0)
        return (struct pp_slice){name, name_size};
    char *joined = pp_arena_alloc(arena, directory_size + 1 + name_size);
    if (!joined)
        return (struct pp_slice){name, name_size};
    memcpy(joined, directory, directory_size);
    joined[directory_size] = '/';
    memcpy(joined + directory_size + 1, name, name_size);
    return (struct pp_slice){joined, directory_size + 1 + name_size};
}

/* The name joined with the directory, each pair of them once. */
static struct pp_slice join_once(struct pp_lines *lines, const char *directory,
                                 const char *name)
{
    uint32_t at, index;
    uint64_t hash =
        pp_hash_add(pp_hash_u64((uintptr_t)directory), (uintptr_t)name);
    if (!name)
        return (struct pp_slice){0};
    pp_table_each (&lines->paths_by_name, hash, at, index) {
        const struct path *path = &lines->paths.items[index];
        if (path->name == name && path->directory == directory)
            return path->joined;
    }
    struct pp_slice joined = join(&lines->arena, directory, name);
    index = lines->paths.count;
    struct path *path = pp_vector_add(&lines->arena, &lines->paths);
    if (path) {
        *path = (struct path){name, directory, joined};
        pp_table_insert(&lines->paths_by_name, &lines->arena, hash, index);
    }
    return joined;
}

/* ---- frames ------------------------------------------------------------- */

static int64_t number_of(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    if (dwarf_formudata(dwarf_attr_integrate(die, name, &attribute), &value))
        return 0;
    return (int64_t)value;
}

/* The mangled name where there is one, through abstract origins and
 * specifications. */
static struct pp_slice function_name(Dwarf_Die *die)
{
    const char *name = text_of(die, DW_AT_linkage_name);
    if (!name)
        name = text_of(die, DW_AT_MIPS_linkage_name);
    if (!name)
        name = text_of(die, DW_AT_name);
    return pp_slice_of(name);
}

/* Where a row of the unit's line table says the address is. */
static void locate_by_table(struct pp_lines *lines, struct unit *unit,
                            uint64_t address, struct pp_frame *frame)
{
    Dwarf_Line *row = dwarf_getsrc_die(&unit->die, address);
    int line = 0, column = 0;
    if (!row)
        return;
    frame->file =
        join_once(lines, unit->directory, dwarf_linesrc(row, NULL, NULL));
    dwarf_lineno(row, &line);
    dwarf_linecol(row, &column);
    frame->line = line;
    frame->column = column;
}

/* Where an inlined call stands in the frame around it. */
static void locate_by_call(struct pp_lines *lines, struct unit *unit,
                           Dwarf_Die *call, struct pp_frame *frame)
{
    Dwarf_Files *files;
    size_t count;
    size_t index = (size_t)number_of(call, DW_AT_call_file);
    if (dwarf_getsrcfiles(&unit->tree, &files, &count) == 0 && index < count)
        frame->file = join_once(lines, unit->directory,
                                dwarf_filesrc(files, index, NULL, NULL));
    frame->line = number_of(call, DW_AT_call_line);
    frame->column = number_of(call, DW_AT_call_column);
}

/* The unit at an address, its scopes read; NULL when there is none. */
static struct unit *find_unit(struct pp_lines *lines, uint64_t address)
{
    uint32_t index = pp_ranges_find(&lines->ranges, address);
    if (index == PP_NONE)
        return NULL;
    struct unit *unit = &lines->units.items[index];
    if (!unit->is_read) {
        unit->is_read = true;
        if (pp_scopes_read(&unit->scopes, &lines->arena, &unit->tree) < 0)
            unit->scopes = (struct pp_scopes){0};
    }
    return unit;
}

uint32_t pp_lines_find(struct pp_lines *lines, uint64_t address,
                       struct pp_frame *frames, uint32_t frame_max)
{
    struct unit *unit = find_unit(lines, address);
    if (!unit || frame_max == 0)
        return 0;
    uint32_t at = pp_ranges_find(&unit->scopes.ranges, address);
    uint32_t count = 1;
    frames[0] = (struct pp_frame){0};
    locate_by_table(lines, unit, address, &frames[0]);
    if (at == PP_NONE)
        return frames[0].line != 0;
    for (;;) {
        struct pp_scope *scope = &unit->scopes.all.items[at];
        struct pp_frame *frame = &frames[count - 1];
        frame->function = function_name(&scope->die);
        frame->start_line = number_of(&scope->die, DW_AT_decl_line);
        if (scope->parent == PP_NONE || count == frame_max)
            return count;
        frames[count] = (struct pp_frame){0};
        locate_by_call(lines, unit, &scope->die, &frames[count++]);
        at = scope->parent;
    }
}

void pp_lines_prepare(struct pp_lines *lines, const uint64_t *addresses,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        find_unit(lines, addresses[i]);
}

size_t pp_lines_memory(const struct pp_lines *lines)
{
    return lines->arena.used;
}
