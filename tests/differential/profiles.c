/* Generated profiles. Each seed turns some of the oddities on and leaves
 * others out, so that they meet in changing company. */
#include "differential.h"

#include <assert.h>

struct maker {
    struct random random;
    struct pp_profile *profile;
    bool inlines, unsymbolized, recursive, negative, huge, labelled, columns;
    bool missing;  /* some names, files, lines and mappings are empty */
    bool no_lines; /* nothing has line numbers */
};

static const char *const names[] = {
    "main",
    "alpha",
    "beta",
    "gamma_step",
    "foo",
    "bar",
    "foobar",
    "compute",
    "malloc",
    "operator new(unsigned long)",
    "std::vector<int, std::allocator<int> >::push_back(int const&)",
    "std::map<std::string, Foo<Bar> >::operator[](std::string const&)",
    "(anonymous namespace)::Worker::run()",
    "Matrix::operator()(int, int) const",
    ".ppc_entry",
    "github.com/org/project/pkg.(*Server).ServeHTTP",
    "runtime.mallocgc",
    "java.util.HashMap.put",
    "core::ptr::drop_in_place<alloc::vec::Vec<u8>>",
    "größe_berechnen",
    "計算",
    "λ expression",
    "a name with spaces",
    "percent%sname%d",
    "<unknown>",
    "[kernel]",
    "zeta{0}",
    "caf\xe9_main",
    "x\xff",
    "cut off \xe2\x82",
};

/* None has a directory twice that -source_path may trim: the reference trims
 * again each time that it builds its graph. */
static const char *const files[] = {
    "/src/main.c",
    "/src/alpha.c",
    "src/beta.cc",
    "/lib/../src/./alpha.c",
    "//double//slash.c",
    "../up/and/away.rs",
    "/build/remote/src/gamma.c",
    "/proc/self/cwd/relative.c",
    "/proc/self/cwd/./dotted.c",
    "a file.c",
    "ümlaut/計.c",
    "trailing/",
    ".",
    "x/..",
    "/src/\xc3(.c",
};

static const char *const objects[] = {
    "/usr/bin/server",   "/usr/lib/libc.so.6", "[vdso]",
    "/opt/app/bin/tool", "relative.so",        "/lib/dir/",
};

static const struct {
    const char *type, *unit;
} types[] = {
    {"samples", "count"},
    {"cpu", "nanoseconds"},
    {"cpu", "nanoseconds"},
    {"wall", "microseconds"},
    {"delay", "milliseconds"},
    {"time", "hours"},
    {"space", "bytes"},
    {"alloc_space", "bytes"},
    {"inuse_space", "bytes"},
    {"objects", "count"},
    {"contentions", "count"},
    {"cycles", "cycles"},
    {"memory", "kilobytes"},
    {"energy", "microgcu"},
    {"plain", ""},
    {"odd", "Widgets"},
    {"seconds_odd", "Seconds"},
    {"large", "GB"},
    {"heat", "°C"},
    {"delay_greek", "μss"},
    {"delay_greek_one", "μs"},
    {"delay_micro", "\u00b5s"},
    {"space_kelvin", "\u212ab"},
    {"not_utf8", "\xe2\x82"},
    {"\u00a0wide", "\xff\u3000\u2028"},
};

static struct pp_slice pick_text(struct maker *maker, const char *const *texts,
                                 uint32_t count, bool may_miss)
{
    if (may_miss && maker->missing && random_once_in(&maker->random, 6))
        return pp_slice_literal("");
    return pp_slice_of(texts[random_below(&maker->random, count)]);
}

#define PICK(maker, texts, may_miss)                                           \
    pick_text((maker), (texts), sizeof(texts) / sizeof *(texts), (may_miss))

/* ---- the tables --------------------------------------------------------- */

static bool has_type(const struct pp_profile *profile, const char *name)
{
    for (uint32_t i = 0; i < profile->sample_types.count; i++)
        if (pp_slice_equal(
                pp_profile_text(profile, profile->sample_types.items[i].type),
                pp_slice_of(name)))
            return true;
    return false;
}

