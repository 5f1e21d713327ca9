/* The kernel's symbols and perf map files of any bytes: whatever is found lies
 * in the index and reads as text.
 *
 * Input: the text. */
#include "object/object.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "os/os.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void look_up(struct pp_symbols *symbols)
{
    struct pp_slice name;
    for (int bit = 0; bit < 64; bit++) {
        uint64_t address = (uint64_t)0xffffffffdeadbeef << bit, start;
        if (!pp_symbols_find(symbols, address, &name, &start))
            continue;
        require(start <= address);
        require(name.size > 0 && strlen(name.data) == name.size);
    }
    pp_symbols_free(symbols);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pp_symbols *symbols;
    char path[32];
    int file = memfd_create("text", MFD_CLOEXEC);
    if (file < 0 || pp_os_write_all(file, data, size) < 0)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (pp_symbols_open_kallsyms(path, &symbols, NULL) == PP_OK)
        look_up(symbols);
    if (pp_symbols_open_perf_map(path, &symbols, NULL) == PP_OK)
        look_up(symbols);
    close(file);
    return 0;
}
