/* Source lines: the frames of small programs against what is known of them, and
 * against those of binutils' addr2line. Arguments: the sample programs, built
 * with debug information of several kinds. Those in C++ have "-cc" in their
 * names; those that addr2line cannot read right, "-alone". */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "lines/lines.h"
#include "os/os.h"

enum { FRAME_MAX = 64, ADDRESS_MAX = 1500, LINE_SIZE = 4096 };

static char **samples;
static int sample_count;

struct sample {
    struct pp_symbols *symbols;
    struct pp_object *object;
    struct pp_lines *lines;
    uint64_t addresses[ADDRESS_MAX]; /* some of those that have a name */
    uint32_t address_count;
};

static int open_lines_with(const char *path, struct pp_lines_options options,
                           struct pp_object **object, struct pp_lines **lines,
                           struct pp_error *err)
{
    struct pp_error own = {0};
    err = err ? err : &own;
    *lines = NULL;
    options.search = &pp_debug_search_default;
    if (pp_object_open(path, NULL, object, err) == PP_OK &&
        pp_lines_open(*object, &options, lines, err) < 0)
        pp_object_free(*object);
    return err->status;
}

static int open_lines(const char *path, struct pp_object **object,
                      struct pp_lines **lines, struct pp_error *err)
{
    const struct pp_lines_options options = {0};
    return open_lines_with(path, options, object, lines, err);
}

static void close_lines(struct pp_object *object, struct pp_lines *lines)
{
    pp_lines_free(lines);
    pp_object_free(object);
}

static void open_sample(struct sample *sample, const char *path)
{
    struct pp_error err = {0};
    struct pp_slice name;
    sample->address_count = 0;
    pp_symbols_open(path, &sample->symbols, &err);
    open_lines(path, &sample->object, &sample->lines, &err);
    assert_string_equal(err.text, "");
    for (uint64_t address = 0x1000;
         address < 0x10000 && sample->address_count < ADDRESS_MAX; address += 3)
        if (pp_symbols_find(sample->symbols, address, &name, NULL))
            sample->addresses[sample->address_count++] = address;
    assert_true(sample->address_count > 50);
}

static void close_sample(struct sample *sample)
{
    pp_symbols_free(sample->symbols);
    close_lines(sample->object, sample->lines);
}

static bool is_named(const char *path, const char *part)
{
    struct pp_slice name = pp_slice_base_name(pp_slice_of(path));
    return pp_slice_contains(name, pp_slice_of(part));
}

static bool is(struct pp_slice slice, const char *text)
{
    return pp_slice_equal(slice, pp_slice_of(text));
}

/* ---- what is known of the samples --------------------------------------- */

/* Somewhere in outermost, both inlined functions are nested. */
static void check_inlined_calls(const char *path)
{
    static struct sample sample;
    struct pp_frame frames[FRAME_MAX];
    uint32_t found = 0;
    open_sample(&sample, path);
    for (uint32_t i = 0; i < sample.address_count; i++) {
        uint32_t count =
            pp_lines_find(sample.lines, sample.addresses[i], frames, FRAME_MAX);
        if (count != 3 || !is(frames[2].function, "outermost"))
            continue;
        assert_true(is(frames[0].function, "innermost"));
        assert_true(is(frames[1].function, "middle"));
        assert_in_range(frames[0].line, 8, 9);
        assert_in_range(frames[1].line, 15, 16);
        assert_int_equal(frames[2].line, 22);
        assert_int_equal(frames[2].column, 16);
        assert_int_equal(frames[0].start_line, 6);
        assert_int_equal(frames[2].start_line, 19);
        assert_true(is(pp_slice_base_name(frames[1].file), "sample.c"));
        assert_int_equal(frames[1].file.data[0], '/');
        found++;
    }
    assert_true(found > 0);
    close_sample(&sample);
}

static void test_inlined_calls(void **state)
{
    (void)state;
    for (int i = 0; i < sample_count; i++)
        if (!is_named(samples[i], "-cc"))
            check_inlined_calls(samples[i]);
}

/* Little room gets the innermost frames. */
static void test_little_room(void **state)
{
    static struct sample sample;
    struct pp_frame frames[FRAME_MAX], few[2];
    (void)state;
    open_sample(&sample, samples[0]);
    for (uint32_t i = 0; i < sample.address_count; i++) {
        uint64_t address = sample.addresses[i];
        uint32_t count =
            pp_lines_find(sample.lines, address, frames, FRAME_MAX);
        uint32_t wanted = count < 2 ? count : 2;
        assert_int_equal(pp_lines_find(sample.lines, address, few, 2), wanted);
        for (uint32_t f = 0; f < wanted; f++)
            assert_ptr_equal(few[f].function.data, frames[f].function.data);
        assert_int_equal(pp_lines_find(sample.lines, address, few, 0), 0);
    }
    close_sample(&sample);
}

