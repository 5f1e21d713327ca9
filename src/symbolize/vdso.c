/* The vDSO is in memory only; its headers, the kernel's own, tell its size. See
 * vdso.h. */
#include "symbolize/vdso.h"

#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

bool pp_is_vdso(struct pp_slice path)
{
    return pp_slice_equal(path, pp_slice_literal("[vdso]")) ||
           pp_slice_starts_with(path, pp_slice_literal("linux-vdso."));
}

struct pp_symbols *pp_vdso_open(void)
{
    struct pp_symbols *symbols = NULL;
    const char *image = (const char *)getauxval(AT_SYSINFO_EHDR);
    if (!image)
        return NULL;
    const ElfW(Ehdr) *header = (const void *)image;
    const ElfW(Phdr) *segments = (const void *)(image + header->e_phoff);
    size_t size =
        header->e_shoff + (size_t)header->e_shnum * header->e_shentsize;
    for (int i = 0; i < header->e_phnum; i++) {
        size_t end = segments[i].p_offset + segments[i].p_filesz;
        if (segments[i].p_type == PT_LOAD && end > size)
            size = end;
    }
    pp_symbols_open_image(image, size, &symbols, NULL);
    return symbols;
}
