/* Programs whose debug information is in files of its own, split (.dwo), packed
 * (.dwp) or shared with other programs (dwz): they have the frames of the same
 * program built in one piece. Arguments: the folder with the sources, the
 * compilers of C and C++ (gcc, g++, clang, clang++), dwp, llvm-dwp, dwz. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "lines/lines.h"

enum { FRAME_MAX = 64, COMMAND_SIZE = 4096 };
enum { FIRST_ADDRESS = 0x1000, LAST_ADDRESS = 0x2fff };

enum tool { SOURCES = 1, GCC, GXX, CLANG, CLANGXX, DWP, LLVM_DWP, DWZ, COUNT };

static char **tools;
static char folder[] = "split-XXXXXX";

/* ---- programs ----------------------------------------------------------- */

/* Run a command in the folder of this test. */
__attribute__((format(printf, 1, 2))) static void run(const char *format, ...)
{
    char command[COMMAND_SIZE];
    int size = snprintf(command, sizeof command, "cd %s && ", folder);
    va_list arguments;
    va_start(arguments, format);
    size += vsnprintf(command + size, sizeof command - (size_t)size, format,
                      arguments);
    va_end(arguments);
    assert_true(size < COMMAND_SIZE);
    assert_int_equal(system(command), 0);
}

/* Build the program `name` from its object, which has the same name. */
static void build(enum tool compiler, const char *flags, const char *name)
{
    bool is_cplusplus = compiler == GXX || compiler == CLANGXX;
    run("%s -O2 %s -c -o %s.o %s/sample.%s && %s -o %s %s.o", tools[compiler],
        flags, name, tools[SOURCES], is_cplusplus ? "cc" : "c", tools[compiler],
        name, name);
}

/* What the lines of a program say, as text. */
struct answer {
    struct pp_buffer frames;
    uint32_t function_count; /* frames with a function */
    char missing[2048];
};

static void append_frames(struct answer *answer, const struct pp_frame *frames,
                          uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        answer->function_count += frames[i].function.size > 0;
        pp_buffer_append_slice(&answer->frames, frames[i].function);
        pp_buffer_append_char(&answer->frames, ' ');
        pp_buffer_append_slice(&answer->frames, frames[i].file);
        pp_buffer_format(&answer->frames, ":%lld:%lld %lld\n",
                         (long long)frames[i].line, (long long)frames[i].column,
                         (long long)frames[i].start_line);
    }
}

static struct answer ask(const char *name)
{
    const struct pp_lines_options options = {0};
    struct pp_frame frames[FRAME_MAX];
    struct answer answer = {0};
    struct pp_error err = {0};
    struct pp_object *object;
    struct pp_lines *lines;
    char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(pp_object_open(path, NULL, &object, &err), PP_OK);
    assert_int_equal(pp_lines_open(object, &options, &lines, &err), PP_OK);
    for (uint64_t address = FIRST_ADDRESS; address <= LAST_ADDRESS; address++) {
        uint32_t count = pp_lines_find(lines, address, frames, FRAME_MAX);
        pp_buffer_format(&answer.frames, "%llx\n", (unsigned long long)address);
        append_frames(&answer, frames, count);
    }
    assert_false(answer.frames.failed);
    snprintf(answer.missing, sizeof answer.missing, "%s",
             pp_lines_missing(lines));
    pp_lines_free(lines);
    pp_object_free(object);
    return answer;
}

/* Two programs say the same, and nothing is missing. */
static void check_same(const char *name, const char *plain)
{
    struct answer answer = ask(name), wanted = ask(plain);
    assert_string_equal(answer.missing, "");
    assert_string_equal(answer.frames.data, wanted.frames.data);
    assert_true(answer.function_count > 100);
    pp_buffer_release(&answer.frames);
    pp_buffer_release(&wanted.frames);
}

/* There are lines, but functions are missing, which is told. */
static void check_missing(const char *name, const char *told)
{
    struct answer answer = ask(name);
    assert_non_null(strstr(answer.missing, told));
    assert_int_equal(answer.function_count, 0);
    assert_non_null(strstr(answer.frames.data, "/sample.c:"));
    pp_buffer_release(&answer.frames);
}

/* ---- split -------------------------------------------------------------- */

static void test_split(void **state)
{
    static const char *const versions[] = {"-gdwarf-4", "-gdwarf-5"};
    char split[64];
    (void)state;
    for (int compiler = GCC; compiler <= CLANGXX; compiler++)
        for (int i = 0; i < 2; i++) {
            snprintf(split, sizeof split, "%s -gsplit-dwarf", versions[i]);
            build(compiler, versions[i], "plain");
            build(compiler, split, "split");
            check_same("split", "plain");
        }
}

