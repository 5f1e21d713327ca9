/* Machine code as text: objdump's words for x86, and all other machines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "assembly/assembly.h"

#include <elf.h>
#include <inttypes.h>

enum { START = 0x1000, CODE_MAX = 4096 };

struct machine {
    uint16_t id;
    bool is_64, is_big_endian, intel;
};

static const struct machine x86_64 = {EM_X86_64, true, false, false};
static const struct machine x86_64_intel = {EM_X86_64, true, false, true};

static size_t from_hex(const char *hex, char *bytes)
{
    size_t count = 0;
    for (unsigned byte; *hex; hex += 2) {
        if (*hex == ' ')
            hex++;
        assert_int_equal(sscanf(hex, "%2x", &byte), 1);
        bytes[count++] = (char)byte;
    }
    return count;
}

static bool name_address(void *context, uint64_t address, struct pp_buffer *out)
{
    (void)context;
    if (address != 0x1010)
        return false;
    pp_buffer_append_text(out, "work+0x10");
    return true;
}

static struct pp_assembly *open_assembly(const struct machine *machine)
{
    struct pp_assembly *assembly = NULL;
    struct pp_error err = {0};
    pp_assembly_open(machine->id, machine->is_64, machine->is_big_endian,
                     machine->intel, &assembly, &err);
    assert_string_equal(err.text, "");
    pp_assembly_name_addresses(assembly, name_address, NULL);
    return assembly;
}

/* One line an instruction, "text\n". */
static void assert_text(const struct machine *machine, const char *hex,
                        const char *expected)
{
    char bytes[CODE_MAX];
    struct pp_slice code = {bytes, from_hex(hex, bytes)};
    struct pp_assembly *assembly = open_assembly(machine);
    struct pp_instruction instruction;
    struct pp_buffer text = {0};
    uint64_t address = START;
    while (pp_assembly_next(assembly, &code, &address, &instruction)) {
        pp_buffer_append_slice(&text, instruction.text);
        pp_buffer_append_char(&text, '\n');
    }
    assert_string_equal(text.data, expected);
    pp_buffer_release(&text);
    pp_assembly_free(assembly);
}

/* ---- x86 ---------------------------------------------------------------- */

static void writes_as_objdump_does(void **state)
{
    (void)state;
    assert_text(&x86_64,
                "55 4889e5 4883ec20 4883c480 c745fc05000000 c3 0f05"
                "6aff 64488b042528000000 48c1e004 0fb60411 4898",
                "push   %rbp\n"
                "mov    %rsp,%rbp\n"
                "sub    $0x20,%rsp\n"
                "add    $0xffffffffffffff80,%rsp\n"
                "movl   $0x5,-0x4(%rbp)\n"
                "ret\n"
                "syscall\n"
                "push   $0xffffffffffffffff\n"
                "mov    %fs:0x28,%rax\n"
                "shl    $0x4,%rax\n"
                "movzbl (%rcx,%rdx,1),%eax\n"
                "cltq\n");
}

static void a_size_is_written_where_no_register_tells_it(void **state)
{
    (void)state;
    assert_text(&x86_64,
                "d1e0 d164240c d36424 0c f0832801 ff00 f20f2a45fc"
                "4c0f6ec8 dd442410 ff5508 0f1f440000",
                "shl    %eax\n"
                "shll   0xc(%rsp)\n"
                "shll   %cl,0xc(%rsp)\n"
                "lock subl $0x1,(%rax)\n"
                "incl   (%rax)\n"
                "cvtsi2sdl -0x4(%rbp),%xmm0\n"
                "movq   %rax,%mm1\n"
                "fldl   0x10(%rsp)\n"
                "call   *0x8(%rbp)\n"
                "nopl   0x0(%rax,%rax,1)\n");
}

static void string_instructions_have_their_segments(void **state)
{
    (void)state;
    assert_text(&x86_64,
                "f3aa f348ab f348a5 a6 ac 6465a4 f20f10c1 f30f1100"
                "66490f6ece 662e0f1f840000000000",
                "rep stos %al,%es:(%rdi)\n"
                "rep stos %rax,%es:(%rdi)\n"
                "rep movsq %ds:(%rsi),%es:(%rdi)\n"
                "cmpsb  %es:(%rdi),%ds:(%rsi)\n"
                "lods   %ds:(%rsi),%al\n"
                "movsb  %gs:(%rsi),%es:(%rdi)\n"
                "movsd  %xmm1,%xmm0\n"
                "movss  %xmm0,(%rax)\n"
                "movq   %r14,%xmm1\n"
                "cs nopw 0x0(%rax,%rax,1)\n");
}

