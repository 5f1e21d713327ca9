/* Heap profiles as text, of gperftools and of Go, and those of gperftools for
 * the growth and the fragmentation of the heap:
 *
 *     heap profile: 3: 48 [5: 80] @ heap_v2/524288
 *     3: 48 [5: 80] @ 0x4012ab 0x401399
 *     MAPPED_LIBRARIES:
 *     ...
 *
 * that is, objects and bytes in use, and, in brackets, those that were ever
 * allocated. Specification: parseHeap in legacy_profile.go of google/pprof. */
#include "formats/addresses.h"
#include "formats/default_frames.h"
#include "formats/format.h"
#include "formats/heap_values.h"
#include "formats/memory_map.h"
#include "formats/scan.h"

/* A pair of numbers as the text has it. */
struct pair {
    struct pp_slice objects, bytes;
};

struct header {
    struct pair in_use, allocated;
    struct pp_slice kind, rate;
};

struct reader {
    struct pp_addresses addresses;
    struct pp_lines lines;
    int64_t rate;
    bool is_sampled;
    bool has_allocated;
};

/* ---- patterns ----------------------------------------------------------- */

static struct pp_slice take_signed(struct pp_slice *text)
{
    struct pp_slice number = *text;
    pp_take(text, pp_slice_literal("-"));
    struct pp_slice digits = pp_take_while(text, pp_is_digit);
    number.size = digits.size ? (size_t)(text->data - number.data) : 0;
    return number;
}

static struct pp_slice take_unsigned(struct pp_slice *text)
{
    return pp_take_while(text, pp_is_digit);
}

/* "OBJECTS: BYTES", and spaces behind. */
static bool take_pair(struct pp_slice *text,
                      struct pp_slice (*take_number)(struct pp_slice *),
                      struct pair *pair)
{
    pair->objects = take_number(text);
    if (pair->objects.size == 0 || !pp_take(text, pp_slice_literal(":")))
        return false;
    pp_take_while(text, pp_is_blank);
    pair->bytes = take_number(text);
    pp_take_while(text, pp_is_blank);
    return pair->bytes.size > 0;
}

/* "[OBJECTS: BYTES]". */
static bool take_brackets(struct pp_slice *text, struct pair *pair)
{
    if (!pp_take(text, pp_slice_literal("[")))
        return false;
    pp_take_while(text, pp_is_blank);
    return take_pair(text, take_unsigned, pair) &&
           pp_take(text, pp_slice_literal("]"));
}

static bool is_kind(char c)
{
    return c == '_' || pp_is_digit(c) || (c >= 'a' && c <= 'z');
}

/* " @ heap_v2/524288" */
static bool take_heap(struct pp_slice *text, struct header *header)
{
    pp_take_while(text, pp_is_blank);
    if (!pp_take(text, pp_slice_literal("@")))
        return false;
    pp_take_while(text, pp_is_blank);
    if (!pp_slice_starts_with(*text, pp_slice_literal("heap")))
        return false;
    header->kind = pp_take_while(text, is_kind);
    pp_take(text, pp_slice_literal("/"));
    header->rate = take_unsigned(text);
    return true;
}

static bool take_growth(struct pp_slice *text, struct header *header)
{
    header->kind = pp_slice_literal("growth");
    return pp_take(text, pp_slice_literal(" @ growth"));
}

static bool take_fragmentation(struct pp_slice *text, struct header *header)
{
    header->kind = pp_slice_literal("fragmentation");
    return pp_take(text, pp_slice_literal(" @ fragmentation"));
}

/* Find "heap profile: 3: 48 [5: 80]" with that tail anywhere in the line. */
static bool find_header(struct pp_slice line,
                        bool (*take_tail)(struct pp_slice *, struct header *),
                        struct header *header)
{
    while (pp_take_past(&line, pp_slice_literal("heap profile:"))) {
        struct pp_slice rest = line;
        pp_take_while(&rest, pp_is_blank);
        if (take_pair(&rest, take_unsigned, &header->in_use) &&
            take_brackets(&rest, &header->allocated) &&
            take_tail(&rest, header))
            return true;
    }
    return false;
}