/* The reference refuses profiles that have two types of one name. */
static void add_types(struct maker *maker)
{
    struct random *random = &maker->random;
    uint32_t count = 1 + random_below(random, 3);
    struct pp_profile *profile = maker->profile;
    while (profile->sample_types.count < count) {
        uint32_t type = random_below(random, sizeof types / sizeof *types);
        if (!has_type(profile, types[type].type))
            pp_profile_add_sample_type(profile, types[type].type,
                                       types[type].unit);
    }
    if (random_once_in(random, 3))
        profile->default_sample_type =
            profile->sample_types.items[random_below(random, count)].type;
    else if (random_once_in(random, 6))
        profile->default_sample_type =
            pp_profile_add_string(profile, pp_slice_literal("elsewhere"));
}

static void add_mappings(struct maker *maker)
{
    struct random *random = &maker->random;
    uint32_t count = random_below(random, 5);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t start = (uint64_t)(i + 1) << 24;
        struct pp_slice build_id = random_once_in(random, 3)
                                       ? pp_slice_literal("abc123def")
                                       : pp_slice_literal("");
        uint32_t index =
            pp_profile_add_mapping(maker->profile, start, start + 0x100000,
                                   random_once_in(random, 2) ? 0x1000 : 0,
                                   PICK(maker, objects, true), build_id);
        struct pp_mapping *mapping = &maker->profile->mappings.items[index];
        mapping->id = 2 * i + 1;
        mapping->has_functions = random_once_in(random, 2);
        mapping->has_filenames = random_once_in(random, 2);
        mapping->has_line_numbers = random_once_in(random, 2);
        mapping->has_inline_frames = random_once_in(random, 2);
    }
}

static void add_functions(struct maker *maker, uint32_t count)
{
    struct random *random = &maker->random;
    for (uint32_t i = 0; i < count; i++) {
        struct pp_slice name = PICK(maker, names, true);
        struct pp_slice system_name =
            random_once_in(random, 4) ? pp_slice_literal("_Zmangled") : name;
        uint32_t index = pp_profile_add_function(
            maker->profile, name, system_name, PICK(maker, files, true),
            random_below(random, 3) * 10);
        maker->profile->functions.items[index].id = 3 * i + 2;
    }
}

static struct pp_line make_line(struct maker *maker)
{
    struct random *random = &maker->random;
    struct pp_line line = {
        .function = random_below(random, maker->profile->functions.count),
        .line = random_below(random, 40),
    };
    if (maker->no_lines || random_once_in(random, 5))
        line.line = 0;
    if (maker->columns)
        line.column = random_below(random, 4);
    return line;
}

static void add_locations(struct maker *maker, uint32_t count)
{
    struct random *random = &maker->random;
    struct pp_profile *profile = maker->profile;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t address = 0x1000000 + random_below(random, 99);
        uint32_t mapping = PP_NONE;
        if (profile->mappings.count &&
            !(maker->missing && random_once_in(random, 8))) {
            mapping = random_below(random, profile->mappings.count);
            address += profile->mappings.items[mapping].start;
        }
        if (maker->missing && random_once_in(random, 8))
            address = 0;
        uint32_t index = pp_profile_add_location(profile, mapping, address);
        struct pp_line lines[4];
        uint32_t line_count = maker->inlines ? 1 + random_below(random, 4) : 1;
        if (maker->unsymbolized && random_once_in(random, 3))
            line_count = 0;
        for (uint32_t k = 0; k < line_count; k++)
            lines[k] = make_line(maker);
        pp_profile_set_lines(profile, index, lines, line_count);
        profile->locations.items[index].id = 1000 - 7 * i;
        profile->locations.items[index].is_folded = random_once_in(random, 9);
    }
}

/* ---- samples ------------------------------------------------------------ */

static int64_t make_value(struct maker *maker)
{
    static const int64_t scales[] = {1, 1, 10, 1000, 1000000, 1000000000};
    struct random *random = &maker->random;
    int64_t value = random_below(random, 2000) * random_pick(random, scales);
    if (random_once_in(random, 7))
        value = 0;
    if (maker->negative && random_once_in(random, 3))
        value = -value;
    if (maker->huge && random_once_in(random, 4))
        value = INT64_MAX - random_below(random, 1000);
    return value;
}

