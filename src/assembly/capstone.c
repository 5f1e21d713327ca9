/* Finding capstone. Invariant: pp_capstone has all functions or none, and they
 * are of the version whose headers we were built with. */
#include "assembly/capstone.h"

#include "os/os.h"

#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(number) #number

struct pp_capstone pp_capstone;

static const char *const files[] = {"libcapstone.so." TEXT(CS_API_MAJOR), NULL};

static const struct pp_os_function functions[] = {
    {"cs_open", offsetof(struct pp_capstone, open)},
    {"cs_close", offsetof(struct pp_capstone, close)},
    {"cs_option", offsetof(struct pp_capstone, option)},
    {"cs_malloc", offsetof(struct pp_capstone, malloc)},
    {"cs_free", offsetof(struct pp_capstone, free)},
    {"cs_disasm_iter", offsetof(struct pp_capstone, disasm_iter)},
    {"cs_insn_group", offsetof(struct pp_capstone, insn_group)},
    {"cs_insn_name", offsetof(struct pp_capstone, insn_name)},
    {NULL, 0},
};

int pp_capstone_load(struct pp_error *err)
{
    struct pp_error why = {0};
    if (pp_capstone.open ||
        pp_os_load_library(files, functions, &pp_capstone, &why) == PP_OK)
        return PP_OK;
    return pp_fail(err, PP_E_NOT_FOUND,
                   "capstone, which disassembles, cannot be loaded (%s): "
                   "install libcapstone" TEXT(CS_API_MAJOR),
                   why.text);
}
