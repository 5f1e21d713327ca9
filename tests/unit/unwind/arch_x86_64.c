/* x86-64: machine code that no compiler described, frame pointers that point
 * to nowhere, and what calls look like. The functions in assembly stop with
 * int3 where a walk is to be taken. */
#include "shots.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "unwind/arch.h"

/* Without any CFI: a leaf that touches nothing, one that is about to make a
 * frame, has made it, and has taken it down. */
void leaf_without_cfi(void);
void frame_without_cfi(void);
/* With CFI that says CFA = rbp + 16, and a value for rbp. */
void call_with_frame_pointer(uint64_t frame_pointer);

__asm__(".text\n"
        ".type leaf_without_cfi, @function\n"
        "leaf_without_cfi:\n"
        "  int3\n"
        "  ret\n"
        ".skip 32, 0x90\n"
        ".type frame_without_cfi, @function\n"
        "frame_without_cfi:\n"
        "  int3\n"
        "  push %rbp\n"
        "  int3\n"
        "  mov %rsp, %rbp\n"
        "  int3\n"
        "  sub $40, %rsp\n"
        "  int3\n"
        "  leave\n"
        "  int3\n"
        "  ret\n"
        ".skip 32, 0x90\n"
        ".type call_with_frame_pointer, @function\n"
        "call_with_frame_pointer:\n"
        "  .cfi_startproc\n"
        "  push %rbp\n"
        "  .cfi_def_cfa_offset 16\n"
        "  .cfi_offset %rbp, -16\n"
        "  mov %rdi, %rbp\n"
        "  .cfi_def_cfa_register %rbp\n"
        "  int3\n"
        "  mov %rsp, %rbp\n"
        "  pop %rbp\n"
        "  .cfi_def_cfa %rsp, 8\n"
        "  ret\n"
        "  .cfi_endproc\n");

typedef void code_function(void);

/* Its callers are true; where in it the call returns to is what pcs[1] says,
 * and must lie in it. */
extern const char __start_call_text[], __stop_call_text[];

static __attribute__((noinline, section("call_text"))) void call(
    code_function *code)
{
    REMEMBER_CALLER();
    code();
    __asm__ volatile("");
}

static void expect_callers(int count)
{
    assert_int_equal(shot.count, count);
    assert_int_equal(shot.end, PP_UNWIND_COMPLETE);
    assert_in_range(shot.pcs[1], (uint64_t)__start_call_text,
                    (uint64_t)__stop_call_text);
    assert_int_equal(shot.pcs[2], truth.pcs[0]);
}

static void assembly_without_cfi(void **state)
{
    (void)state;
    call(leaf_without_cfi);
    expect_callers(1);
}

/* Every one of the five stops is checked, the last one here. */
static struct shot stops[8];

static void keep_shot(int signal_number, siginfo_t *info, void *context)
{
    take_shot(signal_number, info, context);
    stops[shot.count - 1] = shot;
}

static void a_frame_without_cfi(void **state)
{
    (void)state;
    handle(SIGTRAP, 0, keep_shot);
    call(frame_without_cfi);
    handle(SIGTRAP, 0, take_shot);
    assert_int_equal(shot.count, 5);
    for (int i = 0; i < 5; i++) {
        shot = stops[i];
        expect_callers(i + 1);
    }
}

static void stop_in_function(void)
{
    __asm__ volatile("int3");
}

static void code_made_at_run_time(void **state)
{
    (void)state;
    static const uint8_t code[] = {
        0x55,                   /* push %rbp */
        0x48, 0x89, 0xe5,       /* mov %rsp, %rbp */
        0x48, 0x83, 0xec, 0x20, /* sub $32, %rsp */
        0xff, 0xd7,             /* call *%rdi */
        0xc9, 0xc3,             /* leave; ret */
    };
    uint8_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(page, MAP_FAILED);
    memcpy(page + 64, code, sizeof code);
    ((void (*)(code_function *))(void *)(page + 64))(stop_in_function);
    assert_int_equal(shot.end, PP_UNWIND_COMPLETE);
    assert_int_equal(shot.pcs[1], (uint64_t)page + 64 + 10);
    assert_in_range(shot.pcs[2], (uint64_t)&code_made_at_run_time,
                    (uint64_t)&code_made_at_run_time + 4096);
    munmap(page, 4096);
}

static void resume_at_caller(int signal_number, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    take_shot(signal_number, info, context);
    registers[REG_RIP] = *(greg_t *)registers[REG_RSP];
    registers[REG_RSP] += 8;
}

static void a_call_to_nowhere(void **state)
{
    (void)state;
    handle(SIGSEGV, 0, resume_at_caller);
    code_function *volatile nowhere = NULL;
    call(nowhere);
    signal(SIGSEGV, SIG_DFL);
    assert_int_equal(shot.pcs[0], 0);
    expect_callers(1);
}

