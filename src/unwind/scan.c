/* Finding the loaded objects (dl_iterate_phdr; ELF gABI chapter 5; LSB core
 * 5.0, 10.6.2 for .eh_frame_hdr). All that is wanted of an object's memory is
 * copied while the loader's lock is held, since dlclose may unmap it as soon
 * as the lock is free. Copies go through the kernel, for which memory that is
 * not there is an error and not a signal. */
#include "unwind/scan.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    PAGE_SIZE = 4096, /* ranges are told in these, as in /proc/self/maps */
    NOTES_MAX = 64 * 1024,
    HEADER_MAX = 64, /* bytes of .eh_frame_hdr that tell objects apart */
    CHUNK_SIZE = 256 * 1024,
};

static bool copy_memory(void *to, uint64_t from, size_t size)
{
    while (size) {
        struct iovec local = {to, size}, remote = {(void *)from, size};
        ssize_t done = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
        if (done < 0 && (errno == ENOSYS || errno == EPERM)) {
            memcpy(to, (const void *)from, size); /* forbidden: trust ELF */
            return true;
        }
        if (done <= 0)
            return false;
        to = (char *)to + done;
        from += (uint64_t)done;
        size -= (size_t)done;
    }
    return true;
}

/* ---- one object --------------------------------------------------------- */

struct object {
    struct pp_unwind_scan *scan;
    const struct dl_phdr_info *info;
    struct pp_unwind_found common; /* what its segments share */
    uint64_t hash;                 /* what their fingerprints share */
    struct pp_cursor header;       /* the beginning of .eh_frame_hdr */
    uint64_t header_address;
};

static void fail(struct object *object, enum pp_status status, const char *what)
{
    int failed = pp_fail(object->scan->err, status, "%s: %s",
                         object->info->dlpi_name, what);
    if (object->scan->status == PP_OK)
        object->scan->status = failed;
}

static const ElfW(Phdr) *
    find_segment(const struct object *object, uint32_t type)
{
    for (unsigned i = 0; i < object->info->dlpi_phnum; i++)
        if (object->info->dlpi_phdr[i].p_type == type)
            return &object->info->dlpi_phdr[i];
    return NULL;
}

/* The end of the loaded segment that `address` lies in, or 0. */
static uint64_t loaded_end(const struct object *object, uint64_t address)
{
    for (unsigned i = 0; i < object->info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->info->dlpi_phdr[i];
        uint64_t start = object->info->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_LOAD && address >= start &&
            address - start < segment->p_memsz)
            return start + segment->p_memsz;
    }
    return 0;
}

static uint64_t aligned(uint64_t size, uint64_t unit)
{
    return (size + unit - 1) / unit * unit;
}

static void take_build_id(struct pp_unwind_found *found, struct pp_cursor notes,
                          uint64_t unit)
{
    while (pp_cursor_left(&notes) >= sizeof(ElfW(Nhdr))) {
        uint64_t name_size = pp_cursor_u32(&notes);
        uint64_t size = pp_cursor_u32(&notes);
        uint32_t type = pp_cursor_u32(&notes);
        const uint8_t *name = notes.at;
        pp_cursor_skip(&notes, aligned(name_size, unit));
        const uint8_t *data = notes.at;
        pp_cursor_skip(&notes, size);
        if (notes.failed)
            return;
        if (type == NT_GNU_BUILD_ID && name_size == 4 &&
            memcmp(name, "GNU", 4) == 0 && size <= sizeof found->build_id) {
            memcpy(found->build_id, data, size);
            found->build_id_size = (uint32_t)size;
            return;
        }
        uint64_t padding = aligned(size, unit) - size;
        pp_cursor_skip(&notes, padding);
    }
}

static void read_build_id(struct object *object)
{
    for (unsigned i = 0; i < object->info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->info->dlpi_phdr[i];
        if (segment->p_type != PT_NOTE || segment->p_filesz > NOTES_MAX ||
            object->common.build_id_size)
            continue;
        void *notes = pp_arena_alloc(object->scan->arena, segment->p_filesz);
        uint64_t at = object->info->dlpi_addr + segment->p_vaddr;
        if (notes && copy_memory(notes, at, segment->p_filesz))
            take_build_id(&object->common,
                          pp_cursor_of(notes, segment->p_filesz),
                          segment->p_align == 8 ? 8 : 4);
    }
}

