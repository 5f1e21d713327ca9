/* CPU profiles of gperftools: words of 4 or 8 bytes in the order of the machine
 * that wrote them.
 *
 *     0, 3, 0 or 1 (Java), period in microseconds, 0
 *     count, depth, address... (a record; leaf first)
 *     ...
 *     0, 1, 0                  (the end of the records; may be missing)
 *     the memory map as text; for Java a table of locations
 *
 * Invariant: a record's depth is believed only up to what bytes are left.
 * Specification: parseCPU in legacy_profile.go of google/pprof;
 * docs/cpuprofile-fileformat.html of gperftools. */
#include "formats/addresses.h"
#include "formats/default_frames.h"
#include "formats/format.h"
#include "formats/java_locations.h"
#include "formats/memory_map.h"

struct words {
    struct pp_slice rest;
    uint8_t size; /* of one */
    bool is_big_endian;
    bool is_cut; /* one was asked for that is not there whole */
};

struct reader {
    struct pp_addresses addresses;
    struct words words;
    const char *start; /* of the input */
    uint64_t record;   /* from 1; 0: there is none yet */
};

enum {
    HEADER_WORDS = 5,
    HANDLER_FRAMES_MAX = 2, /* of a signal handler, dropped */
    SAMPLES_PER_STRAY = 32, /* of so many samples one may lack those */
};

/* ---- words -------------------------------------------------------------- */

/* 0 when they are at their end. */
static uint64_t next_word(struct words *words)
{
    uint64_t word = 0;
    if (words->rest.size < words->size) {
        words->rest = (struct pp_slice){0};
        words->is_cut = true;
        return 0;
    }
    const unsigned char *bytes = (const unsigned char *)words->rest.data;
    for (unsigned i = 0; i < words->size; i++) {
        unsigned place = words->is_big_endian ? words->size - 1 - i : i;
        word |= (uint64_t)bytes[i] << (8 * place);
    }
    words->rest.data += words->size;
    words->rest.size -= words->size;
    return word;
}

struct header {
    bool is_java;
    int64_t period; /* in nanoseconds */
};

static bool read_header(struct words *words, struct header *header)
{
    uint64_t word[HEADER_WORDS];
    for (unsigned i = 0; i < HEADER_WORDS; i++)
        word[i] = next_word(words);
    header->is_java = word[2] == 1;
    header->period = (int64_t)(word[3] * 1000);
    return !words->is_cut && word[0] == 0 && word[1] == 3 && word[2] <= 1 &&
           word[3] > 0 && word[4] == 0;
}

/* The words that make the header one. */
static bool find_header(struct pp_slice bytes, struct words *words,
                        struct header *header)
{
    for (uint8_t size = 4; size <= 8; size += 4)
        for (int is_big_endian = 0; is_big_endian <= 1; is_big_endian++) {
            *words = (struct words){
                .rest = bytes,
                .size = size,
                .is_big_endian = is_big_endian,
            };
            if (read_header(words, header))
                return true;
        }
    return false;
}

/* ---- records ------------------------------------------------------------ */

static int read_stack(struct reader *reader, uint64_t count, uint64_t depth,
                      struct pp_error *err)
{
    const struct pp_profile *profile = reader->addresses.profile;
    for (uint64_t i = 0; i < depth; i++) {
        int status = pp_addresses_push(&reader->addresses,
                                       next_word(&reader->words), err);
        if (status < 0)
            return status;
    }
    int64_t values[] = {
        (int64_t)count,
        (int64_t)(count * (uint64_t)profile->period),
    };
    return pp_addresses_add_sample(&reader->addresses, values, err);
}

/* Is it the end of the records, which then is read? Else nothing is. */
static bool take_end(struct words *words, uint64_t count, uint64_t depth)
{
    struct words ahead = *words;
    if (count != 0 || depth != 1 || next_word(&ahead) != 0)
        return false;
    *words = ahead;
    return true;
}

/* The last stack may be cut: up to half of it, as far as that can be told of
 * words of 4 bytes, is taken to be zeros, as the reference does. */