/* With options of some kind, the frames are the same as without. */
static void check_options(const char *path, struct pp_lines_options options,
                          bool is_prepared)
{
    static struct sample sample;
    struct pp_frame frames[FRAME_MAX], others[FRAME_MAX];
    struct pp_object *object;
    struct pp_lines *lines;
    open_sample(&sample, path);
    assert_int_equal(open_lines_with(path, options, &object, &lines, NULL),
                     PP_OK);
    if (is_prepared)
        pp_lines_prepare(lines, sample.addresses, sample.address_count);
    for (uint32_t i = 0; i < sample.address_count; i++) {
        uint64_t address = sample.addresses[i];
        uint32_t count =
            pp_lines_find(sample.lines, address, frames, FRAME_MAX);
        assert_int_equal(pp_lines_find(lines, address, others, FRAME_MAX),
                         count);
        for (uint32_t f = 0; f < count; f++) {
            assert_true(pp_slice_equal(frames[f].function, others[f].function));
            assert_true(pp_slice_equal(frames[f].file, others[f].file));
            assert_int_equal(frames[f].line, others[f].line);
        }
    }
    assert_true(options.memory_max == 0 ||
                pp_lines_memory(lines) <= 4 * options.memory_max);
    close_lines(object, lines);
    close_sample(&sample);
}

static void test_options(void **state)
{
    (void)state;
    for (int i = 0; i < sample_count; i++) {
        struct pp_lines_options options = {0};
        check_options(samples[i], options, true);
        options.memory_max = 1 << 20;
        check_options(samples[i], options, false);
        options.one_thread = true;
        options.object.copied = true;
        check_options(samples[i], options, true);
    }
}

static void test_outside(void **state)
{
    struct pp_frame frames[FRAME_MAX];
    struct pp_lines *lines;
    struct pp_object *object;
    (void)state;
    assert_int_equal(open_lines(samples[0], &object, &lines, NULL), PP_OK);
    assert_int_equal(pp_lines_find(lines, 0, frames, FRAME_MAX), 0);
    assert_int_equal(pp_lines_find(lines, UINT64_MAX, frames, FRAME_MAX), 0);
    close_lines(object, lines);
}

static void check_refused(const char *path, enum pp_status status,
                          const char *wanted)
{
    struct pp_lines *lines;
    struct pp_object *object;
    struct pp_error err = {0};
    assert_int_equal(open_lines(path, &object, &lines, &err), status);
    assert_null(lines);
    assert_non_null(strstr(err.text, wanted));
}

static void test_refused(void **state)
{
    static const char script[] = "#!/bin/sh\necho no program\n";
    char path[] = "lines-XXXXXX";
    int fd = mkstemp(path);
    (void)state;
    check_refused("/nonexistent", PP_E_SYSTEM, "no such file or directory");
    check_refused("/", PP_E_FORMAT, "not a regular file");
    assert_int_equal(write(fd, script, sizeof script), sizeof script);
    close(fd);
    check_refused(path, PP_E_FORMAT, "not an ELF file");
    unlink(path);
}

/* Write a copy of bytes with some of them changed, behind the code. */
static void write_damaged(const char *path, const struct pp_buffer *file,
                          uint64_t round)
{
    static struct pp_buffer damaged;
    pp_buffer_clear(&damaged);
    pp_buffer_append_slice(&damaged, pp_buffer_slice(file));
    assert_false(damaged.failed);
    for (uint64_t i = 0; i < 1 + round % 24; i++) {
        uint64_t random = pp_hash_u64(round << 8 | (i + 1));
        size_t at = 0x3000 + random % (file->size - 0x3000);
        damaged.data[at] = (char)(random >> 61 ? random >> 32 : 0);
    }
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(damaged.data, damaged.size, 1, out), 1);
    fclose(out);
}

/* Whatever DWARF says, asking it ends. */
static void test_damaged(void **state)
{
    struct pp_frame frames[FRAME_MAX];
    struct pp_object *object;
    struct pp_lines *lines;
    struct pp_buffer file = {0};
    char path[] = "damaged-XXXXXX";
    (void)state;
    close(mkstemp(path));
    assert_int_equal(pp_os_read_file(samples[sample_count - 1], &file), 0);
    for (uint64_t round = 0; round < 200; round++) {
        write_damaged(path, &file, round);
        if (open_lines(path, &object, &lines, NULL) < 0)
            continue;
        for (uint64_t address = 0x1000; address < 0x3000; address += 21)
            assert_true(pp_lines_find(lines, address, frames, FRAME_MAX) <=
                        FRAME_MAX);
        close_lines(object, lines);
    }
    unlink(path);
    pp_buffer_release(&file);
}