static void writes_intel_syntax(void **state)
{
    (void)state;
    assert_text(&x86_64_intel,
                "4889e5 c745fc05000000 4883c480 0fb60411 418b4500"
                "488b84c880000000 ff2500100000",
                "mov    rbp,rsp\n"
                "mov    DWORD PTR [rbp-0x4],0x5\n"
                "add    rsp,0xffffffffffffff80\n"
                "movzx  eax,BYTE PTR [rcx+rdx*1]\n"
                "mov    eax,DWORD PTR [r13+0x0]\n"
                "mov    rax,QWORD PTR [rax+rcx*8+0x80]\n"
                "jmp    QWORD PTR [rip+0x1000]        # 2024\n");
}

static void masks_stand_close_to_their_registers(void **state)
{
    (void)state;
    assert_text(&x86_64, "62f17fc96f07", "vmovdqu8 (%rdi),%zmm0{%k1}{z}\n");
    assert_text(&x86_64_intel, "62f17fc96f07",
                "vmovdqu8 zmm0{k1}{z},ZMMWORD PTR [rdi]\n");
}

static void names_what_is_jumped_to(void **state)
{
    char bytes[CODE_MAX];
    struct pp_slice code = {bytes, from_hex("e80b000000 7409 e2fe", bytes)};
    struct pp_assembly *assembly = open_assembly(&x86_64);
    struct pp_instruction instruction;
    uint64_t address = START;
    (void)state;
    assert_true(pp_assembly_next(assembly, &code, &address, &instruction));
    assert_int_equal(instruction.target, 0x1010);
    assert_int_equal(instruction.size, 5);
    assert_true(instruction.is_code);
    assert_memory_equal(instruction.text.data, "call   1010 <work+0x10>", 23);
    assert_true(pp_assembly_next(assembly, &code, &address, &instruction));
    assert_int_equal(instruction.target, 0x1010);
    assert_int_equal(instruction.address, 0x1005);
    assert_true(pp_assembly_next(assembly, &code, &address, &instruction));
    assert_int_equal(instruction.target, 0x1007);
    assert_memory_equal(instruction.text.data, "loop   1007", 11);
    assert_false(pp_assembly_next(assembly, &code, &address, &instruction));
    assert_int_equal(address, 0x1009);
    pp_assembly_free(assembly);
    assert_text(&x86_64, "488d0509000000 ff2503000000",
                "lea    0x9(%rip),%rax        # 1010 <work+0x10>\n"
                "jmp    *0x3(%rip)        # 1010 <work+0x10>\n");
}

static void what_is_no_instruction_is_passed_over(void **state)
{
    (void)state;
    assert_text(&x86_64, "06 90 0f", "(bad)\nnop\n(bad)\n");
    /* kmovd, vpcmpeqb with a displacement, with an immediate: whole. */
    assert_text(&x86_64, "c5fb93c0 62d1654974733f 62931d203ef601 90",
                ".byte  0xc5,0xfb,0x93,0xc0\n"
                ".byte  0x62,0xd1,0x65,0x49,0x74,0x73,0x3f\n"
                ".byte  0x62,0x93,0x1d,0x20,0x3e,0xf6,0x01\n"
                "nop\n");
    /* Cut off in the middle. */
    assert_text(&x86_64, "62d165", "(bad)\n(bad)\n(bad)\n");
}

/* ---- other machines ----------------------------------------------------- */