static int read_records(struct reader *reader, struct pp_error *err)
{
    struct words *words = &reader->words;
    while (words->rest.size > 0) {
        size_t at = (size_t)(words->rest.data - reader->start);
        uint64_t count = next_word(words), depth = next_word(words);
        reader->record++;
        if (words->is_cut || depth > words->rest.size / 4)
            return pp_fail(err, PP_E_FORMAT,
                           "record %llu at byte %zu is longer than what is "
                           "left",
                           (unsigned long long)reader->record, at);
        if (take_end(words, count, depth))
            return PP_OK;
        int status = read_stack(reader, count, depth, err);
        if (status < 0)
            return status;
    }
    return PP_OK;
}

/* ---- the signal handler's frames ---------------------------------------- */

/* The second frame of nearly all samples, or PP_NONE. */
static uint32_t find_common_second(const struct pp_profile *profile,
                                   uint32_t *counts)
{
    uint32_t sample_count = profile->samples.count;
    uint32_t enough = sample_count - sample_count / SAMPLES_PER_STRAY;
    memset(counts, 0, profile->locations.count * sizeof *counts);
    for (uint32_t i = 0; i < sample_count; i++) {
        const struct pp_sample *sample = &profile->samples.items[i];
        if (sample->stack_depth < 2)
            continue;
        uint32_t second = pp_sample_stack(profile, sample)[1];
        if (++counts[second] >= enough)
            return second;
    }
    return PP_NONE;
}

/* The leaf comes from the signal's registers, and the handler's own frames, if
 * the unwinder did not skip them, stand right behind it in all samples. */
static int drop_handler(struct pp_addresses *addresses, struct pp_error *err)
{
    struct pp_profile *profile = addresses->profile;
    uint32_t *counts = pp_arena_array(&addresses->scratch,
                                      profile->locations.count, sizeof *counts);
    if (!counts)
        return pp_fail_memory(err);
    for (int i = 0; i < HANDLER_FRAMES_MAX; i++) {
        uint32_t common = find_common_second(profile, counts);
        if (common != PP_NONE)
            pp_addresses_drop_second(profile, common);
    }
    return PP_OK;
}

/* ---- the whole ---------------------------------------------------------- */

static int add_types(struct pp_profile *profile, int64_t period,
                     struct pp_error *err)
{
    if (pp_profile_add_sample_type(profile, "samples", "count") == PP_NONE ||
        pp_profile_add_sample_type(profile, "cpu", "nanoseconds") == PP_NONE)
        return pp_fail_memory(err);
    profile->period_type = profile->sample_types.items[1];
    profile->period = period;
    return PP_OK;
}

static int read_native_rest(struct reader *reader, struct pp_error *err)
{
    struct pp_lines lines = {.rest = reader->words.rest};
    int status = drop_handler(&reader->addresses, err);
    if (status < 0)
        return status;
    status = pp_memory_map_read(reader->addresses.profile, &lines, err);
    if (status < 0)
        return pp_lines_fail(&lines, "memory map", status, err);
    pp_addresses_drop_twins(reader->addresses.profile);
    return PP_OK;
}

static int read_java_rest(struct reader *reader, struct pp_error *err)
{
    struct pp_lines lines = {.rest = reader->words.rest};
    int status = pp_java_read_locations(&reader->addresses, &lines, err);
    return status < 0 ? pp_lines_fail(&lines, "locations", status, err) : PP_OK;
}

static int read_cpu(struct pp_profile *profile, struct pp_slice bytes,
                    struct pp_error *err)
{
    struct header header;
    struct reader reader = {
        .addresses = {.profile = profile},
        .start = bytes.data,
    };
    if (!find_header(bytes, &reader.words, &header))
        return PP_E_NOT_FOUND;
    reader.addresses.returns =
        header.is_java ? PP_RETURNS_NONE : PP_RETURNS_CALLERS;
    int status = add_types(profile, header.period, err);
    if (status >= 0)
        status = read_records(&reader, err);
    if (status >= 0)
        status = header.is_java ? read_java_rest(&reader, err)
                                : read_native_rest(&reader, err);
    pp_addresses_release(&reader.addresses);
    if (status < 0) {
        pp_error_prefix(err, "%s: ", pp_format_gperftools_cpu.name);
        return status;
    }
    return pp_default_frames(profile, err);
}

const struct pp_format pp_format_gperftools_cpu = {
    .name = "gperftools CPU profile",
    .read = read_cpu,
};
