/* drop_frames and keep_frames: the expressions that a profile brings along, of
 * functions that nobody wants to see, such as the allocator's own
 * (RemoveUninteresting of google/pprof's profile package). */
#include "report/regexp.h"
#include "report/report.h"

/* Whole names, of the simplified form. The person did not write the
 * expression, so the words for a mistake say where it stands. */
static struct pp_regexp *new_anchored(const char *field,
                                      struct pp_slice pattern,
                                      struct pp_error *err)
{
    struct pp_buffer anchored = {0};
    pp_buffer_append_text(&anchored, "^(");
    pp_buffer_append_slice(&anchored, pattern);
    pp_buffer_append_text(&anchored, ")$");
    struct pp_regexp *regexp = pp_regexp_new(pp_buffer_slice(&anchored), err);
    pp_buffer_release(&anchored);
    if (!regexp)
        pp_error_prefix(err,
                        "the profile's %s is not applied: failed to compile "
                        "regexp " PP_SLICE_FORMAT ": ",
                        field, PP_SLICE_ARGS(pattern));
    return regexp;
}

static int drop(struct pp_profile *profile, struct pp_regexp *dropped,
                struct pp_regexp *kept, struct pp_error *err)
{
    uint8_t *names = pp_arena_alloc(&profile->arena, profile->strings.count);
    if (!names)
        return pp_fail_memory(err);
    for (uint32_t i = 0; i < profile->functions.count; i++) {
        pp_string name = profile->functions.items[i].name;
        struct pp_slice simple =
            pp_simplify_function(pp_profile_text(profile, name));
        names[name] = pp_regexp_matches(dropped, simple) &&
                      !(kept && pp_regexp_matches(kept, simple));
    }
    if (pp_regexp_check(dropped, err) < 0 ||
        (kept && pp_regexp_check(kept, err) < 0))
        return pp_error_prefix(err,
                               "the profile's drop_frames is not applied: ");
    if (pp_profile_drop_frames(profile, names) < 0)
        return pp_fail_memory(err);
    return PP_OK;
}

int pp_report_drop_frames(struct pp_profile *profile, struct pp_error *err)
{
    struct pp_error own_err = {0};
    struct pp_slice drop_frames =
        pp_profile_text(profile, profile->drop_frames);
    struct pp_slice keep_frames =
        pp_profile_text(profile, profile->keep_frames);
    if (!err)
        err = &own_err;
    if (drop_frames.size == 0)
        return PP_OK;
    struct pp_regexp *dropped = new_anchored("drop_frames", drop_frames, err);
    struct pp_regexp *kept = NULL;
    if (dropped && keep_frames.size)
        kept = new_anchored("keep_frames", keep_frames, err);
    if (err->status == PP_OK)
        drop(profile, dropped, kept, err);
    pp_regexp_free(dropped);
    pp_regexp_free(kept);
    return err->status;
}
