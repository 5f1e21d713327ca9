/* load: from a command line to one profile.
 *
 * Specification: fetchProfiles of the reference's driver; reference sections 0
 * and 1.11.
 */
#include "present/load.h"

#include "fetch/fetch.h"
#include "present/gather.h"
#include "present/naming.h"
#include "present/terminal.h"
#include "report/report.h"

static void say(void *context, const char *line)
{
    (void)context;
    pp_tell(line);
}

static struct pp_fetch_options fetch_options(const struct pp_settings *settings)
{
    return (struct pp_fetch_options){
        .seconds = settings->seconds,
        .timeout = settings->timeout,
        .tls_cert = pp_or_null(settings->tls_cert),
        .tls_key = pp_or_null(settings->tls_key),
        .tls_ca = pp_or_null(settings->tls_ca),
        .say = say,
        .progress = pp_progress_possible() ? pp_progress : NULL,
    };
}

/* ---- bases -------------------------------------------------------------- */

static int negate(struct pp_profile *profile, struct pp_error *err)
{
    struct pp_arena arena = {0};
    uint32_t count = profile->sample_types.count;
    double *ratios = pp_arena_array(&arena, count, sizeof(*ratios));
    if (!ratios)
        return pp_fail_memory(err);
    for (uint32_t i = 0; i < count; i++)
        ratios[i] = -1;
    pp_profile_scale(profile, ratios);
    pp_arena_release(&arena);
    return 0;
}

/* Samples of a base that are told apart do not cancel out those of the sources,
 * and are what 100 % are; see pp_profile_total. */
static int label(struct pp_profile *base, struct pp_error *err)
{
    return pp_profile_label_all(base, pp_slice_literal("pprof::base"),
                                pp_slice_literal("true")) < 0
               ? pp_fail_memory(err)
               : 0;
}

/* The base is taken over by the profile. */
static int subtract_base(const struct pp_arguments *arguments,
                         struct pp_gathered *gathered, struct pp_error *err)
{
    struct pp_profile *base = gathered->base;
    int status = arguments->diff_base ? label(base, err) : 0;
    if (status == 0 && arguments->settings.report.normalize)
        status = pp_profile_normalize(gathered->profile, base, err);
    if (status == 0)
        status = negate(base, err);
    if (status < 0)
        return status;
    struct pp_profile *both[] = {gathered->profile, base};
    gathered->base = NULL;
    return pp_combine(both, 2, &gathered->profile, err);
}

/* ---- all ---------------------------------------------------------------- */

static void keep_copy(const struct pp_profile *profile)
{
    char path[4096 + 256];
    struct pp_error why = {0};
    if (pp_fetch_save(profile, path, sizeof(path), say, NULL, &why) < 0)
        pp_tell_format("Could not save profile: %s", why.text);
    else
        pp_tell_format("Saved profile in %s", path);
}

/* The reference goes on when an expression in the profile is wrong. */
static void drop_frames(struct pp_profile *profile)
{
    struct pp_error why = {0};
    if (pp_report_drop_frames(profile, &why) < 0)
        pp_tell(why.text);
}

static int finish(const struct pp_arguments *arguments,
                  const struct pp_naming *naming,
                  const struct pp_gathered *gathered, struct pp_error *err)
{
    struct pp_profile *profile = gathered->profile;
    if (arguments->all_frames)
        profile->drop_frames = profile->keep_frames = 0;
    if (!gathered->is_named && pp_naming_name(naming, profile, "", err) < 0)
        return err->status;
    drop_frames(profile);
    pp_naming_forget_sources(profile);
    const char *comment = pp_or_null(arguments->settings.comment);
    if (comment && pp_profile_add_comment(profile, pp_slice_of(comment)) < 0)
        return pp_fail_memory(err);
    int status = pp_profile_check(profile, err);
    if (status == 0 && gathered->is_remote)
        keep_copy(profile);
    return status;
}

int pp_load(const struct pp_arguments *arguments, struct pp_profile **profile,
            struct pp_binaries **binaries, struct pp_error *err)
{
    const struct pp_fetch_options fetch = fetch_options(&arguments->settings);
    struct pp_gathered gathered;
    struct pp_naming naming;
    *profile = NULL;
    pp_naming_init(&naming, arguments, &fetch);
    *binaries = naming.binaries = pp_binaries_new(&naming.symbolize);
    if (!naming.binaries)
        return pp_fail_memory(err);
    int status = pp_gather(arguments, &naming, &fetch, &gathered, err);
    if (status == 0 && gathered.base)
        status = subtract_base(arguments, &gathered, err);
    if (status == 0)
        status = finish(arguments, &naming, &gathered, err);
    pp_profile_free(gathered.base);
    *profile = gathered.profile;
    return status;
}
