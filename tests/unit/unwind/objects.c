/* The registry of loaded objects: what is known of them, and that they come
 * and go without leaving anything behind. */
#include "shots.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/wait.h>

static struct pp_arena arena;

static int release(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

static int fresh(void **state)
{
    refresh_tables(state);
    return fresh_shot(state);
}

static const struct pp_unwind_object *find(uint64_t address, bool loaded)
{
    uint32_t count;
    const struct pp_unwind_object *objects = pp_unwind_objects(&arena, &count);
    assert_non_null(objects);
    for (uint32_t i = 0; i < count; i++)
        if (address >= objects[i].start && address < objects[i].end &&
            (objects[i].retired == 0) == loaded)
            return &objects[i];
    return NULL;
}

static void *load(const char *name)
{
    char path[4096];
    const char *folder = getenv("UNWIND_PLUGINS");
    assert_non_null(folder);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        fail_msg("%s", dlerror());
    return library;
}

static void the_program_comes_first(void **state)
{
    (void)state;
    char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    assert_true(size > 0);
    path[size] = 0;
    uint32_t count;
    const struct pp_unwind_object *objects = pp_unwind_objects(&arena, &count);
    assert_true(count >= 4); /* program, libc, loader, vDSO */
    assert_string_equal(objects[0].path, path);
    assert_in_range((uint64_t)&the_program_comes_first, objects[0].start,
                    objects[0].end - 1);
    assert_int_equal(objects[0].start % 4096, 0);
    assert_int_equal(objects[0].loaded, pp_unwind_generation());
}

static void libraries_have_paths_and_build_ids(void **state)
{
    (void)state;
    const struct pp_unwind_object *libc = find((uint64_t)&raise, true);
    assert_non_null(libc);
    assert_int_equal(libc->path[0], '/');
    assert_non_null(strstr(libc->path, "libc.so"));
    assert_int_equal(libc->build_id_size, 20);
    /* The ELF header is at the load bias. */
    assert_memory_equal((const void *)libc->base, "\177ELF", 4);
}

static void the_vdso_is_known(void **state)
{
    (void)state;
    uint64_t address = getauxval(AT_SYSINFO_EHDR);
    if (!address)
        skip();
    const struct pp_unwind_object *vdso = find(address, true);
    assert_non_null(vdso);
    assert_string_equal(vdso->path, "[vdso]");
}

static void nothing_new_is_no_generation(void **state)
{
    (void)state;
    uint32_t before = pp_unwind_generation();
    for (int i = 0; i < 100; i++)
        assert_int_equal(pp_unwind_refresh(NULL), PP_OK);
    assert_int_equal(pp_unwind_generation(), before);
}

typedef int plugin_function(int (*back)(void *), void *argument);

static int raise_shot(void *unused)
{
    (void)unused;
    raise(SIGUSR2);
    return 0;
}

static void a_plugin_comes_and_goes(void **state)
{
    (void)state;
    void *library = load("plugin_a.so");
    plugin_function *call;
    *(void **)&call = dlsym(library, "plugin_call");
    uint64_t address = (uint64_t)call;
    assert_null(find(address, true));
    assert_int_equal(pp_unwind_refresh(NULL), PP_OK);
    const struct pp_unwind_object *loaded = find(address, true);
    assert_non_null(loaded);
    assert_non_null(strstr(loaded->path, "/plugin_a.so"));
    assert_int_equal(loaded->loaded, pp_unwind_generation());

    assert_int_equal(call(raise_shot, NULL), 1);
    assert_int_equal(shot.end, PP_UNWIND_COMPLETE);
    bool passed = false;
    for (uint32_t i = 0; i < shot.depth; i++)
        passed |= shot.pcs[i] >= loaded->start && shot.pcs[i] < loaded->end;
    assert_true(passed);

    assert_int_equal(dlclose(library), 0);
    assert_int_equal(pp_unwind_refresh(NULL), PP_OK);
    assert_null(find(address, true));
    const struct pp_unwind_object *gone = find(address, false);
    assert_non_null(gone);
    assert_string_equal(gone->path, loaded->path);
    assert_int_equal(gone->retired, pp_unwind_generation());
}

static long mapped_pages(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld", &pages), 1);
    fclose(file);
    return pages;
}

static void load_and_unload(int rounds)
{
    for (int i = 0; i < rounds; i++) {
        void *a = load("plugin_a.so"), *b = load("plugin_b.so");
        assert_int_equal(pp_unwind_refresh(NULL), PP_OK);
        dlclose(a);
        if (i % 2)
            assert_int_equal(pp_unwind_refresh(NULL), PP_OK);
        dlclose(b);
        assert_int_equal(pp_unwind_refresh(NULL), PP_OK);
    }
}

/* Tables are compiled once, and neither they nor maps nor entries pile up. */
static void a_thousand_times(void **state)
{
    (void)state;
    struct pp_unwind_stats before, after;
    load_and_unload(20);
    pp_unwind_stats(&before);
    long pages = mapped_pages();
    load_and_unload(1000);
    pp_unwind_stats(&after);
    assert_int_equal(after.build_ns, before.build_ns);
    assert_int_equal(after.objects, before.objects);
    assert_int_equal(after.table_bytes, before.table_bytes);
    assert_true(mapped_pages() < pages + 256);
}

static void what_the_tables_cost(void **state)
{
    (void)state;
    struct pp_unwind_stats stats;
    pp_unwind_stats(&stats);
    assert_true(stats.objects >= 4);
    assert_true(stats.text_bytes > 1000000);
    assert_true(stats.rows > 10000);
    assert_true(stats.table_bytes < stats.text_bytes / 10);
    assert_true(stats.rows_unsupported < stats.rows / 50);
    assert_true(stats.build_ns > 0);
}

/* In the child of a fork that came while another thread was refreshing, which
 * holds a lock of the C library's that no child could ever take again. */
static void *refresh_all_the_time(void *stop)
{
    while (!__atomic_load_n((bool *)stop, __ATOMIC_SEQ_CST))
        pp_unwind_refresh(NULL);
    return NULL;
}

static int in_child(void)
{
    alarm(20);
    struct pp_error err = {0};
    void *library = load("plugin_a.so");
    if (pp_unwind_refresh(&err) != PP_OK)
        return 1;
    raise_shot(NULL);
    dlclose(library);
    return shot.end == PP_UNWIND_COMPLETE ? 0 : 2;
}

static void forks(void **state)
{
    (void)state;
    pthread_t thread;
    bool stop = false;
    assert_int_equal(pthread_create(&thread, NULL, refresh_all_the_time, &stop),
                     0);
    for (int i = 0; i < 50; i++) {
        pp_unwind_before_fork();
        pid_t child = fork();
        pp_unwind_after_fork(child == 0);
        assert_true(child >= 0);
        if (child == 0)
            _exit(in_child());
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
    __atomic_store_n(&stop, true, __ATOMIC_SEQ_CST);
    pthread_join(thread, NULL);
}

int main(void)
{
    handle(SIGUSR2, 0, take_shot);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_program_comes_first, fresh,
                                        release),
        cmocka_unit_test_setup_teardown(libraries_have_paths_and_build_ids,
                                        fresh, release),
        cmocka_unit_test_setup_teardown(the_vdso_is_known, fresh, release),
        cmocka_unit_test_setup(nothing_new_is_no_generation, fresh),
        cmocka_unit_test_setup_teardown(a_plugin_comes_and_goes, fresh,
                                        release),
        cmocka_unit_test_setup(a_thousand_times, fresh),
        cmocka_unit_test_setup(what_the_tables_cost, fresh),
        cmocka_unit_test_setup(forks, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
