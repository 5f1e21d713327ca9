/* load: from sources to one profile.
 *
 * Several sources that came over the network are named one by one before they
 * are merged, each by its own server: addresses of one process mean nothing to
 * another. Files are merged first, so that each binary is read once.
 *
 * Specification: fetchProfiles of the reference's driver; reference section 0.
 */
#include "present/load.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>

#include "fetch/fetch.h"
#include "present/terminal.h"
#include "symbolize/symbolize.h"

/* ---- Ctrl-C ------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

/* The first one is noted, the second one kills. */
static void catch_interrupt(struct sigaction *before)
{
    struct sigaction action = {
        .sa_handler = note_interrupt,
        .sa_flags = (int)SA_RESETHAND,
    };
    sigaction(SIGINT, NULL, before);
    if (before->sa_handler != SIG_IGN)
        sigaction(SIGINT, &action, NULL);
}

/* ---- fetching ----------------------------------------------------------- */

struct load {
    const struct pp_arguments *arguments;
    struct pp_fetch_options fetch;
    struct pp_symbolize_options symbolize;
    struct pp_fetched *fetched;   /* of each source */
    struct pp_profile **profiles; /* those that there are, */
    const char **urls;            /* and where from */
    uint32_t profile_count;
    bool remote;
};

static void say(void *context, const char *line)
{
    (void)context;
    pp_tell(line);
}

static const char *or_null(const char *text)
{
    return text && text[0] ? text : NULL;
}

static struct pp_fetch_options fetch_options(const struct pp_settings *settings)
{
    return (struct pp_fetch_options){
        .seconds = settings->seconds,
        .timeout = settings->timeout,
        .tls_cert = or_null(settings->tls_cert),
        .tls_key = or_null(settings->tls_key),
        .tls_ca = or_null(settings->tls_ca),
        .say = say,
        .progress = pp_progress_possible() ? pp_progress : NULL,
        .interrupted = &interrupted,
    };
}

/* The words for one source that failed; they name it once. */
static int fail_source(const char *source, const struct pp_error *why,
                       struct pp_error *err)
{
    if (why->status == PP_E_SYSTEM)
        return pp_fail(err, why->status, "%s", why->text);
    return pp_fail(err, why->status, "%s: %s", source, why->text);
}

static void tell_source(const char *source, const struct pp_fetched *fetched)
{
    if (fetched->cut_short)
        pp_tell_format("%s: interrupted; this is what had come", source);
    else if (!fetched->profile)
        pp_tell_format("%s: %s", source, fetched->err.text);
}

/* One source: its own words. Several: a line for each that failed, and how
 * many are left. */
static int tell_failures(const struct load *load, struct pp_error *err)
{
    const struct pp_arguments *arguments = load->arguments;
    uint32_t count = arguments->source_count;
    if (count == 1 && !load->fetched[0].profile)
        return fail_source(arguments->sources[0], &load->fetched[0].err, err);
    for (uint32_t i = 0; i < count; i++)
        tell_source(arguments->sources[i], &load->fetched[i]);
    if (load->profile_count == 0)
        return pp_fail(err, PP_E_NOT_FOUND,
                       "failed to fetch any source profiles");
    if (load->profile_count < count)
        pp_tell_format("Fetched %u source profiles out of %u",
                       load->profile_count, count);
    return 0;
}

static int fetch(struct load *load, struct pp_error *err)
{
    const struct pp_arguments *arguments = load->arguments;
    struct sigaction before;
    catch_interrupt(&before);
    int status = pp_fetch(arguments->sources, arguments->source_count,
                          &load->fetch, load->fetched, err);
    sigaction(SIGINT, &before, NULL);
    for (uint32_t i = 0; i < arguments->source_count; i++) {
        if (!load->fetched[i].profile)
            continue;
        load->profiles[load->profile_count] = load->fetched[i].profile;
        load->urls[load->profile_count++] = load->fetched[i].url;
        load->remote |= load->fetched[i].remote;
    }
    return status < 0 ? status : tell_failures(load, err);
}

/* ---- naming ------------------------------------------------------------- */

static struct pp_symbolize_options symbolize_options(
    const struct pp_arguments *arguments)
{
    struct pp_symbolize_options options = {0};
    const char *mode = arguments->settings.symbolize;
    pp_symbolize_parse(mode ? mode : "", &options, pp_tell);
    options.binary_path = or_null(getenv("PPROF_BINARY_PATH"));
    options.home = or_null(getenv("HOME"));
    options.executable = or_null(arguments->executable);
    options.build_id = or_null(arguments->settings.build_id);
    return options;
}

static int ask_server(const struct load *load, struct pp_profile *profile,
                      const char *url, struct pp_slice addresses,
                      struct pp_error *err)
{
    struct pp_buffer answer = {0};
    struct pp_fetch_options quiet = load->fetch;
    quiet.progress = NULL;
    int status = pp_fetch_symbol(url, addresses, &quiet, &answer, err);
    if (status == 0)
        status =
            pp_symbolize_remote_answer(profile, pp_buffer_slice(&answer), err);
    if (status == 0)
        status = pp_symbolize_demangle(profile, &load->symbolize, err);
    pp_buffer_release(&answer);
    return status;
}

