/* gperftools' CPU profiles, in every size and order of words. */
#include "show.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void append_words(struct pp_buffer *out, const uint64_t *words,
                         size_t count, unsigned size, bool is_big_endian)
{
    for (size_t i = 0; i < count; i++)
        for (unsigned byte = 0; byte < size; byte++) {
            unsigned place = is_big_endian ? size - 1 - byte : byte;
            pp_buffer_append_char(out, (char)(words[i] >> (8 * place)));
        }
}

static void words_have_any_size_and_order(void **state)
{
    (void)state;
    static const uint64_t words[] = {0, 3, 0, 10, 0,    5, 2, 0x10, 0x21,
                                     1, 0, 2, 1,  0x10, 0, 1, 0};
    for (int form = 0; form < 4; form++) {
        struct pp_buffer bytes = {0};
        append_words(&bytes, words, COUNT(words), form & 1 ? 8 : 4, form & 2);
        pp_buffer_append_text(&bytes, "10-30 r-xp 0 0:0 1 /bin/prog\n");
        struct pp_profile *profile =
            require_read(&pp_format_gperftools_cpu, pp_buffer_slice(&bytes),
                         "samples/count cpu/nanoseconds\n"
                         "@10[/bin/prog] | @20[/bin/prog] 5 50000\n"
                         " 1 10000\n"
                         "@10[/bin/prog] 2 20000\n");
        assert_int_equal(profile->period, 10000);
        pp_profile_free(profile);
        pp_buffer_release(&bytes);
    }
}

static struct pp_profile *require_words_read(const uint64_t *words,
                                             size_t count, const char *text,
                                             const char *expected)
{
    struct pp_buffer bytes = {0};
    append_words(&bytes, words, count, 8, false);
    pp_buffer_append_text(&bytes, text);
    struct pp_profile *profile = require_read(
        &pp_format_gperftools_cpu, pp_buffer_slice(&bytes), expected);
    pp_buffer_release(&bytes);
    return profile;
}

/* The two frames behind the leaf are the same in all samples; of what is left
 * the leaf may be there twice. */
static void frames_of_the_handler_go(void **state)
{
    (void)state;
    static const uint64_t words[] = {
        0, 3, 0,    1,    0,                /* header */
        1, 5, 0x10, 0x91, 0xa1, 0x21, 0x31, /* records */
        1, 5, 0x11, 0x91, 0xa1, 0x11, 0x31, /* the leaf once more */
        1, 3, 0x12, 0x91, 0xa1,             /* nothing else */
    };
    struct pp_profile *profile =
        require_words_read(words, COUNT(words), "",
                           "samples/count cpu/nanoseconds\n"
                           "@10[] | @20[] | @30[] 1 1000\n"
                           "@11[] | @30[] 1 1000\n"
                           "@12[] 1 1000\n");
    /* Numbered while the leaf was there twice, as in the reference. */
    assert_int_equal(profile->locations.count, 5);
    pp_profile_free(profile);
}

static void java_has_a_table_of_names(void **state)
{
    (void)state;
    static const uint64_t words[] = {0, 3, 1, 1, 0, 4, 3, 7, 8, 9, 0, 1, 0};
    struct pp_profile *profile = require_words_read(
        words, COUNT(words), "0x7 a.B.c (B.java:12)\n0x08 GC\n",
        "samples/count cpu/nanoseconds\n"
        "a.B.c:12 | GC | [] 4 4000\n");
    assert_int_equal(profile->functions.count, 2);
    pp_profile_free(profile);
}

static void require_refused(const uint64_t *words, size_t count,
                            const char *text)
{
    struct pp_buffer bytes = {0};
    append_words(&bytes, words, count, 8, false);
    require_words(&pp_format_gperftools_cpu, pp_buffer_slice(&bytes), text);
    pp_buffer_release(&bytes);
}

static void depth_is_not_believed(void **state)
{
    (void)state;
    static const uint64_t deep[] = {0, 3, 0, 1, 0, 1, 1, 2, 1, 1ull << 40, 5};
    static const uint64_t cut[] = {0, 3, 0, 1, 0, 1};
    require_refused(deep, COUNT(deep),
                    "gperftools CPU profile: record 2 at byte 64 is longer "
                    "than what is left");
    require_refused(cut, COUNT(cut),
                    "gperftools CPU profile: record 1 at byte 40 is longer "
                    "than what is left");
    require_other(&pp_format_gperftools_cpu,
                  (struct pp_slice){(const char *)cut, 32});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_have_any_size_and_order),
        cmocka_unit_test(frames_of_the_handler_go),
        cmocka_unit_test(java_has_a_table_of_names),
        cmocka_unit_test(depth_is_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
