/* From a file's bytes to a profile: unfold, parse, or read as one of the other
 * forms, and, where all fails, say what the bytes look like instead. A further
 * compression is a further row in a table here, a further form one in
 * formats/formats.c. */
#include "wire/decode.h"

#include <ctype.h>

#include "formats/formats.h"

/* ---- unfolding ---------------------------------------------------------- */

int pp_wire_fail_full(const struct pp_buffer *out, struct pp_error *err)
{
    return out->failed
               ? pp_fail(err, PP_E_MEMORY,
                         "decompressing profile: out of memory")
               : pp_fail(err, PP_E_MEMORY,
                         "decompressing profile: it unfolds to more than the "
                         "%zu bytes that there is room for",
                         out->ceiling);
}

static int copy_bare(struct pp_slice bytes, struct pp_buffer *out,
                     struct pp_error *err)
{
    if (out->ceiling && bytes.size > out->ceiling)
        return pp_fail(err, PP_E_MEMORY,
                       "parsing profile: it has more than the %zu bytes that "
                       "there is room for",
                       out->ceiling);
    pp_buffer_append_slice(out, bytes);
    return out->failed ? pp_fail_memory(err) : PP_OK;
}

static const struct {
    struct pp_slice magic;
    int (*unfold)(struct pp_slice bytes, struct pp_buffer *out,
                  struct pp_error *err);
} foldings[] = {
    {{"\x1f\x8b", 2}, pp_wire_inflate},
    {{"\x28\xb5\x2f\xfd", 4}, pp_wire_unfold_zstd},
    {{"", 0}, copy_bare},
};

static int unfold(struct pp_slice bytes, struct pp_buffer *out,
                  struct pp_error *err)
{
    size_t i = 0;
    while (!pp_slice_starts_with(bytes, foldings[i].magic))
        i++;
    return foldings[i].unfold(bytes, out, err);
}

/* ---- what it looks like ------------------------------------------------- */

/* How the bytes start, behind whitespace and with capitals made small. */
static const struct {
    struct pp_slice start;
    const char *what;
} looks[] = {
    {pp_slice_literal("<!doctype html"), "an HTML page"},
    {pp_slice_literal("<html"), "an HTML page"},
    {pp_slice_literal("<"), "XML or HTML"},
    {pp_slice_literal("{"), "JSON"},
    {pp_slice_literal("["), "JSON"},
    {pp_slice_literal("perfile2"),
     "perf.data: write it as text with `perf script -i FILE >TEXT` first"},
    {pp_slice_literal("\x7f\x65lf"), "an executable (ELF)"},
    {pp_slice_literal("go 1."), "an execution trace of Go"},
    {pp_slice_literal("\xfd\x37zxz"), "xz, which is not unfolded here"},
    {pp_slice_literal("bzh"), "bzip2, which is not unfolded here"},
    {pp_slice_literal("pk\3\4"), "a zip archive"},
};

enum { LOOK_MAX = 256 /* bytes that are looked at */ };

static bool is_text(struct pp_slice bytes)
{
    size_t size = bytes.size < LOOK_MAX ? bytes.size : LOOK_MAX;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes.data[i];
        if ((c < ' ' && !isspace(c)) || c == 0x7f)
            return false;
    }
    return true;
}

/* Whether the first byte could be the tag of a field of a profile. */
static bool starts_as_profile(struct pp_slice bytes)
{
    unsigned char tag = (unsigned char)bytes.data[0];
    unsigned number = tag >> 3, type = tag & 7;
    bool is_message = number <= 6 || number == 11 || number == 13;
    bool is_number = number >= 7 && number != 11;
    return tag < 0x80 && number > 0 &&
           ((is_message && type == 2) || (is_number && type == 0));
}

/* What the bytes look like, NULL where that is nothing known. */
static const char *look_at(struct pp_slice bytes)
{
    char small[16];
    size_t skipped = 0, size = 0;
    while (skipped < bytes.size && isspace((unsigned char)bytes.data[skipped]))
        skipped++;
    for (; size < sizeof small && skipped + size < bytes.size; size++)
        small[size] = (char)tolower((unsigned char)bytes.data[skipped + size]);
    struct pp_slice start = {small, size};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (pp_slice_starts_with(start, looks[i].start))
            return looks[i].what;
    return is_text(bytes) ? "text" : NULL;
}