static void read_header(struct object *object)
{
    const ElfW(Phdr) *segment = find_segment(object, PT_GNU_EH_FRAME);
    if (!segment)
        return;
    size_t size = segment->p_memsz < HEADER_MAX ? segment->p_memsz : HEADER_MAX;
    object->header_address = object->info->dlpi_addr + segment->p_vaddr;
    void *header = pp_arena_alloc(object->scan->arena, HEADER_MAX);
    if (header && copy_memory(header, object->header_address, size))
        object->header = pp_cursor_of(header, size);
    else
        fail(object, PP_E_FORMAT, "its .eh_frame_hdr is not readable");
}

/* Without a build id the file's identity has to do. */
static uint64_t hash_object(const struct object *object)
{
    const struct pp_unwind_found *common = &object->common;
    uint64_t hash =
        pp_hash_bytes(object->header.at, pp_cursor_left(&object->header));
    if (common->build_id_size)
        return pp_hash_add(
            hash, pp_hash_bytes(common->build_id, common->build_id_size));
    hash =
        pp_hash_add(hash, pp_hash_bytes(common->name.data, common->name.size));
    struct stat file;
    const char *path =
        common->program ? "/proc/self/exe" : object->info->dlpi_name;
    if (stat(path, &file) != 0)
        return hash;
    hash = pp_hash_add(hash, file.st_ino);
    hash = pp_hash_add(hash, (uint64_t)file.st_size);
    hash = pp_hash_add(hash, (uint64_t)file.st_mtim.tv_sec);
    return pp_hash_add(hash, (uint64_t)file.st_mtim.tv_nsec);
}

/* The address of .eh_frame as its header tells it, or 0. */
static uint64_t section_address(const struct object *object)
{
    struct pp_cursor in = object->header;
    uint8_t version = pp_cursor_u8(&in);
    uint8_t encoding = pp_cursor_u8(&in);
    pp_cursor_skip(&in, 2); /* the encodings of the sorted table */
    uint64_t here =
        object->header_address + (uint64_t)(in.at - object->header.at);
    uint64_t value = pp_cfi_read_form(&in, encoding);
    if (in.failed || version != 1)
        return 0;
    switch (encoding & PP_CFI_POINTER_BASE) {
    case PP_CFI_POINTER_ABSOLUTE:
        return value;
    case PP_CFI_POINTER_FROM_HERE:
        return value + here;
    case PP_CFI_POINTER_FROM_DATA:
        return value + object->header_address;
    }
    return 0;
}

/* Follow the chain of entries from *at (in bytes) as far as it was copied.
 * True at its terminator. */
static bool follow_chain(const uint8_t *bytes, size_t size, size_t *at)
{
    while (*at + 4 <= size) {
        uint32_t entry;
        memcpy(&entry, bytes + *at, sizeof entry);
        if (entry == 0)
            return true;
        if (entry == UINT32_MAX)
            return false; /* 64-bit entries: only the segment ends them */
        *at += 4 + (size_t)entry;
    }
    return false;
}

/* The section's size stands nowhere, and what follows it in the segment may
 * be large: copy piece by piece until the terminator is there. */
static void copy_section(struct object *object)
{
    uint64_t address = section_address(object);
    uint64_t end = loaded_end(object, address);
    if (!address || !end) {
        fail(object, PP_E_FORMAT, "its .eh_frame_hdr points nowhere");
        return;
    }
    struct pp_arena *arena = object->scan->arena;
    uint64_t room = end - address;
    uint8_t *bytes = NULL;
    size_t size = 0, chain_at = 0;
    bool complete = false;
    while (size < room && !complete) {
        size_t more = room - size < CHUNK_SIZE ? room - size : CHUNK_SIZE;
        uint8_t *grown = pp_arena_grow(arena, bytes, size, size + more);
        if (!grown) {
            fail(object, PP_E_MEMORY, "no memory for its .eh_frame");
            return;
        }
        bytes = grown;
        if (!copy_memory(bytes + size, address + size, more)) {
            fail(object, PP_E_FORMAT, "its .eh_frame is not readable");
            return;
        }
        size += more;
        complete = follow_chain(bytes, size, &chain_at);
    }
    object->common.eh_frame = (struct pp_cfi_section){bytes, size, address};
}