/* Find "3: 48 [5: 80] @ 0x4012ab 0x401399" anywhere in the line; the addresses
 * are what is left of it. */
static bool take_row(struct pp_slice *line, struct pair *in_use,
                     struct pair *allocated)
{
    while (line->size) {
        struct pp_slice rest = *line, front = rest;
        if (take_pair(&rest, take_signed, in_use) &&
            take_brackets(&rest, allocated) &&
            pp_take(&rest, pp_slice_literal(" @"))) {
            *line = rest;
            return true;
        }
        take_signed(line);
        if (line->data == front.data)
            *line = (struct pp_slice){line->data + 1, line->size - 1};
    }
    return false;
}

/* ---- header ------------------------------------------------------------- */

static bool is_text(struct pp_slice text, const char *expected)
{
    return pp_slice_equal(text, pp_slice_of(expected));
}

/* As text: "00" is not "0". */
static bool differs(struct pp_slice allocated, struct pp_slice in_use)
{
    return !pp_slice_equal(allocated, in_use) && !is_text(allocated, "0");
}

/* What each kind says of its samples. Go tells twice its rate. */
static const struct {
    const char *kind;
    bool is_sampled;
    int64_t rate_divisor; /* 0: the rate is 1, whatever is told */
} kinds[] = {
    {"heapz_v2", true, 1}, {"heap_v2", true, 1},
    {"heap", true, 2},     {"heapprofile", false, 0},
    {"growth", false, 0},  {"fragmentation", false, 0},
};

static int apply_header(struct reader *reader, const struct header *header,
                        struct pp_error *err)
{
    const size_t count = sizeof kinds / sizeof *kinds;
    size_t kind = 0;
    int64_t rate = 0;
    while (kind < count && !is_text(header->kind, kinds[kind].kind))
        kind++;
    if (kind == count)
        return pp_fail(err, PP_E_FORMAT, "unknown kind " PP_SLICE_FORMAT,
                       PP_SLICE_ARGS(header->kind));
    if (header->rate.size && !pp_read_decimal(header->rate, &rate))
        return pp_fail(err, PP_E_FORMAT, "the rate has more than 63 bits");
    reader->is_sampled = kinds[kind].is_sampled;
    reader->rate =
        kinds[kind].rate_divisor ? rate / kinds[kind].rate_divisor : 1;
    return PP_OK;
}

/* Only a heap has its allocations told; of the others they are what grew. */
static bool find_any_header(struct reader *reader, struct header *header)
{
    struct pp_slice line = reader->lines.line;
    if (find_header(line, take_heap, header)) {
        reader->has_allocated =
            differs(header->allocated.objects, header->in_use.objects) ||
            differs(header->allocated.bytes, header->in_use.bytes);
        return true;
    }
    header->rate = (struct pp_slice){0};
    return find_header(line, take_growth, header) ||
           find_header(line, take_fragmentation, header);
}

/* In use last, since the last type is what reports show. */
static int add_types(const struct reader *reader, struct pp_error *err)
{
    static const char *const types[][2] = {
        {"alloc_objects", "count"}, {"alloc_space", "bytes"},
        {"inuse_objects", "count"}, {"inuse_space", "bytes"},
        {"objects", "count"},       {"space", "bytes"},
    };
    struct pp_profile *profile = reader->addresses.profile;
    size_t start = reader->has_allocated ? 0 : 4;
    size_t end = reader->has_allocated ? 4 : 6;
    for (size_t i = start; i < end; i++)
        if (pp_profile_add_sample_type(profile, types[i][0], types[i][1]) ==
            PP_NONE)
            return pp_fail_memory(err);
    profile->period = reader->rate;
    profile->period_type.type =
        pp_profile_add_string(profile, pp_slice_literal("space"));
    profile->period_type.unit =
        pp_profile_add_string(profile, pp_slice_literal("bytes"));
    bool failed = profile->period_type.type == PP_NONE ||
                  profile->period_type.unit == PP_NONE;
    return failed ? pp_fail_memory(err) : PP_OK;
}