/* ---- the whole ---------------------------------------------------------- */

/* A failed parse leaves a profile that is good for nothing but its input. */
static int renew(struct pp_profile **profile, struct pp_error *err)
{
    struct pp_profile *fresh = pp_profile_new(0);
    if (!fresh)
        return pp_fail_memory(err);
    fresh->input = (*profile)->input;
    (*profile)->input = (struct pp_buffer){0};
    pp_profile_free(*profile);
    *profile = fresh;
    return PP_OK;
}

/* PP_E_NOT_FOUND, without words, where it is no other form. */
static int read_other_form(struct pp_profile **profile, struct pp_error *err)
{
    int status = renew(profile, err);
    if (status < 0)
        return status;
    struct pp_error reason = {0};
    status =
        pp_formats_read(*profile, pp_buffer_slice(&(*profile)->input), &reason);
    if (status == PP_E_NOT_FOUND)
        return status;
    if (status < 0)
        return pp_fail(err, status, "parsing profile: %s", reason.text);
    if (pp_profile_check(*profile, &reason) < 0)
        return pp_fail(err, reason.status, "malformed profile: %s",
                       reason.text);
    return PP_OK;
}

/* The bytes are of no form: `reason` is why they are no profile.proto. */
static int fail_unrecognized(struct pp_slice bytes,
                             const struct pp_error *reason,
                             struct pp_error *err)
{
    const char *look = look_at(bytes);
    if (look)
        return pp_fail(err, PP_E_FORMAT,
                       "parsing profile: unrecognized profile format: it "
                       "looks like %s",
                       look);
    if (!starts_as_profile(bytes))
        return pp_fail(err, PP_E_FORMAT,
                       "parsing profile: unrecognized profile format");
    return pp_fail(err, PP_E_FORMAT, "%s", reason->text);
}

static int parse(struct pp_profile **profile, struct pp_error *err)
{
    struct pp_slice bytes = pp_buffer_slice(&(*profile)->input);
    if (bytes.size == 0)
        return pp_fail(err, PP_E_FORMAT, "parsing profile: empty input file");
    struct pp_error reason = {0};
    int status = pp_wire_parse(*profile, 0, &reason);
    if (status >= 0)
        return PP_OK;
    if (status != PP_E_FORMAT)
        return pp_fail(err, status, "%s", reason.text);
    status = read_other_form(profile, err);
    return status == PP_E_NOT_FOUND ? fail_unrecognized(bytes, &reason, err)
                                    : status;
}

/* `owner` of the bytes, if any, is released when they are unfolded. */
static int decode(struct pp_slice bytes, struct pp_buffer *owner,
                  size_t inflated_max, struct pp_profile **profile,
                  struct pp_error *err)
{
    struct pp_profile *decoded = pp_profile_new(0);
    if (!decoded)
        return pp_fail_memory(err);
    pp_buffer_init(&decoded->input,
                   inflated_max ? inflated_max : PP_WIRE_INFLATED_MAX);
    int status = unfold(bytes, &decoded->input, err);
    if (owner)
        pp_buffer_release(owner);
    if (status >= 0)
        status = parse(&decoded, err);
    if (status < 0) {
        pp_profile_free(decoded);
        return status;
    }
    *profile = decoded;
    return PP_OK;
}

int pp_wire_decode(const void *bytes, size_t size, size_t inflated_max,
                   struct pp_profile **profile, struct pp_error *err)
{
    *profile = NULL;
    return decode((struct pp_slice){bytes, size}, NULL, inflated_max, profile,
                  err);
}

int pp_wire_decode_buffer(struct pp_buffer *bytes, size_t inflated_max,
                          struct pp_profile **profile, struct pp_error *err)
{
    *profile = NULL;
    int status =
        decode(pp_buffer_slice(bytes), bytes, inflated_max, profile, err);
    pp_buffer_release(bytes);
    return status;
}