/* ---- against addr2line -------------------------------------------------- */

/* Start addr2line on all addresses of a sample. */
static FILE *ask_addr2line(const struct sample *sample, const char *path)
{
    char command[4096], list[] = "addresses-XXXXXX";
    FILE *addresses = fdopen(mkstemp(list), "w");
    assert_non_null(addresses);
    for (uint32_t i = 0; i < sample->address_count; i++)
        fprintf(addresses, "%#llx\n", (unsigned long long)sample->addresses[i]);
    fclose(addresses);
    snprintf(command, sizeof command, "addr2line -aif -e '%s' < %s; rm %s",
             path, list, list);
    FILE *answer = popen(command, "r");
    assert_non_null(answer);
    return answer;
}

/* What addr2line says of one frame. */
struct told {
    char function[LINE_SIZE], file[LINE_SIZE]; /* file: its base name */
    int64_t line;                              /* 0: it does not know */
};

/* One line without its end; false at the end of the answer. */
static bool read_line(FILE *answer, char line[LINE_SIZE])
{
    if (!fgets(line, LINE_SIZE, answer))
        return false;
    line[strcspn(line, "\n")] = 0;
    return true;
}

/* The frames of one address. `line` holds its first line, and then that of the
 * next address, or "". */
static uint32_t read_frames(FILE *answer, char line[LINE_SIZE],
                            uint64_t address, struct told told[FRAME_MAX])
{
    uint32_t count = 0;
    assert_int_equal(strtoull(line, NULL, 16), address);
    for (;;) {
        struct told *frame = &told[count];
        if (!read_line(answer, frame->function))
            break;
        if (strncmp(frame->function, "0x", 2) == 0) {
            strcpy(line, frame->function);
            return count;
        }
        assert_true(read_line(answer, frame->file));
        char *colon = strrchr(frame->file, ':');
        assert_non_null(colon);
        frame->line = atoll(colon + 1);
        *colon = 0;
        struct pp_slice base = pp_slice_base_name(pp_slice_of(frame->file));
        memmove(frame->file, base.data, base.size + 1);
        count++;
    }
    line[0] = 0;
    return count;
}

/* addr2line knows names that are not mangled by the nearest symbol, also for
 * inlined functions: not comparable in C++. */
static bool is_comparable(const struct pp_frame *frame, bool is_cplusplus)
{
    return frame->function.size > 0 &&
           (!is_cplusplus ||
            pp_slice_starts_with(frame->function, pp_slice_literal("_Z")));
}

static void compare(const struct pp_frame *frame, const struct told *told,
                    bool is_cplusplus)
{
    struct pp_slice base = pp_slice_base_name(frame->file);
    assert_int_equal(frame->line, told->line);
    if (frame->line != 0)
        assert_true(is(base, told->file));
    if (is_comparable(frame, is_cplusplus))
        assert_true(is(frame->function, told->function));
}

static void compare_sample(const char *path, bool is_cplusplus)
{
    static struct sample sample;
    static struct told told[FRAME_MAX];
    struct pp_frame frames[FRAME_MAX];
    char line[LINE_SIZE];
    uint32_t compared = 0;
    open_sample(&sample, path);
    FILE *answer = ask_addr2line(&sample, path);
    assert_true(read_line(answer, line));
    for (uint32_t i = 0; i < sample.address_count; i++) {
        uint64_t address = sample.addresses[i];
        uint32_t told_count = read_frames(answer, line, address, told);
        uint32_t count =
            pp_lines_find(sample.lines, address, frames, FRAME_MAX);
        assert_true(told_count > 0);
        if (count == 0) {
            assert_int_equal(told[0].line, 0);
            continue;
        }
        assert_int_equal(count, told_count);
        for (uint32_t f = 0; f < count; f++)
            compare(&frames[f], &told[f], is_cplusplus);
        compared++;
    }
    assert_int_equal(pclose(answer), 0);
    assert_true(compared > 30);
    close_sample(&sample);
}

static void test_as_addr2line(void **state)
{
    (void)state;
    for (int i = 0; i < sample_count; i++)
        if (!is_named(samples[i], "-alone"))
            compare_sample(samples[i], is_named(samples[i], "-cc"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inlined_calls),
        cmocka_unit_test(test_little_room),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_outside),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_as_addr2line),
    };
    samples = argv + 1;
    sample_count = argc - 1;
    if (sample_count == 0) {
        fprintf(stderr, "usage: %s SAMPLE...\n", argv[0]);
        return 2;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
