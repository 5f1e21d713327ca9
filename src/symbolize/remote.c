/* Names from the program itself: the `symbol` server beside a profile's URL
 * is sent addresses and answers with lines "0x1234 name".
 *
 * The question and the reading of the answer are the reference's
 * (google/pprof, internal/symbolz), with one question for all mappings. It is
 * put before profiles are merged, so that addresses are still the server's. */
#include "symbolize/desk.h"
#include "symbolize/functions.h"

/* Whether the server is asked about a mapping's locations. */
static bool is_asked(const struct pp_profile *profile, uint32_t mapping,
                     bool force)
{
    if (mapping == PP_NONE)
        return false;
    const struct pp_mapping *asked = &profile->mappings.items[mapping];
    return (force || !asked->has_functions) &&
           !pp_mapping_is_unsymbolizable(profile, asked);
}

bool pp_symbolize_remote_request(const struct pp_profile *profile, bool force,
                                 struct pp_buffer *body)
{
    size_t before = body->size;
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        const struct pp_location *location = &profile->locations.items[i];
        if (location->address == 0 || location->line_count > 0 ||
            !is_asked(profile, location->mapping, force))
            continue;
        pp_buffer_format(body, "%s%#llx", body->size > before ? "+" : "",
                         (unsigned long long)location->address);
    }
    return body->size > before && !body->failed;
}

/* ---- the answer --------------------------------------------------------- */

/* Names by address, as the answer gives them. */
struct answer {
    struct pp_arena arena;
    struct {
        struct answered {
            uint64_t address;
            struct pp_slice name;
        } * items;
        uint32_t count, capacity;
    } names;
    struct pp_table by_address;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == '\r';
}

/* Read hex digits; how many, with the value in *value. Those past 16 make it
 * no address. */
static size_t read_hex(struct pp_slice text, uint64_t *value)
{
    size_t size = 0;
    *value = 0;
    for (; size < text.size; size++) {
        char c = text.data[size], low = (char)(c | 0x20);
        unsigned digit = c >= '0' && c <= '9'       ? (unsigned)(c - '0')
                         : low >= 'a' && low <= 'f' ? (unsigned)(low - 'a') + 10
                                                    : 16;
        if (digit == 16)
            break;
        if (*value >> 60)
            return 0;
        *value = *value << 4 | digit;
    }
    return size;
}

/* Find "0xADDRESS name" in a line. */
static bool read_line(struct pp_slice line, struct answered *found)
{
    for (size_t at = 0; at + 2 < line.size; at++) {
        if (line.data[at] != '0' || line.data[at + 1] != 'x')
            continue;
        struct pp_slice rest = {line.data + at + 2, line.size - at - 2};
        size_t size = read_hex(rest, &found->address);
        size_t name = size;
        while (name < rest.size && is_space(rest.data[name]))
            name++;
        if (size == 0 || name == size)
            continue;
        found->name = (struct pp_slice){rest.data + name, rest.size - name};
        return true;
    }
    return false;
}

/* What is known of an address so far, or NULL. */
static struct answered *find_answered(const struct answer *answer,
                                      uint64_t address)
{
    uint32_t at, index;
    pp_table_each (&answer->by_address, pp_hash_foreign_u64(address), at,
                   index) {
        if (answer->names.items[index].address == address)
            return &answer->names.items[index];
    }
    return NULL;
}

/* Of two lines for one address the later counts. */
static int add_answered(struct answer *answer, struct answered found)
{
    struct answered *known = find_answered(answer, found.address);
    if (known) {
        *known = found;
        return PP_OK;
    }
    uint32_t index = answer->names.count;
    struct answered *added = pp_vector_add(&answer->arena, &answer->names);
    if (!added)
        return PP_E_MEMORY;
    *added = found;
    return pp_table_insert(&answer->by_address, &answer->arena,
                           pp_hash_foreign_u64(found.address), index);
}

static int read_answer(struct answer *answer, struct pp_slice text)
{
    while (text.size > 0) {
        const char *end = memchr(text.data, '\n', text.size);
        size_t size = end ? (size_t)(end - text.data) : text.size;
        struct answered found;
        if (read_line((struct pp_slice){text.data, size}, &found) &&
            add_answered(answer, found) < 0)
            return PP_E_MEMORY;
        size += end != NULL;
        text = (struct pp_slice){text.data + size, text.size - size};
    }
    return PP_OK;
}

/* ---- putting names back ------------------------------------------------- */

static int name_location(struct pp_profile *profile, uint32_t location,
                         struct pp_slice name,
                         struct pp_function_adder *functions)
{
    uint32_t function =
        pp_function_add(functions, name, name, (struct pp_slice){0}, 0);
    if (function == PP_NONE)
        return PP_E_MEMORY;
    struct pp_line line = {.function = function};
    return pp_profile_set_lines(profile, location, &line, 1);
}

static int name_locations(struct pp_profile *profile,
                          const struct answer *answer,
                          struct pp_function_adder *functions)
{
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        const struct pp_location *location = &profile->locations.items[i];
        const struct answered *answered =
            find_answered(answer, location->address);
        if (!answered || location->line_count > 0 ||
            !is_asked(profile, location->mapping, true))
            continue;
        profile->mappings.items[location->mapping].has_functions = true;
        if (name_location(profile, i, answered->name, functions) < 0)
            return PP_E_MEMORY;
    }
    return PP_OK;
}

int pp_symbolize_remote_answer(struct pp_profile *profile, struct pp_slice text,
                               struct pp_error *err)
{
    struct answer answer = {0};
    struct pp_function_adder functions;
    pp_function_adder_init(&functions, profile);
    int status = read_answer(&answer, text);
    if (status == PP_OK)
        status = name_locations(profile, &answer, &functions);
    pp_function_adder_release(&functions);
    pp_arena_release(&answer.arena);
    return status < 0 ? pp_fail_memory(err) : PP_OK;
}
