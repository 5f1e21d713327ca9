/* unwind: the stack of a thread that was stopped anywhere, from inside a
 * signal handler.
 *
 * Two halves. The slow one runs on an ordinary thread: it finds the loaded
 * objects and compiles their .eh_frame sections into compact tables. The fast
 * one runs in the handler: it reads those tables, takes no lock, calls
 * nothing, and reads no memory that may not be there.
 *
 *     pp_unwind_refresh   dl_iterate_phdr -> tables -> publish (pointer swap)
 *     pp_unwind_walk      registers -> return addresses
 */
#ifndef PP_UNWIND_UNWIND_H
#define PP_UNWIND_UNWIND_H

#include "base/base.h"

/* ---- slow half: any thread but a signal handler ------------------------- */

/* Bring the published tables up to date with the loaded objects. Cheap when
 * nothing was loaded or unloaded since the last call (one dl_iterate_phdr that
 * stops at once). May be called from any thread; calls are serialised. 0, or a
 * negative status when some object could not be read: the others are
 * published all the same, and its frames are walked by frame pointer. */
int pp_unwind_refresh(struct pp_error *err);

/* An executable range of the process, as of a refresh. Ranges of objects that
 * were unloaded since stay listed (with their last refresh as `retired`), so
 * that old samples keep their names. */
struct pp_unwind_object {
    uint64_t start, end; /* addresses of the executable segment */
    uint64_t offset;     /* of that segment in the file */
    uint64_t base;       /* load bias: address - base is the ELF address */
    const char *path;    /* absolute, "[vdso]", or "" when unknown */
    unsigned char build_id[32];
    uint32_t build_id_size; /* bytes; 0 when there is none */
    uint32_t loaded;        /* number of the refresh that first saw it */
    uint32_t retired;       /* ... that no longer did, 0 while loaded */
};

/* The objects known now, executable of the program first, into the arena.
 * *count is how many; NULL without memory. Paths are copied too. */
struct pp_unwind_object *pp_unwind_objects(struct pp_arena *arena,
                                           uint32_t *count);

/* The number of the last refresh that changed anything. */
uint32_t pp_unwind_generation(void);

struct pp_unwind_stats {
    uint32_t objects;     /* with tables */
    uint64_t text_bytes;  /* executable bytes they cover */
    uint64_t table_bytes; /* bytes of the tables */
    uint64_t rows;
    uint64_t rows_unsupported; /* CFI that no rule expresses */
    uint64_t build_ns;         /* spent compiling, all refreshes together */
};
void pp_unwind_stats(struct pp_unwind_stats *stats);

/* Around fork, in the thread that forks: before it, after all other locks have
 * been taken; after it, in the parent and in the child. The C library leaves
 * the lock of dl_iterate_phdr as it is in the child, so a fork in the middle
 * of a refresh would make a child that hangs in its next dlopen. A child that
 * was made in another way calls the last with is_child alone. */
void pp_unwind_before_fork(void);
void pp_unwind_after_fork(bool is_child);

/* ---- fast half: async-signal-safe, reentrant ---------------------------- */

/* Why a walk ended. */
enum pp_unwind_end {
    PP_UNWIND_COMPLETE,  /* at the thread's first function */
    PP_UNWIND_FULL,      /* `depth_max` frames were found: there are more */
    PP_UNWIND_NO_RULE,   /* no table, and no believable frame pointer */
    PP_UNWIND_BAD_STACK, /* the next frame is not in readable stack memory */
};

/* Walk from the registers of a signal context (the ucontext_t * that a
 * SA_SIGINFO handler gets), leaf first. pcs[0] is the interrupted instruction.
 * Of every other, the byte before it lies in the instruction that was under
 * way: they are return addresses, and where a signal handler's frames end, the
 * interrupted instruction plus one. stack_low and stack_high bound the thread's
 * stack when known; 0, 0 when not: then each page is probed before it is read.
 * Uses less than 512 bytes of stack. Returns the number of pcs written. */
uint32_t pp_unwind_walk(const void *ucontext, uint64_t stack_low,
                        uint64_t stack_high, uint64_t *pcs, uint32_t depth_max,
                        enum pp_unwind_end *end);

/* The same for the calling function itself; pcs[0] is the return address into
 * the caller. */
uint32_t pp_unwind_here(uint64_t stack_low, uint64_t stack_high, uint64_t *pcs,
                        uint32_t depth_max, enum pp_unwind_end *end)
    __attribute__((noinline));

#endif
