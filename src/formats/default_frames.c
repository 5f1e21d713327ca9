/* The expressions are the reference's, alternative by alternative
 * (addLegacyFrameInfo in legacy_profile.go of google/pprof): they become part
 * of the profile, and -proto writes them. */
#include "formats/default_frames.h"

#define ALLOCATOR                                                              \
    "calloc|cfree|malloc|free|memalign|do_memalign|(__)?posix_memalign|"       \
    "pvalloc|valloc|realloc|"                                                  \
    "tcmalloc::.*|tc_calloc|tc_cfree|tc_malloc|tc_free|tc_memalign|"           \
    "tc_posix_memalign|tc_pvalloc|tc_valloc|tc_realloc|tc_new|tc_delete|"      \
    "tc_newarray|tc_deletearray|tc_new_nothrow|tc_newarray_nothrow|"           \
    "malloc_zone_malloc|malloc_zone_calloc|malloc_zone_valloc|"                \
    "malloc_zone_realloc|malloc_zone_memalign|malloc_zone_free|"               \
    "runtime\\..*|"                                                            \
    "BaseArena::.*|(::)?do_malloc_no_errno|(::)?do_malloc_pages|"              \
    "(::)?do_malloc|DoSampledAllocation|MallocedMemBlock::MallocedMemBlock|"   \
    "_M_allocate|__builtin_(vec_)?delete|__builtin_(vec_)?new|"                \
    "__gnu_cxx::new_allocator::allocate|__libc_malloc|"                        \
    "__malloc_alloc_template::allocate|allocate|cpp_alloc|"                    \
    "operator new(\\[\\])?|simple_alloc::allocate"

#define UNLOCKING                                                              \
    "RecordLockProfileData|(base::)?RecordLockProfileData.*|"                  \
    "(base::)?SubmitMutexProfileData.*|(base::)?SubmitSpinLockProfileData.*|"  \
    "(base::Mutex::)?AwaitCommon.*|(base::Mutex::)?Unlock.*|"                  \
    "(base::Mutex::)?UnlockSlow.*|(base::Mutex::)?ReaderUnlock.*|"             \
    "(base::MutexLock::)?~MutexLock.*|(Mutex::)?AwaitCommon.*|"                \
    "(Mutex::)?Unlock.*|(Mutex::)?UnlockSlow.*|(Mutex::)?ReaderUnlock.*|"      \
    "(MutexLock::)?~MutexLock.*|(SpinLock::)?Unlock.*|"                        \
    "(SpinLock::)?SlowUnlock.*|(SpinLockHolder::)?~SpinLockHolder.*"

#define SIGNAL_HANDLER                                                         \
    "ProfileData::Add|ProfileData::prof_handler|CpuProfiler::prof_handler|"    \
    "__pthread_sighandler|__restore"

/* Callers of Go's allocator that stand below it all the same. */
#define GO_CALLS "runtime\\.panic|runtime\\.reflectcall|runtime\\.call[0-9]*"

/* The last row fits all. */
static const struct {
    const char *types; /* of the samples, a space behind each; NULL: any */
    struct pp_slice drop, keep;
} defaults[] = {
    {"allocations size ", pp_slice_literal(ALLOCATOR),
     pp_slice_literal(GO_CALLS)},
    {"objects space ", pp_slice_literal(ALLOCATOR), pp_slice_literal(GO_CALLS)},
    {"inuse_objects inuse_space ", pp_slice_literal(ALLOCATOR),
     pp_slice_literal(GO_CALLS)},
    {"alloc_objects alloc_space ", pp_slice_literal(ALLOCATOR),
     pp_slice_literal(GO_CALLS)},
    {"alloc_objects alloc_space inuse_objects inuse_space ",
     pp_slice_literal(ALLOCATOR), pp_slice_literal(GO_CALLS)},
    {"contentions delay ", pp_slice_literal(UNLOCKING), pp_slice_literal("")},
    {NULL, pp_slice_literal(SIGNAL_HANDLER), pp_slice_literal("")},
};

static bool has_types(const struct pp_profile *profile, struct pp_slice types)
{
    for (uint32_t i = 0; i < profile->sample_types.count; i++) {
        struct pp_slice type =
            pp_profile_text(profile, profile->sample_types.items[i].type);
        if (!pp_slice_starts_with(types, type) || types.size == type.size ||
            types.data[type.size] != ' ')
            return false;
        types = (struct pp_slice){types.data + type.size + 1,
                                  types.size - type.size - 1};
    }
    return types.size == 0;
}

int pp_default_frames(struct pp_profile *profile, struct pp_error *err)
{
    size_t row = 0;
    while (defaults[row].types &&
           !has_types(profile, pp_slice_of(defaults[row].types)))
        row++;
    profile->drop_frames = pp_profile_add_string(profile, defaults[row].drop);
    profile->keep_frames = pp_profile_add_string(profile, defaults[row].keep);
    bool failed =
        profile->drop_frames == PP_NONE || profile->keep_frames == PP_NONE;
    return failed ? pp_fail_memory(err) : PP_OK;
}
