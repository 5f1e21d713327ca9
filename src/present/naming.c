/* naming: see naming.h.
 *
 * Specification: Symbolize, locateBinaries, collectMappingSources and
 * unsourceMappings of the reference; reference section 3. There one server is
 * asked for the names of a merged profile; here each is asked for those of its
 * own, before, since only then addresses are what the server knows them by.
 */
#include "present/naming.h"

#include <ctype.h>
#include <stdlib.h>

#include "present/terminal.h"
#include "report/report.h"

/* Whether lines are what was asked for. Other reports show them, too, where
 * they are known; and the shell's are not named yet. */
static bool wants_lines(const struct pp_arguments *arguments)
{
    const struct pp_report *report = arguments->report;
    return arguments->settings.report.granularity > PP_GRANULARITY_FUNCTIONS ||
           (report && report->takes_pattern &&
            report->granularity > PP_GRANULARITY_FUNCTIONS);
}

static struct pp_waiting waiting(void)
{
    return (struct pp_waiting){
        .tell = pp_tell,
        .progress = pp_progress_possible() ? pp_progress_line : NULL,
    };
}

void pp_naming_init(struct pp_naming *naming,
                    const struct pp_arguments *arguments,
                    const struct pp_fetch_options *fetch)
{
    const char *mode = arguments->settings.symbolize;
    struct pp_symbolize_options options = {0};
    pp_symbolize_parse(mode ? mode : "", &options, pp_tell);
    options.binary_path = pp_or_null(getenv("PPROF_BINARY_PATH"));
    options.home = pp_or_null(getenv("HOME"));
    options.executable = pp_or_null(arguments->executable);
    options.build_id = pp_or_null(arguments->settings.build_id);
    options.wants_lines = !options.fast && wants_lines(arguments);
    options.debuginfod_urls = pp_or_null(getenv("DEBUGINFOD_URLS"));
    options.waiting = waiting();
    naming->symbolize = options;
    naming->fetch = *fetch;
    naming->fetch.progress = NULL;
}

static void keep_quiet(const char *line)
{
    (void)line;
}

int pp_naming_locate(const struct pp_naming *naming, struct pp_profile *profile,
                     struct pp_error *err)
{
    struct pp_symbolize_options locate = naming->symbolize;
    locate.none = true;
    return pp_symbolize(profile, &locate, NULL, keep_quiet, err);
}

/* ---- a server ----------------------------------------------------------- */

static int ask_server(const struct pp_naming *naming,
                      struct pp_profile *profile, const char *url,
                      struct pp_slice addresses, struct pp_error *err)
{
    struct pp_buffer answer = {0};
    int status = pp_fetch_symbol(url, addresses, &naming->fetch, &answer, err);
    if (status == 0)
        status =
            pp_symbolize_remote_answer(profile, pp_buffer_slice(&answer), err);
    if (status == 0)
        status = pp_symbolize_demangle(profile, &naming->symbolize, err);
    pp_buffer_release(&answer);
    return status;
}

static void name_remotely(const struct pp_naming *naming,
                          struct pp_profile *profile, const char *url)
{
    struct pp_buffer addresses = {0};
    struct pp_error why = {0};
    if (pp_symbolize_remote_request(profile, naming->symbolize.force,
                                    &addresses) &&
        (ask_server(naming, profile, url, pp_buffer_slice(&addresses), &why) <
             0 ||
         pp_symbolize_demangle(profile, &naming->symbolize, &why) < 0))
        pp_tell(why.text);
    pp_buffer_release(&addresses);
}

int pp_naming_name(const struct pp_naming *naming, struct pp_profile *profile,
                   const char *url, struct pp_error *err)
{
    const struct pp_symbolize_options *options = &naming->symbolize;
    int status = pp_symbolize(profile, options, naming->binaries, pp_tell, err);
    if (status == 0 && url[0] && options->remote && !options->none)
        name_remotely(naming, profile, url);
    return status;
}

/* ---- URLs in the place of files ----------------------------------------- */

int pp_naming_note_source(struct pp_profile *profile, const char *url,
                          struct pp_error *err)
{
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        struct pp_mapping *mapping = &profile->mappings.items[i];
        if (mapping->build_id || mapping->filename)
            continue;
        pp_string file = pp_profile_add_string(profile, pp_slice_of(url));
        if (file == PP_NONE)
            return pp_fail_memory(err);
        mapping->filename = file;
    }
    return 0;
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

void pp_naming_forget_sources(struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        struct pp_mapping *mapping = &profile->mappings.items[i];
        if (mapping->build_id == 0 &&
            is_absolute_url(pp_profile_text(profile, mapping->filename)))
            mapping->filename = 0;
    }
}
