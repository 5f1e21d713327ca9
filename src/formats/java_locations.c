/* Lines that tell what an address of Java's is:
 *
 *     0x00000001 com.example.Main.run (Main.java:31)
 *     0x00000002 memmove (/lib/libc.so.6)
 *     0x00000003 generated stub/JIT
 *     0x00000004 GC
 *
 * Functions are told apart by name alone; a later line for an address takes the
 * place of an earlier one. Specification: parseJavaLocations in
 * legacy_java_profile.go of google/pprof. */
#include "formats/java_locations.h"

#include "formats/mappings.h"
#include "formats/scan.h"

struct place {
    struct pp_slice function, file;
    int64_t line;
};

/* ---- one line ----------------------------------------------------------- */

/* "NAME (INSIDE)": the parenthesis that is closed by the end of the text, that
 * is the last one with white space in front and `inside_min` bytes or more up
 * to `end`. */
static bool find_parenthesis(struct pp_slice text, size_t end,
                             size_t inside_min, size_t *open)
{
    for (size_t at = end; at-- > 1;)
        if (text.data[at] == '(' && pp_is_space(text.data[at - 1]) &&
            end - at - 1 >= inside_min) {
            *open = at;
            return true;
        }
    return false;
}

/* Where ":31)" starts at the end of the text. */
static bool find_line_number(struct pp_slice text, size_t *colon)
{
    size_t end = text.size - 1, at = end;
    while (at > 0 && pp_is_digit(text.data[at - 1]))
        at--;
    if (at == end)
        return false;
    if (at > 0 && text.data[at - 1] == '-')
        at--;
    if (at == 0 || text.data[at - 1] != ':')
        return false;
    *colon = at - 1;
    return true;
}

static struct pp_slice between(struct pp_slice text, size_t start, size_t end)
{
    return (struct pp_slice){text.data + start, end - start};
}

/* Of a library the path does not matter. */
static struct pp_slice file_of_path(struct pp_slice path)
{
    return path.size ? pp_slice_base_name(path) : pp_slice_literal(".");
}

static struct place read_place(struct pp_slice text)
{
    struct place place = {.function = text};
    size_t open, colon, end = text.size - 1;
    bool is_closed = text.data[end] == ')';
    if (is_closed && find_line_number(text, &colon) &&
        find_parenthesis(text, colon, 1, &open)) {
        place.function = between(text, 0, open - 1);
        place.file = between(text, open + 1, colon);
        if (!pp_read_decimal(between(text, colon + 1, end), &place.line) ||
            place.line < 0)
            place.line = 0;
    } else if (is_closed && find_parenthesis(text, end, 0, &open)) {
        place.function = between(text, 0, open - 1);
        place.file = file_of_path(between(text, open + 1, end));
    } else if (pp_slice_contains(text,
                                 pp_slice_literal("generated stub/JIT"))) {
        place.function = pp_slice_literal("STUB");
    }
    return place;
}

/* "0x1f PLACE" */
static bool take_address(struct pp_slice *line, struct pp_slice *digits)
{
    if (!pp_take(line, pp_slice_literal("0x")))
        return false;
    *digits = pp_take_while(line, pp_is_hex);
    return digits->size && pp_take_while(line, pp_is_space).size;
}

/* ---- the table ---------------------------------------------------------- */

/* Function i of the profile has name i. */
static uint32_t add_function(struct pp_addresses *addresses,
                             struct pp_strings *names,
                             const struct place *place)
{
    uint32_t count = names->all.count;
    uint32_t function =
        pp_strings_add(names, &addresses->scratch, place->function);
    if (function == PP_NONE || function < count)
        return function;
    return pp_profile_add_function(addresses->profile, place->function,
                                   place->function, place->file, 0);
}

static int read_line(struct pp_addresses *addresses, struct pp_strings *names,
                     struct pp_slice line, struct pp_error *err)
{
    struct pp_slice digits;
    uint64_t address;
    if (!take_address(&line, &digits))
        return PP_OK;
    if (!pp_read_hex(digits, &address))
        return pp_fail(err, PP_E_FORMAT, "the address has more than 64 bits");
    uint32_t location = pp_addresses_find(addresses, address);
    if (location == PP_NONE)
        return PP_OK;
    struct place place = read_place(line);
    struct pp_line named = {
        .function = add_function(addresses, names, &place),
        .line = place.line,
    };
    if (named.function == PP_NONE ||
        pp_profile_set_lines(addresses->profile, location, &named, 1) < 0)
        return pp_fail_memory(err);
    return PP_OK;
}

/* Those without a name have a mapping made up for them. */
static void forget_named_addresses(struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->locations.count; i++)
        if (profile->locations.items[i].line_count)
            profile->locations.items[i].address = 0;
}

int pp_java_read_locations(struct pp_addresses *addresses,
                           struct pp_lines *lines, struct pp_error *err)
{
    struct pp_profile *profile = addresses->profile;
    struct pp_strings names = {0};
    while (pp_lines_next(lines)) {
        int status =
            read_line(addresses, &names, pp_utf8_trim(lines->line), err);
        if (status < 0)
            return status;
    }
    forget_named_addresses(profile);
    int status = pp_addresses_renumber(profile, err);
    if (status >= 0)
        status = pp_mappings_assign(profile, err);
    pp_profile_aggregate(profile, &(struct pp_detail){
                                      .inlines = true,
                                      .functions = true,
                                      .filenames = true,
                                      .line_numbers = true,
                                  });
    return status;
}