static void add_label(struct maker *maker)
{
    static const char *const keys[] = {"request", "thread", "bytes", "key",
                                       "alignment"};
    static const char *const values[] = {"GET /", "worker-1", "a,b",      "x=y",
                                         "größe", "7",        "\xff=\xe9"};
    static const char *const units[] = {"", "bytes", "kilobytes", "ms"};
    struct random *random = &maker->random;
    struct pp_profile *profile = maker->profile;
    uint32_t kind = random_below(random, 5);
    struct pp_label label = {
        .key = pp_profile_add_string(profile, PICK(maker, keys, false)),
    };
    if (kind < 3) {
        label.string =
            pp_profile_add_string(profile, PICK(maker, values, false));
    } else {
        /* Units belong to keys: the reference names conflicts in random
         * order. One key alone has several. */
        label.number = 1 + random_below(random, 4000);
        label.number_unit =
            pp_profile_add_string(profile, pp_slice_literal("bytes"));
        if (pp_slice_equal(pp_profile_text(profile, label.key),
                           pp_slice_literal("key")))
            label.number_unit =
                pp_profile_add_string(profile, PICK(maker, units, false));
        else if (random_once_in(random, 3))
            label.number_unit = 0;
    }
    pp_profile_add_label(profile, label);
}

static void add_base_label(struct maker *maker)
{
    struct pp_label label = {
        .key = pp_profile_add_string(maker->profile,
                                     pp_slice_literal("pprof::base")),
        .string =
            pp_profile_add_string(maker->profile, pp_slice_literal("true")),
    };
    pp_profile_add_label(maker->profile, label);
}

static void add_sample(struct maker *maker, bool has_base)
{
    enum { DEPTH_MAX = 12 };
    struct random *random = &maker->random;
    uint32_t stack[DEPTH_MAX];
    int64_t values[3];
    uint32_t depth = random_below(random, DEPTH_MAX + 1);
    uint32_t reach = maker->profile->locations.count;
    /* A few locations only, so that they recur. */
    if (maker->recursive && reach > 4)
        reach = 4;
    for (uint32_t i = 0; i < depth; i++)
        stack[i] = random_below(random, reach);
    for (uint32_t i = 0; i < 3; i++)
        values[i] = make_value(maker);
    pp_profile_add_sample(maker->profile, stack, depth, values);
    if (maker->labelled)
        for (uint32_t i = random_below(random, 4); i > 0; i--)
            add_label(maker);
    if (has_base && random_once_in(random, 2))
        add_base_label(maker);
}

/* ---- the rest
 * ---------------------------------------------------------------- */

static void add_header(struct maker *maker)
{
    static const char *const comments[] = {"a comment", "# for programs only",
                                           "", "zwei Wörter"};
    static const int64_t durations[] = {0,           1,       1500,
                                        30000000000, 2500000, 6019923456789};
    struct random *random = &maker->random;
    struct pp_profile *profile = maker->profile;
    for (uint32_t i = random_below(random, 3); i > 0; i--)
        pp_profile_add_comment(profile, PICK(maker, comments, false));
    if (random_once_in(random, 2))
        profile->time_nanos =
            INT64_C(1700000000123456789) + random_below(random, 1u << 31);
    profile->duration_nanos = random_pick(random, durations);
    if (random_once_in(random, 2)) {
        profile->period_type = profile->sample_types.items[0];
        profile->period = 10000000;
    }
}

struct pp_profile *make_profile(uint64_t seed)
{
    struct maker maker = {
        .random = random_new(seed, 1),
        .profile = pp_profile_new(0),
    };
    struct random *random = &maker.random;
    maker.inlines = random_once_in(random, 2);
    maker.unsymbolized = random_once_in(random, 3);
    maker.recursive = random_once_in(random, 4);
    maker.negative = random_once_in(random, 4);
    maker.huge = random_once_in(random, 16);
    maker.labelled = random_once_in(random, 2);
    maker.columns = random_once_in(random, 2);
    maker.missing = random_once_in(random, 2);
    maker.no_lines = random_once_in(random, 4);
    bool has_base = random_once_in(random, 12);
    add_types(&maker);
    add_mappings(&maker);
    add_functions(&maker, 1 + random_below(random, 40));
    add_locations(&maker, 1 + random_below(random, 60));
    add_header(&maker);
    uint32_t sample_count =
        random_once_in(random, 20) ? 0 : 1 + random_below(random, 80);
    for (uint32_t i = 0; i < sample_count; i++)
        add_sample(&maker, has_base);
    return maker.profile;
}
