/* zstd: frames in a row, ceilings, cuts, and a whole profile. */
#include "wire/decode.h"

#include "rich.h"

#include <stdio.h>
#include <zstd.h>

enum { TEXT_SIZE = 300000 };

struct sample {
    char text[TEXT_SIZE];
    char *folded; /* of two frames: the text, "end" */
    size_t folded_size, first_size;
};

static int set_up(void **state)
{
    struct sample *sample = calloc(1, sizeof *sample);
    for (size_t i = 0; i < TEXT_SIZE; i++)
        sample->text[i] = (char)(i * i >> 7);
    size_t room = ZSTD_compressBound(TEXT_SIZE) + ZSTD_compressBound(3);
    sample->folded = malloc(room);
    sample->first_size =
        ZSTD_compress(sample->folded, room, sample->text, TEXT_SIZE, 3);
    assert_false(ZSTD_isError(sample->first_size));
    size_t size = ZSTD_compress(sample->folded + sample->first_size,
                                room - sample->first_size, "end", 3, 3);
    assert_false(ZSTD_isError(size));
    sample->folded_size = sample->first_size + size;
    *state = sample;
    return 0;
}

static int tear_down(void **state)
{
    struct sample *sample = *state;
    free(sample->folded);
    free(sample);
    return 0;
}

static void frames_are_put_together(void **state)
{
    const struct sample *sample = *state;
    struct pp_buffer out = {0};
    struct pp_slice folded = {sample->folded, sample->folded_size};
    assert_int_equal(pp_wire_unfold_zstd(folded, &out, NULL), PP_OK);
    assert_int_equal(out.size, TEXT_SIZE + 3);
    assert_memory_equal(out.data, sample->text, TEXT_SIZE);
    assert_memory_equal(out.data + TEXT_SIZE, "end", 3);
    pp_buffer_release(&out);
}

static void the_ceiling_is_kept_to_the_byte(void **state)
{
    const struct sample *sample = *state;
    struct pp_slice folded = {sample->folded, sample->folded_size};
    static const size_t too_small[] = {1, 1000, TEXT_SIZE, TEXT_SIZE + 2};
    for (size_t i = 0; i < sizeof too_small / sizeof *too_small; i++) {
        struct pp_buffer out = {.ceiling = too_small[i]};
        struct pp_error err = {0};
        char words[200];
        snprintf(words, sizeof words,
                 "decompressing profile: it unfolds to more than the %zu bytes "
                 "that there is room for",
                 too_small[i]);
        assert_int_equal(pp_wire_unfold_zstd(folded, &out, &err), PP_E_MEMORY);
        assert_string_equal(err.text, words);
        assert_true(out.size <= too_small[i]);
        pp_buffer_release(&out);
    }
    struct pp_buffer out = {.ceiling = TEXT_SIZE + 3};
    assert_int_equal(pp_wire_unfold_zstd(folded, &out, NULL), PP_OK);
    pp_buffer_release(&out);
}

static void any_cut_is_refused_but_between_frames(void **state)
{
    const struct sample *sample = *state;
    for (size_t cut = 4; cut < sample->folded_size;
         cut += cut + 50 < sample->first_size ? 37 : 1) {
        char *copy = malloc(cut);
        memcpy(copy, sample->folded, cut);
        struct pp_buffer out = {0};
        struct pp_error err = {0};
        int status =
            pp_wire_unfold_zstd((struct pp_slice){copy, cut}, &out, &err);
        if (cut == sample->first_size) {
            assert_int_equal(status, PP_OK);
            assert_int_equal(out.size, TEXT_SIZE);
        } else {
            char words[200];
            snprintf(words, sizeof words,
                     "decompressing profile: zstd: cut short at byte %zu", cut);
            assert_string_equal(err.text, words);
            assert_int_equal(status, PP_E_FORMAT);
        }
        pp_buffer_release(&out);
        free(copy);
    }
}

static void damage_is_told(void **state)
{
    (void)state;
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    static const char damaged[] = "\x28\xb5\x2f\xfd\xff\xff\xff\xff\xff\xff";
    assert_int_equal(
        pp_wire_unfold_zstd((struct pp_slice){damaged, sizeof damaged}, &out,
                            &err),
        PP_E_FORMAT);
    assert_non_null(strstr(err.text, "decompressing profile: zstd: "));
    pp_buffer_release(&out);
}

static void a_profile_comes_through(void **state)
{
    (void)state;
    struct pp_profile *profile = rich_profile(), *back;
    struct pp_buffer bytes = {0};
    assert_int_equal(pp_wire_encode(profile, &bytes, NULL), PP_OK);
    size_t room = ZSTD_compressBound(bytes.size);
    char *folded = malloc(room);
    size_t size = ZSTD_compress(folded, room, bytes.data, bytes.size, 1);
    assert_int_equal(pp_wire_decode(folded, size, 0, &back, NULL), PP_OK);
    assert_same_profile(profile, back);
    free(folded);
    pp_buffer_release(&bytes);
    pp_profile_free(profile);
    pp_profile_free(back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_put_together),
        cmocka_unit_test(the_ceiling_is_kept_to_the_byte),
        cmocka_unit_test(any_cut_is_refused_but_between_frames),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(a_profile_comes_through),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
