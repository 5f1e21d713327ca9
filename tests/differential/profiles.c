/* Generated profiles. Each seed turns some of the oddities on and leaves
 * others out, so that they meet in changing company.
 *
 * Invariant: variants of a seed draw the same numbers wherever they are to be
 * alike, since each part of a profile has a stream of random numbers of its
 * own. */
#include "differential.h"

struct maker {
    struct random random;
    struct pp_profile *profile;
    uint32_t variant;
    bool inlines, unsymbolized, recursive, negative, huge, labelled, columns;
    bool missing;     /* some names, files, lines and mappings are empty */
    bool no_lines;    /* nothing has line numbers */
    bool hostile;     /* some names are made to break a format */
    bool many_labels; /* several values for a key */
    bool has_base;    /* some samples are of a base already */
    bool types_vary;  /* of the variants */
    /* Variants have other units; no value is 0 then: where the reference
     * converts some of a sample's values, it drops samples in which the others
     * alone are not 0. */
    bool units_vary;
    /* All variants or none: a merge with one that has no time has none in the
     * reference, and has the earliest one with us. */
    bool has_time;
};

/* What the streams of numbers are for. */
enum stream {
    STREAM_CHARACTER = 1,
    STREAM_TYPES,
    STREAM_TABLES,
    STREAM_HEADER,
    STREAM_VARIANT,
    STREAM_SAMPLES = 10, /* and STREAM_HEADER: of each variant its own */
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

/* Each format has something that these may break. */
static const char *const hostile_names[] = {
    "say \"hello\"",
    "back\\slash\\",
    "two\nlines",
    "tab\tbed",
    "carriage\rreturn",
    "<b>bold</b> & more",
    "a [1/2]",
    "(3)",
    "fn=x",
    "\\n\\l",
    "}{[]|",
    "N1 -> N2",
    "github.com/org/project/v3/pkg.Map[...]",
    "example.com/x-y/z.w.func1.2",
    "com.example.Outer$Inner.run(java.lang.String)",
    "java.lang.Thread.<init>",
    "ns::inner::Class<int>::~Class",
    "(anonymous namespace)::Helper::Go(int)",
    "::",
    "...",
    "  spaces  ",
    "\x01\x7f",
    "\u2028\u200b\u00ad",
    "a name that is much longer than a column, a line, or any patience that "
    "one may have with it, and goes on for two hundred characters because "
    "templates of templates do that, too: std::function<void(int)>",
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
    {"alloc_objects", "count"},
    {"inuse_objects", "count"},
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

static const char *const hostile_texts[] = {
    "a\"b", "c\\d", "e\nf", "<g>&", "h\\n", "\\\"", "$(i)", "j:k=l,m",
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

/* A text of the format's own or, now and then, one that is meant ill. */
static struct pp_slice pick_name(struct maker *maker)
{
    if (maker->hostile && random_once_in(&maker->random, 3))
        return PICK(maker, hostile_names, false);
    return PICK(maker, names, true);
}

static void use_stream(struct maker *maker, uint64_t seed, uint32_t stream)
{
    maker->random = random_new(seed, stream);
}

/* ---- sample types ------------------------------------------------------- */

static bool has_type(const struct pp_profile *profile, const char *name)
{
    for (uint32_t i = 0; i < profile->sample_types.count; i++)
        if (pp_slice_equal(
                pp_profile_text(profile, profile->sample_types.items[i].type),
                pp_slice_of(name)))
            return true;
    return false;
}

/* Units that stand for one another, as a profile of another version has. */
static const char *other_unit(const char *unit)
{
    static const char *const pairs[][2] = {
        {"nanoseconds", "ms"}, {"microseconds", "seconds"},
        {"bytes", "kB"},       {"kilobytes", "MB"},
        {"GB", "b"},           {"milliseconds", "s"},
        {"hours", "us"},       {"microgcu", "GCU"},
        {"cycles", "cycle"},   {"Widgets", "widgets"},
    };
    for (uint32_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(unit, pairs[i][0]) == 0)
            return pairs[i][1];
    return unit;
}

/* Variants have most types of the seed, some in other units, and perhaps one
 * more. The reference refuses profiles that have two types of one name. */
static void add_types(struct maker *maker, struct random *variation)
{
    struct random *random = &maker->random;
    struct pp_profile *profile = maker->profile;
    uint32_t count = 1 + random_below(random, 4);
    bool varied = maker->variant > 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t type = random_below(random, sizeof types / sizeof *types);
        const char *unit = types[type].unit;
        if (has_type(profile, types[type].type))
            continue;
        if (varied && maker->types_vary && random_once_in(variation, 4))
            continue;
        if (varied && maker->units_vary && random_once_in(variation, 3))
            unit = other_unit(unit);
        pp_profile_add_sample_type(profile, types[type].type, unit);
    }
    if (profile->sample_types.count == 0 ||
        (varied && maker->types_vary && random_once_in(variation, 3)))
        pp_profile_add_sample_type(profile, "extra", "count");
}

static void choose_default_type(struct maker *maker)
{
    struct random *random = &maker->random;
    struct pp_profile *profile = maker->profile;
    if (random_once_in(random, 3))
        profile->default_sample_type =
            profile->sample_types
                .items[random_below(random, profile->sample_types.count)]
                .type;
    else if (random_once_in(random, 6))
        profile->default_sample_type =
            pp_profile_add_string(profile, pp_slice_literal("elsewhere"));
}

/* ---- the tables --------------------------------------------------------- */

/* Variants may have been loaded at other addresses. */
static void add_mappings(struct maker *maker)
{
    struct random *random = &maker->random;
    uint32_t count = random_below(random, 5);
    uint64_t moved =
        maker->variant % 2 ? (uint64_t)maker->variant << 40 : (uint64_t)0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t start = moved + ((uint64_t)(i + 1) << 24);
        struct pp_slice build_id = random_once_in(random, 3)
                                       ? pp_slice_literal("abc123def")
                                       : pp_slice_literal("");
        uint64_t size = random_once_in(random, 4) ? 0x100123 : 0x100000;
        struct pp_slice object = PICK(maker, objects, true);
        /* Where functions have no names, it would stand in pictures, in which
         * the reference does not escape it. */
        if (maker->hostile && !maker->unsymbolized && !maker->missing &&
            random_once_in(random, 4))
            object = pp_slice_literal("/opt/\"odd\\ name\"\n");
        uint32_t index = pp_profile_add_mapping(
            maker->profile, start, start + size,
            random_once_in(random, 2) ? 0x1000 : 0, object, build_id);
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
    bool sparse = random_once_in(random, 8);
    for (uint32_t i = 0; i < count; i++) {
        struct pp_slice name = pick_name(maker);
        struct pp_slice system_name =
            random_once_in(random, 4) ? pp_slice_literal("_Zmangled") : name;
        uint32_t index = pp_profile_add_function(
            maker->profile, name, system_name, PICK(maker, files, true),
            random_below(random, 3) * 10);
        maker->profile->functions.items[index].id =
            sparse ? UINT64_C(0x8000000000000000) + i * UINT64_C(0x123456789ab)
                   : 3 * i + 2;
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

enum { TYPES_MAX = 8, DEPTH_MAX = 12 };

static int64_t make_value(struct maker *maker)
{
    static const int64_t scales[] = {1, 1, 10, 1000, 1000000, 1000000000};
    struct random *random = &maker->random;
    int64_t value = random_below(random, 2000) * random_pick(random, scales);
    if (random_once_in(random, 7))
        value = 0;
    if (maker->units_vary && value == 0)
        value = 1;
    if (maker->negative && random_once_in(random, 3))
        value = -value;
    if (maker->huge && random_once_in(random, 4))
        value = INT64_MAX - random_below(random, 1000);
    return value;
}

static struct pp_slice pick_label_value(struct maker *maker)
{
    static const char *const values[] = {"GET /", "worker-1", "a,b",      "x=y",
                                         "größe", "7",        "\xff=\xe9"};
    if (maker->hostile && random_once_in(&maker->random, 3))
        return PICK(maker, hostile_texts, false);
    return PICK(maker, values, false);
}

static pp_string add_text(struct maker *maker, struct pp_slice text)
{
    return pp_profile_add_string(maker->profile, text);
}

/* Units belong to keys: the reference names conflicts in random order. One key
 * alone has several. */
static pp_string pick_label_unit(struct maker *maker, struct pp_slice key)
{
    static const char *const units[] = {"", "bytes", "kilobytes", "ms"};
    if (pp_slice_equal(key, pp_slice_literal("key")))
        return add_text(maker, PICK(maker, units, false));
    if (random_once_in(&maker->random, 3))
        return 0;
    return add_text(maker, pp_slice_literal("bytes"));
}

static void add_label(struct maker *maker)
{
    static const char *const keys[] = {"request", "thread", "bytes", "key",
                                       "alignment"};
    struct random *random = &maker->random;
    struct pp_slice key = PICK(maker, keys, false);
    struct pp_label label = {.key = add_text(maker, key)};
    if (random_below(random, 5) < 3) {
        label.string = add_text(maker, pick_label_value(maker));
    } else {
        label.number = 1 + random_below(random, 4000);
        if (random_once_in(random, 12))
            label.number = -label.number;
        label.number_unit = pick_label_unit(maker, key);
    }
    pp_profile_add_label(maker->profile, label);
}

static void add_base_label(struct maker *maker)
{
    struct pp_label label = {
        .key = add_text(maker, pp_slice_literal("pprof::base")),
        .string = add_text(maker, pp_slice_literal("true")),
    };
    pp_profile_add_label(maker->profile, label);
}

static void add_labels(struct maker *maker)
{
    struct random *random = &maker->random;
    if (maker->labelled)
        for (uint32_t i = random_below(random, maker->many_labels ? 12 : 4);
             i > 0; i--)
            add_label(maker);
    if (maker->has_base && random_once_in(random, 2))
        add_base_label(maker);
}

/* The stack of an earlier sample, or one of its own. */
static uint32_t make_stack(struct maker *maker, uint32_t *stack)
{
    struct random *random = &maker->random;
    const struct pp_profile *profile = maker->profile;
    uint32_t reach = profile->locations.count;
    if (profile->samples.count && random_once_in(random, 6)) {
        const struct pp_sample *earlier =
            &profile->samples
                 .items[random_below(random, profile->samples.count)];
        memcpy(stack, pp_sample_stack(profile, earlier),
               earlier->stack_depth * sizeof *stack);
        return earlier->stack_depth;
    }
    /* A few locations only, so that they recur. */
    if (maker->recursive && reach > 4)
        reach = 4;
    uint32_t depth = random_below(random, DEPTH_MAX + 1);
    for (uint32_t i = 0; i < depth; i++)
        stack[i] = random_below(random, reach);
    return depth;
}

static void add_sample(struct maker *maker)
{
    uint32_t stack[DEPTH_MAX];
    int64_t values[TYPES_MAX];
    uint32_t depth = make_stack(maker, stack);
    for (uint32_t i = 0; i < TYPES_MAX; i++)
        values[i] = make_value(maker);
    pp_profile_add_sample(maker->profile, stack, depth, values);
    add_labels(maker);
}

/* ---- the rest ----------------------------------------------------------- */

static void add_frame_expressions(struct maker *maker)
{
    static const char *const expressions[] = {
        "foo|bar", "ma.*|.*alloc.*", "operator new", "std::.*", "(wrong", "",
    };
    struct random *random = &maker->random;
    if (!random_once_in(random, 6))
        return;
    maker->profile->drop_frames =
        add_text(maker, PICK(maker, expressions, false));
    if (random_once_in(random, 2))
        maker->profile->keep_frames =
            add_text(maker, PICK(maker, expressions, false));
}

static void add_header(struct maker *maker)
{
    static const char *const comments[] = {"a comment", "# for programs only",
                                           "", "zwei Wörter", "two\nlines"};
    static const int64_t durations[] = {0,           1,       1500,
                                        30000000000, 2500000, 6019923456789};
    struct random *random = &maker->random;
    struct pp_profile *profile = maker->profile;
    for (uint32_t i = random_below(random, 3); i > 0; i--)
        pp_profile_add_comment(profile, PICK(maker, comments, false));
    if (maker->has_time)
        profile->time_nanos =
            INT64_C(1700000000123456789) + random_below(random, 1u << 31);
    profile->duration_nanos = random_pick(random, durations);
    add_frame_expressions(maker);
    if (random_once_in(random, 40))
        profile->doc_url = add_text(maker, pp_slice_literal(DOC_URL));
}

/* Of the seed, so that variants can be merged. */
static void add_period(struct maker *maker)
{
    struct pp_profile *profile = maker->profile;
    if (!random_once_in(&maker->random, 2))
        return;
    profile->period_type.type = add_text(maker, pp_slice_literal("cpu"));
    profile->period_type.unit =
        add_text(maker, pp_slice_literal("nanoseconds"));
    profile->period = 10000000 + maker->variant;
}

static void choose_character(struct maker *maker)
{
    struct random *random = &maker->random;
    maker->inlines = random_once_in(random, 2);
    maker->unsymbolized = random_once_in(random, 3);
    maker->recursive = random_once_in(random, 4);
    maker->negative = random_once_in(random, 4);
    maker->huge = random_once_in(random, 16);
    maker->labelled = random_once_in(random, 2);
    maker->columns = random_once_in(random, 2);
    maker->missing = random_once_in(random, 2);
    maker->no_lines = random_once_in(random, 4);
    maker->has_base = random_once_in(random, 12);
    maker->hostile = random_once_in(random, 5);
    maker->many_labels = random_once_in(random, 3);
    maker->types_vary = random_once_in(random, 3);
    maker->units_vary = random_once_in(random, 3);
    maker->has_time = random_once_in(random, 2);
}

struct pp_profile *make_profile(uint64_t seed, uint32_t variant)
{
    struct maker maker = {.profile = pp_profile_new(0), .variant = variant};
    struct random *random = &maker.random;
    struct random variation = random_new(seed, STREAM_VARIANT * 100 + variant);
    use_stream(&maker, seed, STREAM_CHARACTER);
    choose_character(&maker);
    use_stream(&maker, seed, STREAM_TYPES);
    add_period(&maker);
    add_types(&maker, &variation);
    choose_default_type(&maker);
    /* A variant now and then is of another program. */
    bool foreign = variant > 0 && random_once_in(&variation, 6);
    use_stream(&maker, seed, STREAM_TABLES + 100 * foreign);
    add_mappings(&maker);
    add_functions(&maker, 1 + random_below(random, 40));
    add_locations(&maker, 1 + random_below(random, 60));
    use_stream(&maker, seed, STREAM_HEADER + 10 * variant);
    add_header(&maker);
    use_stream(&maker, seed, STREAM_SAMPLES + variant);
    uint32_t sample_count =
        random_once_in(random, 20) ? 0 : 1 + random_below(random, 80);
    for (uint32_t i = 0; i < sample_count; i++)
        add_sample(&maker);
    return maker.profile;
}