static void reads_other_machines(void **state)
{
    static const struct {
        struct machine machine;
        const char *code, *text;
    } cases[] = {
        {{EM_386, false, false, false},
         "5589e5 e808000000 8b4508 ff750c ff2504a00408",
         "push   %ebp\nmov    %esp,%ebp\ncall   1010 <work+0x10>\n"
         "mov    0x8(%ebp),%eax\npush   0xc(%ebp)\njmp    *0x804a004\n"},
        {{EM_AARCH64, true, false, false},
         "fd7bbea9 03000094 40000054 60000034 e0ff0736 00000000",
         "stp    x29, x30, [sp, #-0x20]!\nbl     1010 <work+0x10>\n"
         "b.eq   1010 <work+0x10>\ncbz    w0, 1018\n"
         "tbz    w0, #0, 100c\n.inst  0x00000000\n"},
        {{EM_ARM, false, false, false},
         "00482de9 010000eb 0088bde8 0000",
         "push   {fp, lr}\nbl     1010 <work+0x10>\npop    {fp, pc}\n"
         ".inst  0x0000\n"},
        {{EM_PPC64, true, false, false},
         "a602087c 0d000048 2000804e 00000000",
         "mflr   r0\nbl     1010 <work+0x10>\nblr\n.inst  0x00000000\n"},
        {{EM_PPC64, true, true, false},
         "7c0802a6 4800000d",
         "mflr   r0\nbl     1010 <work+0x10>\n"},
        {{EM_S390, true, true, false},
         "ebbff0580024 c0e500000005 a7f4fffe 07fe 0000",
         "stmg   %r11, %r15, 0x58(%r15)\nbrasl  %r14, 1010 <work+0x10>\n"
         "j      1008\nbr     %r14\n.inst  0x0000\n"},
        {{EM_MIPS, true, true, false},
         "67bdfff0 0c000404 1000ffff",
         "daddiu $sp, $sp, -0x10\njal    1010 <work+0x10>\nb      1008\n"},
        {{EM_MIPS, false, false, false},
         "e0ffbd27 0404000c",
         "addiu  $sp, $sp, -0x20\njal    1010 <work+0x10>\n"},
        {{EM_SPARCV9, true, true, false},
         "9de3bf50 40000003",
         "save   %sp, -0xb0, %sp\ncall   1010 <work+0x10>\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_text(&cases[i].machine, cases[i].code, cases[i].text);
}

static void refuses_a_machine_that_it_cannot_read(void **state)
{
    struct pp_assembly *assembly = NULL;
    struct pp_error err = {0};
    (void)state;
    assert_int_equal(
        pp_assembly_open(EM_RISCV, true, false, false, &assembly, &err),
        PP_E_NOT_FOUND);
    assert_string_equal(err.text, "cannot disassemble code of machine 243");
    assert_null(assembly);
}

/* ---- any bytes ---------------------------------------------------------- */

/* Each byte is in one instruction, whatever the bytes are. */
static void assert_takes_all(const struct machine *machine,
                             struct pp_slice code)
{
    struct pp_assembly *assembly = open_assembly(machine);
    struct pp_instruction instruction;
    uint64_t address = UINT64_MAX - CODE_MAX / 2, expected = address;
    uint64_t end = address + code.size;
    while (pp_assembly_next(assembly, &code, &address, &instruction)) {
        assert_int_equal(instruction.address, expected);
        assert_in_range(instruction.size, 1, 16);
        assert_in_range(instruction.text.size, 1, 1000);
        expected += instruction.size;
    }
    assert_true(expected == end);
    assert_int_equal(code.size, 0);
    pp_assembly_free(assembly);
}

static void any_bytes_are_taken(void **state)
{
    static const uint16_t ids[] = {EM_386,     EM_X86_64, EM_ARM,
                                   EM_AARCH64, EM_PPC,    EM_PPC64,
                                   EM_S390,    EM_MIPS,   EM_SPARCV9};
    char bytes[CODE_MAX];
    (void)state;
    srandom(1);
    for (int round = 0; round < 8; round++) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)random();
        for (size_t i = 0; i < 2 * sizeof ids / sizeof *ids; i++) {
            struct machine machine = {ids[i / 2], i & 1, round & 1, round & 2};
            assert_takes_all(
                &machine,
                (struct pp_slice){bytes, sizeof bytes - (size_t)round});
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_as_objdump_does),
        cmocka_unit_test(a_size_is_written_where_no_register_tells_it),
        cmocka_unit_test(string_instructions_have_their_segments),
        cmocka_unit_test(writes_intel_syntax),
        cmocka_unit_test(masks_stand_close_to_their_registers),
        cmocka_unit_test(names_what_is_jumped_to),
        cmocka_unit_test(what_is_no_instruction_is_passed_over),
        cmocka_unit_test(reads_other_machines),
        cmocka_unit_test(refuses_a_machine_that_it_cannot_read),
        cmocka_unit_test(any_bytes_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