static int read_header(struct reader *reader, struct pp_error *err)
{
    struct header header = {0};
    if (!pp_lines_next(&reader->lines) || !find_any_header(reader, &header))
        return PP_E_NOT_FOUND;
    int status = apply_header(reader, &header, err);
    return status < 0 ? status : add_types(reader, err);
}

/* ---- rows --------------------------------------------------------------- */

/* A pair as two values of the sample; *object_size stays where there are no
 * objects to be of a size. */
static int read_pair(const struct reader *reader, const struct pair *pair,
                     int64_t *values, int64_t *object_size,
                     struct pp_error *err)
{
    int64_t objects, bytes;
    if (!pp_read_decimal(pair->objects, &objects) ||
        !pp_read_decimal(pair->bytes, &bytes))
        return pp_fail(err, PP_E_FORMAT, "a number has more than 63 bits");
    if (objects == 0 && bytes != 0)
        return pp_fail(err, PP_E_FORMAT, "%lld bytes in 0 objects",
                       (long long)bytes);
    if (objects != 0) {
        *object_size = pp_mean(bytes, objects);
        if (reader->is_sampled)
            pp_heap_estimate(reader->rate, &objects, &bytes);
    }
    values[0] = objects;
    values[1] = bytes;
    return PP_OK;
}

static int read_row(struct reader *reader, struct pp_slice line,
                    struct pp_error *err)
{
    struct pair in_use, allocated;
    int64_t values[4], object_size = 0;
    uint32_t count = 0;
    if (!take_row(&line, &in_use, &allocated))
        return pp_fail(err, PP_E_FORMAT,
                       "expected \"OBJECTS: BYTES [OBJECTS: BYTES] @ 0x...\"");
    int status = PP_OK;
    if (reader->has_allocated) {
        status = read_pair(reader, &allocated, values, &object_size, err);
        count = 2;
    }
    if (status >= 0)
        status = read_pair(reader, &in_use, values + count, &object_size, err);
    if (status >= 0)
        status = pp_addresses_push_text(
            &reader->addresses, pp_take_while(&line, pp_is_of_addresses), err);
    if (status >= 0)
        status = pp_addresses_add_sample(&reader->addresses, values, err);
    return status < 0
               ? status
               : pp_heap_label(reader->addresses.profile, object_size, err);
}

static int read_rows(struct reader *reader, struct pp_error *err)
{
    while (pp_lines_next(&reader->lines)) {
        struct pp_slice line = pp_utf8_trim(reader->lines.line);
        if (pp_line_is_blank(line))
            continue;
        if (pp_memory_map_begins(line))
            break;
        int status = read_row(reader, line, err);
        if (status < 0)
            return status;
    }
    return pp_memory_map_find(reader->addresses.profile, &reader->lines, err);
}

static int read_heap(struct pp_profile *profile, struct pp_slice bytes,
                     struct pp_error *err)
{
    struct reader reader = {
        .addresses = {.profile = profile, .returns = PP_RETURNS_ALL},
        .lines = {.rest = bytes},
    };
    int status = read_header(&reader, err);
    if (status >= 0)
        status = read_rows(&reader, err);
    pp_addresses_release(&reader.addresses);
    if (status == PP_E_NOT_FOUND)
        return status;
    return status < 0
               ? pp_lines_fail(&reader.lines, pp_format_heap.name, status, err)
               : pp_default_frames(profile, err);
}

const struct pp_format pp_format_heap = {
    .name = "heap profile",
    .read = read_heap,
};
