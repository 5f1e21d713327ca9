/* Encoding: round trips keep everything, and the bytes are the reference's. */
#include "wire/wire.h"

#include "rich.h"

static void a_round_trip_keeps_everything(void **state)
{
    (void)state;
    struct pp_profile *profile = rich_profile(), *back;
    struct pp_buffer bytes = {0}, again = {0};
    struct pp_error err = {0};
    assert_int_equal(pp_wire_encode(profile, &bytes, &err), PP_OK);
    assert_int_equal(pp_wire_decode(bytes.data, bytes.size, 0, &back, &err),
                     PP_OK);
    assert_same_profile(profile, back);
    assert_int_equal(pp_wire_encode(back, &again, &err), PP_OK);
    assert_int_equal(again.size, bytes.size);
    assert_memory_equal(again.data, bytes.data, bytes.size);
    pp_buffer_release(&bytes);
    pp_buffer_release(&again);
    pp_profile_free(profile);
    pp_profile_free(back);
}

static void assert_encodes_to(const struct pp_profile *profile,
                              const char *expected, size_t size)
{
    struct pp_buffer bytes = {0};
    assert_int_equal(pp_wire_encode(profile, &bytes, NULL), PP_OK);
    assert_int_equal(bytes.size, size);
    assert_memory_equal(bytes.data, expected, size);
    assert_int_equal(bytes.data[bytes.size], 0);
    pp_buffer_release(&bytes);
}

#define ASSERT_ENCODES_TO(profile, literal)                                    \
    assert_encodes_to((profile), (literal), sizeof(literal) - 1)

static void an_empty_profile_is_a_string_and_a_default_type(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    ASSERT_ENCODES_TO(profile, "\x32\x00\x70\x00");
    pp_profile_free(profile);
}

/* Two numbers stand apart, three are packed; labels are sorted, text first;
 * strings are numbered as they are met, those that nobody names are gone. */
static void the_bytes_are_the_references(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_slice none = {0};
    rich_text(profile, "nobody names this");
    pp_string z = rich_text(profile, "z"), k = rich_text(profile, "k");
    pp_profile_add_sample_type(profile, "n", "");
    uint32_t function =
        pp_profile_add_function(profile, pp_slice_of("f"), none, none, 0);
    uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
    pp_profile_set_lines(profile, location, &(struct pp_line){function, 300, 0},
                         1);
    uint32_t stack[] = {location, location, location};
    pp_profile_add_sample(profile, stack, 3, (int64_t[]){1});
    pp_profile_add_label(profile, (struct pp_label){.key = k, .number = 2});
    pp_profile_add_label(profile, (struct pp_label){.key = z, .string = k});
    pp_profile_add_sample(profile, stack, 2, (int64_t[]){0});
    ASSERT_ENCODES_TO(profile, "\x0a\x02\x08\x01" /* type: n */
                               "\x12\x13\x0a\x03\x01\x01\x01\x10\x01"
                               "\x1a\x04\x08\x02\x10\x03" /* z: k */
                               "\x1a\x04\x08\x03\x18\x02" /* k: 2 */
                               "\x12\x06\x08\x01\x08\x01\x10\x00"
                               "\x22\x09\x08\x01\x22\x05\x08\x01\x10\xac\x02"
                               "\x2a\x04\x08\x01\x10\x04"
                               "\x32\x00\x32\x01n\x32\x01z\x32\x01k\x32\x01"
                               "f\x70\x00");
    pp_profile_free(profile);
}

/* A string table may name a text twice; it is written once. */
static void equal_strings_are_written_once(void **state)
{
    (void)state;
    static const char twice[] = "\x0a\x04\x08\x01\x10\x02"
                                "\x32\x00\x32\x01x\x32\x01x";
    struct pp_profile *profile;
    assert_int_equal(pp_wire_decode(twice, sizeof twice - 1, 0, &profile, NULL),
                     PP_OK);
    ASSERT_ENCODES_TO(profile, "\x0a\x04\x08\x01\x10\x01"
                               "\x32\x00\x32\x01x\x70\x00");
    pp_profile_free(profile);
}

static void gzip_unfolds_to_the_same(void **state)
{
    (void)state;
    struct pp_profile *profile = rich_profile(), *back;
    struct pp_buffer bytes = {0};
    assert_int_equal(pp_wire_encode_gzip(profile, &bytes, NULL), PP_OK);
    assert_memory_equal(bytes.data, "\x1f\x8b", 2);
    assert_int_equal(pp_wire_decode(bytes.data, bytes.size, 0, &back, NULL),
                     PP_OK);
    assert_same_profile(profile, back);
    pp_buffer_release(&bytes);
    pp_profile_free(profile);
    pp_profile_free(back);
}

/* What stands in the buffer already is left alone. */
static void encoding_appends(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_buffer bytes = {0};
    pp_buffer_append_text(&bytes, "front");
    assert_int_equal(pp_wire_encode(profile, &bytes, NULL), PP_OK);
    assert_memory_equal(bytes.data, "front\x32\x00\x70", 9);
    size_t size = bytes.size;
    assert_int_equal(pp_wire_encode_gzip(profile, &bytes, NULL), PP_OK);
    assert_memory_equal(bytes.data + size, "\x1f\x8b", 2);
    pp_buffer_release(&bytes);
    pp_profile_free(profile);
}

static void a_ceiling_is_kept(void **state)
{
    (void)state;
    struct pp_profile *profile = rich_profile();
    struct pp_buffer whole = {0};
    assert_int_equal(pp_wire_encode(profile, &whole, NULL), PP_OK);
    for (size_t ceiling = 1; ceiling < whole.size; ceiling += 97) {
        struct pp_buffer bytes = {.ceiling = ceiling};
        struct pp_error err = {0};
        assert_int_equal(pp_wire_encode(profile, &bytes, &err), PP_E_MEMORY);
        assert_string_equal(err.text, "out of memory");
        assert_true(bytes.size <= ceiling);
        pp_buffer_release(&bytes);
        err = (struct pp_error){0};
        assert_int_equal(pp_wire_encode_gzip(profile, &bytes, &err),
                         PP_E_MEMORY);
        pp_buffer_release(&bytes);
    }
    pp_buffer_release(&whole);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_round_trip_keeps_everything),
        cmocka_unit_test(an_empty_profile_is_a_string_and_a_default_type),
        cmocka_unit_test(the_bytes_are_the_references),
        cmocka_unit_test(equal_strings_are_written_once),
        cmocka_unit_test(gzip_unfolds_to_the_same),
        cmocka_unit_test(encoding_appends),
        cmocka_unit_test(a_ceiling_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
