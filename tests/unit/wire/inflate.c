/* gzip: members in a row, sizes that lie, ceilings, damage. */
#include "wire/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libdeflate.h>

enum { TEXT_SIZE = 300000, FOLDED_MAX = 400000 };

/* Text that folds well, but not to nothing. */
static char *make_text(void)
{
    char *text = malloc(TEXT_SIZE);
    uint32_t random = 1;
    for (size_t i = 0; i < TEXT_SIZE; i++) {
        random = random * 1103515245 + 12345;
        text[i] = (char)('a' + (random >> 28) % 4);
    }
    return text;
}

static size_t fold(const char *text, size_t size, char *folded)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(9);
    size_t folded_size =
        libdeflate_gzip_compress(compressor, text, size, folded, FOLDED_MAX);
    libdeflate_free_compressor(compressor);
    assert_int_not_equal(folded_size, 0);
    return folded_size;
}

struct sample {
    char *text;
    char *folded; /* of three members: all, nothing, "end" */
    size_t folded_size, last_at;
};

static int set_up(void **state)
{
    struct sample *sample = calloc(1, sizeof *sample);
    sample->text = make_text();
    char *at = sample->folded = malloc(3 * FOLDED_MAX);
    at += fold(sample->text, TEXT_SIZE, at);
    at += fold("", 0, at);
    sample->last_at = (size_t)(at - sample->folded);
    at += fold("end", 3, at);
    sample->folded_size = (size_t)(at - sample->folded);
    *state = sample;
    return 0;
}

static int tear_down(void **state)
{
    struct sample *sample = *state;
    free(sample->text);
    free(sample->folded);
    free(sample);
    return 0;
}

static void members_are_put_together(void **state)
{
    const struct sample *sample = *state;
    struct pp_buffer out = {0};
    struct pp_slice folded = {sample->folded, sample->folded_size};
    assert_int_equal(pp_wire_inflate(folded, &out, NULL), PP_OK);
    assert_int_equal(out.size, TEXT_SIZE + 3);
    assert_memory_equal(out.data, sample->text, TEXT_SIZE);
    assert_memory_equal(out.data + TEXT_SIZE, "end", 3);
    pp_buffer_release(&out);
}

/* All but the last room is too small: what is just enough, is. */
static void the_ceiling_is_kept_to_the_byte(void **state)
{
    const struct sample *sample = *state;
    struct pp_slice folded = {sample->folded, sample->folded_size};
    static const size_t too_small[] = {1, 1000, TEXT_SIZE - 1, TEXT_SIZE,
                                       TEXT_SIZE + 2};
    for (size_t i = 0; i < sizeof too_small / sizeof *too_small; i++) {
        struct pp_buffer out = {.ceiling = too_small[i]};
        struct pp_error err = {0};
        char words[200];
        snprintf(words, sizeof words,
                 "decompressing profile: it unfolds to more than the %zu bytes "
                 "that there is room for",
                 too_small[i]);
        assert_int_equal(pp_wire_inflate(folded, &out, &err), PP_E_MEMORY);
        assert_string_equal(err.text, words);
        pp_buffer_release(&out);
    }
    struct pp_buffer out = {.ceiling = TEXT_SIZE + 3};
    assert_int_equal(pp_wire_inflate(folded, &out, NULL), PP_OK);
    pp_buffer_release(&out);
}

/* 64 MB of zeros in 64 KB: the room follows what comes out, not what is told;
 * the ceiling stops it. */
static void a_bomb_stops_at_the_ceiling(void **state)
{
    (void)state;
    enum { SIZE = 64 << 20 };
    char *zeros = calloc(1, SIZE), *folded = malloc(FOLDED_MAX);
    struct pp_slice bomb = {folded, fold(zeros, SIZE, folded)};
    struct pp_buffer out = {.ceiling = 1 << 20};
    assert_true(bomb.size < 80000);
    assert_int_equal(pp_wire_inflate(bomb, &out, NULL), PP_E_MEMORY);
    assert_true(out.capacity <= 2 << 20);
    pp_buffer_release(&out);
    free(zeros);
    free(folded);
}

static void damage_is_told_with_its_member(void **state)
{
    const struct sample *sample = *state;
    char *copy = malloc(sample->folded_size);
    struct pp_buffer out = {0};
    memcpy(copy, sample->folded, sample->folded_size);
    copy[sample->folded_size - 9] ^= 1; /* in the last, which is "end" */
    struct pp_error err = {0};
    assert_int_equal(
        pp_wire_inflate((struct pp_slice){copy, sample->folded_size}, &out,
                        &err),
        PP_E_FORMAT);
    char words[200];
    snprintf(words, sizeof words,
             "decompressing profile: gzip: the member at byte %zu is damaged "
             "or cut short",
             sample->last_at);
    assert_string_equal(err.text, words);
    pp_buffer_release(&out);
    free(copy);
}

/* Cut anywhere but between members, it is refused. */
static void any_cut_is_refused(void **state)
{
    const struct sample *sample = *state;
    char *folded = malloc(FOLDED_MAX);
    size_t size = fold(sample->text, 1000, folded);
    for (size_t cut = 1; cut < size; cut++) {
        char *copy = malloc(cut);
        memcpy(copy, folded, cut);
        struct pp_buffer out = {0};
        assert_int_equal(
            pp_wire_inflate((struct pp_slice){copy, cut}, &out, NULL),
            PP_E_FORMAT);
        pp_buffer_release(&out);
        free(copy);
    }
    free(folded);
}

static void what_follows_the_last_member_is_refused(void **state)
{
    const struct sample *sample = *state;
    struct pp_slice longer = {sample->folded, sample->folded_size + 1};
    sample->folded[sample->folded_size] = 0;
    struct pp_buffer out = {0};
    assert_int_equal(pp_wire_inflate(longer, &out, NULL), PP_E_FORMAT);
    pp_buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_put_together),
        cmocka_unit_test(the_ceiling_is_kept_to_the_byte),
        cmocka_unit_test(a_bomb_stops_at_the_ceiling),
        cmocka_unit_test(damage_is_told_with_its_member),
        cmocka_unit_test(any_cut_is_refused),
        cmocka_unit_test(what_follows_the_last_member_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