static void corrupted_frame_pointers(void **state)
{
    (void)state;
    char *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    assert_int_equal(mprotect(pages + 4096, 8192, PROT_NONE), 0);
    uint64_t here = (uint64_t)__builtin_frame_address(0);
    const uint64_t values[] = {
        0,
        1,
        8,
        UINT64_MAX,
        UINT64_MAX - 7,
        UINT64_MAX - 15,
        0x4141414141414141,
        1ull << 63,
        (1ull << 47) - 16,
        (uint64_t)pages + 4096 - 16, /* CFA at the guard page's start */
        (uint64_t)pages + 4096,
        (uint64_t)pages + 8192,
        here & ~0xfffffull, /* below sp */
        here + 1,           /* not aligned */
        shot.high - 8,
        shot.high,
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        call_with_frame_pointer(values[i]);
        assert_int_equal(shot.count, (int)i + 1);
        assert_int_equal(shot.end, PP_UNWIND_BAD_STACK);
        assert_int_equal(shot.depth, 1);
    }
    /* With unknown bounds whatever can be read is believed, but not more. */
    shot.low = shot.high = 0;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        call_with_frame_pointer(values[i]);
        assert_in_range(shot.depth, 1, 2);
    }
    munmap(pages, 3 * 4096);
}

/* Calls that lie 64 bytes in front of "here" on a page of code, with a linkage
 * stub that leads there. */
static void calls_are_judged(void **state)
{
    (void)state;
    static _Alignas(64) uint8_t page[256];
    uint64_t here = (uint64_t)page + 128, slot = here;
    static const struct {
        uint8_t code[8];
        enum pp_call call;
    } cases[] = {
        {{0x90, 0x90, 0x90, 0xe8, 64, 0, 0, 0}, PP_CALL_HERE},
        {{0x90, 0x90, 0x90, 0xe8, 65, 0, 0, 0}, PP_CALL_ELSEWHERE},
        {{0x90, 0x90, 0x90, 0xe8, 128, 0, 0, 0}, PP_CALL_HERE}, /* stub */
        {{0x90, 0x90, 0x90, 0xe9, 64, 0, 0, 0}, PP_CALL_NONE},  /* jmp */
        {{0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xd0}, PP_CALL_ANYWHERE},
        {{0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xe0}, PP_CALL_NONE},
        {{0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0x50, 8}, PP_CALL_ANYWHERE},
        {{0x90, 0x90, 0xff, 0x15, 1, 2, 3, 4}, PP_CALL_ANYWHERE},
        {{0x90, 0xff, 0x94, 0xc8, 1, 2, 3, 4}, PP_CALL_ANYWHERE},
        {{0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90}, PP_CALL_NONE},
    };
    /* endbr64; bnd jmp *37(%rip), which is the word at 240 */
    static const uint8_t stub[] = {0xf3, 0x0f, 0x1e, 0xfa, 0xf2, 0xff,
                                   0x25, 37,   0,    0,    0};
    memcpy(page + 192, stub, sizeof stub);
    memcpy(page + 240, &slot, sizeof slot);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memcpy(page + 56, cases[i].code, 8);
        assert_int_equal(pp_arch_judge_call((uint64_t)page + 64, here),
                         cases[i].call);
    }
    assert_int_equal(pp_arch_judge_call(0, here), PP_CALL_NONE);
    assert_int_equal(pp_arch_judge_call(4096, here), PP_CALL_NONE);
}

static void registers_are_where_the_kernel_puts_them(void **state)
{
    (void)state;
    ucontext_t context;
    for (int i = 0; i < NGREG; i++)
        context.uc_mcontext.gregs[i] = 1000 + i;
    static const int gregs[] = {
        [0] = REG_RAX, [3] = REG_RBX,  [6] = REG_RBP, [7] = REG_RSP,
        [8] = REG_R8,  [15] = REG_R15, [16] = REG_RIP};
    const unsigned numbers[] = {0, 3, 6, 7, 8, 15, 16};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int offset = pp_arch_context_offset(numbers[i]);
        greg_t value;
        memcpy(&value, (char *)&context + offset, sizeof value);
        assert_int_equal(value, 1000 + gregs[numbers[i]]);
    }
    assert_int_equal(pp_arch_context_offset(17), -1);
    assert_int_equal(pp_arch_signal_rule.cfa_offset, 160);
}

int main(void)
{
    handle(SIGTRAP, 0, take_shot);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(assembly_without_cfi, fresh_shot),
        cmocka_unit_test_setup(a_frame_without_cfi, fresh_shot),
        cmocka_unit_test_setup(code_made_at_run_time, fresh_shot),
        cmocka_unit_test_setup(a_call_to_nowhere, fresh_shot),
        cmocka_unit_test_setup(corrupted_frame_pointers, fresh_shot),
        cmocka_unit_test(calls_are_judged),
        cmocka_unit_test(registers_are_where_the_kernel_puts_them),
    };
    return cmocka_run_group_tests(tests, refresh_tables, NULL);
}