/* Units of types lie beside that of the program in its file. */
static void test_split_with_types(void **state)
{
    (void)state;
    build(GXX, "-gdwarf-5", "plain");
    build(GXX, "-gdwarf-5 -gsplit-dwarf -fdebug-types-section", "split");
    check_same("split", "plain");
}

/* Files that were moved are found beside the program, but only its own: those
 * of other builds are told by their ids. */
static void test_moved(void **state)
{
    (void)state;
    build(GCC, "-g", "plain");
    build(GCC, "-g -gsplit-dwarf", "split");
    run("mkdir -p there && mv split split.dwo there/");
    check_same("there/split", "plain");
    run("mv there/split.dwo own.dwo");
    check_missing("there/split", "split.dwo: no split unit ");
    build(GCC, "-g -gsplit-dwarf -funsigned-char", "split");
    run("cp split.dwo there/");
    check_missing("there/split", "there/split.dwo");
    run("mv own.dwo there/split.dwo");
    check_same("there/split", "plain");
}

static void check_package(enum tool compiler, const char *version,
                          enum tool packer)
{
    char split[64];
    snprintf(split, sizeof split, "%s -gsplit-dwarf", version);
    build(compiler, version, "plain");
    build(compiler, split, "packed");
    run("%s -e packed -o packed.dwp && rm packed.dwo", tools[packer]);
    check_same("packed", "plain");
    run("mv packed.dwp away.dwp");
    check_missing("packed", "packed.dwo: no split unit ");
}

/* What packs DWARF 5 is LLVM's, which takes LLVM's. */
static void test_package(void **state)
{
    (void)state;
    check_package(GCC, "-gdwarf-4", DWP);
    check_package(GCC, "-gdwarf-4", LLVM_DWP);
    check_package(CLANG, "-gdwarf-4", LLVM_DWP);
    check_package(CLANG, "-gdwarf-5", LLVM_DWP);
}

/* A package of several units, of which the program has two. */
static void test_package_of_several(void **state)
{
    (void)state;
    run("printf 'int twice(int x) { return x * 2; }\\n' > twice.c &&"
        "printf 'int twice(int); int main(int c, char **v)"
        "{ (void)v; return twice(c) + 1; }\\n' > main.c");
    for (int is_split = 0; is_split < 2; is_split++)
        run("%s -O2 -g -gdwarf-5 %s -c main.c twice.c && %s -o %s main.o "
            "twice.o",
            tools[CLANG], is_split ? "-gsplit-dwarf" : "", tools[CLANG],
            is_split ? "packed" : "plain");
    run("%s -e packed -o packed.dwp && rm main.dwo twice.dwo", tools[LLVM_DWP]);
    struct answer answer = ask("packed"), wanted = ask("plain");
    assert_string_equal(answer.missing, "");
    assert_string_equal(answer.frames.data, wanted.frames.data);
    assert_non_null(strstr(answer.frames.data, "twice "));
    pp_buffer_release(&answer.frames);
    pp_buffer_release(&wanted.frames);
}

/* ---- shared ------------------------------------------------------------- */

static void check_shared(const char *version, const char *flags)
{
    build(GXX, version, "one");
    run("%s -O1 %s -o two %s/sample.cc", tools[GXX], version, tools[SOURCES]);
    run("cp one one-plain && cp two two-plain && %s %s -m common one two",
        tools[DWZ], flags);
    check_same("one", "one-plain");
    check_same("two", "two-plain");
}

static void test_shared(void **state)
{
    (void)state;
    check_shared("-gdwarf-4", "");
    check_shared("-gdwarf-5", "");
    check_shared("-gdwarf-5", "-5");
}

/* Units share parts within one file, too. */
static void test_shared_within(void **state)
{
    (void)state;
    build(GXX, "-g", "one");
    run("cp one plain && %s one", tools[DWZ]);
    check_same("one", "plain");
}

static void test_shared_missing(void **state)
{
    (void)state;
    check_shared("-gdwarf-5", "");
    run("mv common away");
    struct answer answer = ask("one");
    assert_non_null(strstr(answer.missing, "common"));
    assert_non_null(strstr(answer.frames.data, "/sample.cc:"));
    pp_buffer_release(&answer.frames);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_split_with_types),
        cmocka_unit_test(test_moved),
        cmocka_unit_test(test_package),
        cmocka_unit_test(test_package_of_several),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_shared_within),
        cmocka_unit_test(test_shared_missing),
    };
    tools = argv;
    if (argc != COUNT || !mkdtemp(folder)) {
        fprintf(stderr, "usage: %s SOURCES TOOL...\n", argv[0]);
        return 2;
    }
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) ? 1 : failures;
}
