/* A walk at every single instruction. The trap flag stops the program after
 * each one, in prologues, epilogues, linkage stubs, the loader's resolver,
 * malloc, printf, qsort: there our walk and libunwind's must agree. */
#include "shots.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <ucontext.h>

#define UNW_LOCAL_ONLY
#include <libunwind.h>

enum { STEPS_MAX = 30000, TRAP_FLAG = 0x100 };

static struct {
    long same, shorter, longer, wrong;
    uint64_t first_wrong[DEPTH_MAX], first_theirs[DEPTH_MAX];
    uint32_t wrong_depth, theirs_depth;
} steps;

static uint32_t walk_theirs(void *context, uint64_t *pcs)
{
    unw_cursor_t cursor;
    uint32_t depth = 0;
    unw_init_local2(&cursor, context, UNW_INIT_SIGNAL_FRAME);
    do {
        unw_word_t pc;
        unw_get_reg(&cursor, UNW_REG_IP, &pc);
        if (pc == 0)
            break;
        pcs[depth++] = pc;
    } while (depth < DEPTH_MAX && unw_step(&cursor) > 0);
    return depth;
}

static void compare_walks(int signal_number, siginfo_t *info, void *context)
{
    uint64_t theirs[DEPTH_MAX];
    int saved_errno = errno;
    take_shot(signal_number, info, context);
    uint32_t their_depth = walk_theirs(context, theirs);
    uint32_t common = shot.depth < their_depth ? shot.depth : their_depth;
    errno = saved_errno;
    if (memcmp(shot.pcs, theirs, common * sizeof *theirs) != 0) {
        if (steps.wrong++ == 0) {
            memcpy(steps.first_wrong, shot.pcs, sizeof shot.pcs);
            memcpy(steps.first_theirs, theirs, sizeof theirs);
            steps.wrong_depth = shot.depth;
            steps.theirs_depth = their_depth;
        }
    } else if (shot.depth < their_depth) {
        steps.shorter++;
    } else if (shot.depth > their_depth) {
        steps.longer++;
    } else {
        steps.same++;
    }
    if (steps.same + steps.wrong + steps.shorter + steps.longer >= STEPS_MAX)
        ((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
}

/* In assembly with CFI: it is stepped through as well. */
void set_trap_flag(uint64_t flag);

__asm__(".text\n"
        ".type set_trap_flag, @function\n"
        "set_trap_flag:\n"
        "  .cfi_startproc\n"
        "  pushfq\n"
        "  .cfi_adjust_cfa_offset 8\n"
        "  andq $~0x100, (%rsp)\n"
        "  orq %rdi, (%rsp)\n"
        "  popfq\n"
        "  .cfi_adjust_cfa_offset -8\n"
        "  ret\n"
        "  .cfi_endproc\n");

/* ---- what is stepped through -------------------------------------------- */

static volatile int sink;

static int compare_ints(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void sort(void)
{
    int numbers[24];
    for (int i = 0; i < 24; i++)
        numbers[i] = (i * 7919) % 101;
    qsort(numbers, 24, sizeof *numbers, compare_ints);
    sink = numbers[3];
}

static void print(void)
{
    char text[200];
    sink = snprintf(text, sizeof text, "%s %d %5.3f %p", "words", 42, 3.14159,
                    (void *)text);
}

static void allocate(void)
{
    void *volatile blocks[20];
    for (size_t i = 0; i < 20; i++)
        blocks[i] = malloc(i * 300 + 1);
    for (int i = 0; i < 20; i++)
        free(blocks[i]);
}

/* Functions that nothing has called before go through the resolver. */
static void resolve_lazily(void)
{
    char text[] = "one two three", *rest;
    sink = atoi("17") + (int)strtoul("99", NULL, 8);
    sink = (int)strcspn(text, "w");
    sink = strtok_r(text, " ", &rest) != NULL;
    sink = (int)strlen(strerror(3));
}

static void ask_the_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    sink = (int)now.tv_nsec;
}

static void step_through(void (*workload)(void))
{
    memset(&steps, 0, sizeof steps);
    set_trap_flag(TRAP_FLAG);
    workload();
    set_trap_flag(0);
}

static void print_walk(const char *whose, const uint64_t *pcs, uint32_t depth)
{
    fprintf(stderr, "%s:", whose);
    for (uint32_t i = 0; i < depth; i++)
        fprintf(stderr, " %#lx", (unsigned long)pcs[i]);
    fprintf(stderr, "\n");
}

/* Unless it is about the resolver, it has run before. */
static void check(void (*workload)(void), long least, bool through_resolver)
{
    if (!through_resolver)
        workload();
    step_through(workload);
    long all = steps.same + steps.wrong + steps.shorter + steps.longer;
    if (steps.wrong) {
        print_walk("ours", steps.first_wrong, steps.wrong_depth);
        print_walk("libunwind's", steps.first_theirs, steps.theirs_depth);
    }
    printf("%ld instructions: %ld same, %ld shorter, %ld longer\n", all,
           steps.same, steps.shorter, steps.longer);
    assert_int_equal(steps.wrong, 0);
    /* What _dl_runtime_resolve does with its stack takes rbx to undo, which
     * we do not follow through its callees: there the walk ends, and says so.
     */
    if (!through_resolver)
        assert_int_equal(steps.shorter, 0);
    assert_true(steps.same >= least);
}

#define STEP_TEST(name, workload, least)                                       \
    static void name(void **state)                                             \
    {                                                                          \
        (void)state;                                                           \
        check(workload, least, workload == resolve_lazily);                    \
    }
STEP_TEST(through_qsort, sort, 1000)
STEP_TEST(through_printf, print, 1000)
STEP_TEST(through_malloc, allocate, 1000)
STEP_TEST(through_the_resolver, resolve_lazily, 500)
STEP_TEST(through_the_vdso, ask_the_time, 50)

/* ---- frames that libunwind does not get right --------------------------- */

/* GCC realigns the stack through r10, and says in the epilogue that rbp is
 * still to be restored when it has been. */
static uint64_t into_realign, into_recurse;
extern const char __start_realign_text[], __stop_realign_text[];

static __attribute__((noinline, section("realign_text"))) int realign(int depth)
{
    *(depth == 20 ? &into_recurse : &into_realign) =
        (uint64_t)__builtin_return_address(0);
    _Alignas(64) volatile int local[20] = {depth};
    volatile char *variable = __builtin_alloca((size_t)depth + 8);
    variable[0] = 1;
    if (depth)
        local[1] = realign(depth - 1);
    return local[0] + local[1] + variable[0];
}

static __attribute__((noinline)) void recurse(void)
{
    sink = realign(20);
}

static struct {
    long checked, wrong;
    uint32_t level;
} recursion;

/* In realign: any number of times itself, not jumping by more than one from
 * step to step, then who called it first, and on to the bottom. */
static void check_recursion(int signal_number, siginfo_t *info, void *context)
{
    take_shot(signal_number, info, context);
    if (shot.pcs[0] < (uint64_t)__start_realign_text ||
        shot.pcs[0] >= (uint64_t)__stop_realign_text)
        return;
    uint32_t level = 1;
    while (level < shot.depth && shot.pcs[level] == into_realign)
        level++;
    uint32_t below = shot.depth - level - 1;
    bool right = shot.end == PP_UNWIND_COMPLETE && level < shot.depth &&
                 shot.pcs[level] == into_recurse && below > 3 &&
                 level + 1 >= recursion.level && level <= recursion.level + 1;
    recursion.checked++;
    recursion.wrong += !right;
    recursion.level = level;
}

static void through_realigned_frames(void **state)
{
    (void)state;
    recurse();
    recursion.level = 1;
    handle(SIGTRAP, 0, check_recursion);
    step_through(recurse);
    handle(SIGTRAP, 0, compare_walks);
    assert_int_equal(recursion.level, 1);
    assert_int_equal(recursion.wrong, 0);
    assert_true(recursion.checked > 500);
}

int main(void)
{
    handle(SIGTRAP, 0, compare_walks);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(through_qsort, fresh_shot),
        cmocka_unit_test_setup(through_printf, fresh_shot),
        cmocka_unit_test_setup(through_malloc, fresh_shot),
        cmocka_unit_test_setup(through_the_resolver, fresh_shot),
        cmocka_unit_test_setup(through_the_vdso, fresh_shot),
        cmocka_unit_test_setup(through_realigned_frames, fresh_shot),
    };
    return cmocka_run_group_tests(tests, refresh_tables, NULL);
}