static void add_segment(struct object *object, const ElfW(Phdr) * segment)
{
    struct pp_unwind_scan *scan = object->scan;
    struct pp_unwind_found found = object->common;
    found.text_start = found.base + segment->p_vaddr;
    found.text_size = segment->p_memsz;
    found.start = found.text_start / PAGE_SIZE * PAGE_SIZE;
    found.end = aligned(found.text_start + found.text_size, PAGE_SIZE);
    found.offset = segment->p_offset / PAGE_SIZE * PAGE_SIZE;
    found.fingerprint = pp_hash_add(object->hash, segment->p_vaddr);
    found.fingerprint = pp_hash_add(found.fingerprint, found.text_size);
    if (object->header.at &&
        !scan->is_known(scan->context, found.fingerprint)) {
        if (!object->common.eh_frame.bytes)
            copy_section(object);
        found.eh_frame = object->common.eh_frame;
    }
    struct pp_unwind_found *added = pp_vector_add(scan->arena, &scan->found);
    if (added)
        *added = found;
    else
        fail(object, PP_E_MEMORY, "no memory to list it");
}

static void add_object(struct pp_unwind_scan *scan,
                       const struct dl_phdr_info *info)
{
    uint64_t vdso = getauxval(AT_SYSINFO_EHDR);
    struct object object = {.scan = scan, .info = info};
    object.common = (struct pp_unwind_found){
        .name = pp_slice_of(
            pp_slice_copy(scan->arena, pp_slice_of(info->dlpi_name))),
        .program = scan->visited == 0,
        .vdso = vdso && loaded_end(&object, vdso),
        .base = info->dlpi_addr,
    };
    scan->visited++;
    scan->vdso_seen |= object.common.vdso;
    read_build_id(&object);
    read_header(&object);
    object.hash = hash_object(&object);
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) &&
            segment->p_memsz)
            add_segment(&object, segment);
    }
}

/* ---- all of them -------------------------------------------------------- */

static int visit(struct dl_phdr_info *info, size_t size, void *context)
{
    struct pp_unwind_scan *scan = context;
    bool counted = size >= offsetof(struct dl_phdr_info, dlpi_subs) +
                               sizeof info->dlpi_subs;
    if (counted && scan->visited == 0) {
        scan->unchanged =
            scan->adds == info->dlpi_adds && scan->subs == info->dlpi_subs;
        scan->adds = info->dlpi_adds;
        scan->subs = info->dlpi_subs;
        if (scan->unchanged)
            return 1;
    }
    add_object(scan, info);
    return 0;
}

/* Not every loader lists the vDSO. It is never unmapped. */
static void add_vdso(struct pp_unwind_scan *scan)
{
    uint64_t address = getauxval(AT_SYSINFO_EHDR);
    const ElfW(Ehdr) *header = (const void *)address;
    if (!header)
        return;
    const ElfW(Phdr) *segments = (const void *)(address + header->e_phoff);
    struct dl_phdr_info info = {
        .dlpi_name = "",
        .dlpi_phdr = segments,
        .dlpi_phnum = header->e_phnum,
    };
    for (unsigned i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == PT_LOAD && segments[i].p_offset == 0)
            info.dlpi_addr = address - segments[i].p_vaddr;
    add_object(scan, &info);
}

int pp_unwind_scan(struct pp_unwind_scan *scan)
{
    dl_iterate_phdr(visit, scan);
    if (!scan->unchanged && !scan->vdso_seen)
        add_vdso(scan);
    return scan->status;
}