/* A server that cannot name addresses costs the names, not the profile. */
static void name_remotely(const struct load *load, struct pp_profile *profile,
                          const char *url)
{
    struct pp_buffer addresses = {0};
    struct pp_error why = {0};
    if (pp_symbolize_remote_request(profile, load->symbolize.force,
                                    &addresses) &&
        (ask_server(load, profile, url, pp_buffer_slice(&addresses), &why) <
             0 ||
         pp_symbolize_demangle(profile, &load->symbolize, &why) < 0))
        pp_tell(why.text);
    pp_buffer_release(&addresses);
}

static int name(const struct load *load, struct pp_profile *profile,
                const char *url, struct pp_error *err)
{
    const struct pp_symbolize_options *options = &load->symbolize;
    int status = pp_symbolize(profile, options, pp_tell, err);
    if (status == 0 && url[0] && options->remote && !options->none)
        name_remotely(load, profile, url);
    return status;
}

static int name_each(struct load *load, struct pp_error *err)
{
    for (uint32_t i = 0; i < load->profile_count; i++)
        if (name(load, load->profiles[i], load->urls[i], err) < 0)
            return err->status;
    return 0;
}

static void keep_quiet(const char *line)
{
    (void)line;
}

/* Merging compares the paths of mappings: those of the binaries found here, as
 * in the reference. What there is to say is said when they get names. */
static int locate_each(struct load *load, struct pp_error *err)
{
    struct pp_symbolize_options locate = load->symbolize;
    locate.none = true;
    for (uint32_t i = 0; i < load->profile_count; i++)
        if (pp_symbolize(load->profiles[i], &locate, keep_quiet, err) < 0)
            return err->status;
    return 0;
}

static int merge(struct load *load, struct pp_profile **profile,
                 struct pp_error *err)
{
    int status = pp_profile_unify(load->profiles, load->profile_count, err);
    if (status == 0)
        status =
            pp_profile_merge((const struct pp_profile *const *)load->profiles,
                             load->profile_count, profile, err);
    pp_error_prefix(err, "problem fetching source profiles: ");
    return status;
}

static int name_and_merge(struct load *load, struct pp_profile **profile,
                          struct pp_error *err)
{
    if (load->profile_count == 1) { /* it stays as it came, to the last id */
        *profile = load->profiles[--load->profile_count];
        return name(load, *profile, load->urls[0], err);
    }
    if (load->remote) {
        int status = name_each(load, err);
        return status < 0 ? status : merge(load, profile, err);
    }
    int status = locate_each(load, err);
    if (status == 0)
        status = merge(load, profile, err);
    return status < 0 ? status : name(load, *profile, "", err);
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

/* Whether the text begins with a scheme and ':'. One letter is the drive of a
 * Windows path, C:/x: the reference leaves that alone on Windows only, but
 * profiles travel. */
static bool is_absolute_url(struct pp_slice text)
{
    size_t size = 0;
    while (size < text.size &&
           (isalnum((unsigned char)text.data[size]) ||
            (text.data[size] && strchr("+-.", text.data[size]))))
        size++;
    return size > 1 && size < text.size && text.data[size] == ':' &&
           isalpha((unsigned char)text.data[0]);
}

/* A mapping without a file of its own may have been given the address of its
 * profile, for a server to name it by. That served its purpose. */
static void forget_sources(struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        struct pp_mapping *mapping = &profile->mappings.items[i];
        if (mapping->build_id == 0 &&
            is_absolute_url(pp_profile_text(profile, mapping->filename)))
            mapping->filename = 0;
    }
}

static int finish(const struct load *load, struct pp_profile *profile,
                  struct pp_error *err)
{
    drop_frames(profile);
    forget_sources(profile);
    const char *comment = or_null(load->arguments->settings.comment);
    if (comment && pp_profile_add_comment(profile, pp_slice_of(comment)) < 0)
        return pp_fail_memory(err);
    int status = pp_profile_check(profile, err);
    if (status == 0 && load->remote)
        keep_copy(profile);
    return status;
}

int pp_load(const struct pp_arguments *arguments, struct pp_profile **profile,
            struct pp_error *err)
{
    struct pp_arena arena = {0};
    uint32_t count = arguments->source_count;
    struct load load = {
        .arguments = arguments,
        .fetch = fetch_options(&arguments->settings),
        .fetched = pp_arena_array(&arena, count, sizeof(struct pp_fetched)),
        .profiles = pp_arena_array(&arena, count, sizeof(struct pp_profile *)),
        .urls = pp_arena_array(&arena, count, sizeof(char *)),
    };
    if (!load.fetched || !load.profiles || !load.urls)
        return pp_fail_memory(err);
    load.symbolize = symbolize_options(arguments);

    *profile = NULL;
    int status = fetch(&load, err);
    if (status == 0)
        status = name_and_merge(&load, profile, err);
    if (status == 0)
        status = finish(&load, *profile, err);
    for (uint32_t i = 0; i < load.profile_count; i++)
        pp_profile_free(load.profiles[i]);
    pp_arena_release(&arena);
    return status;
}
