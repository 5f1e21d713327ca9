/* The options that leave samples, frames and labels out (applyFocus of
 * google/pprof's internal/driver).
 *
 * Invariant: all expressions of the first group are compiled before the first
 * filter runs, so a mistake in one leaves the profile whole. An expression
 * meets each string of the profile once, however often that is used. */
#include "report/filter.h"

/* ---- expressions and the strings they match ----------------------------- */

enum expression {
    FOCUS,
    IGNORE,
    HIDE,
    SHOW,
    SHOW_FROM,
    PRUNE_FROM,
    TAGSHOW,
    TAGHIDE,
    EXPRESSION_COUNT,
};

struct filters {
    const struct pp_report_job *job;
    struct pp_regexp *regexps[EXPRESSION_COUNT];
    struct pp_tag_filter *tagfocus, *tagignore;
    uint8_t *named; /* by pp_string: names of functions, files, mappings */
};

/* Where the options have them. */
static const struct {
    const char *name;
    size_t offset; /* in struct pp_options */
} expressions[] = {
    [FOCUS] = {"focus", offsetof(struct pp_options, focus)},
    [IGNORE] = {"ignore", offsetof(struct pp_options, ignore)},
    [HIDE] = {"hide", offsetof(struct pp_options, hide)},
    [SHOW] = {"show", offsetof(struct pp_options, show)},
    [SHOW_FROM] = {"show_from", offsetof(struct pp_options, show_from)},
    [PRUNE_FROM] = {"prune_from", offsetof(struct pp_options, prune_from)},
    [TAGSHOW] = {"tagshow", offsetof(struct pp_options, tagshow)},
    [TAGHIDE] = {"taghide", offsetof(struct pp_options, taghide)},
};

static int compile(struct filters *filters, enum expression which,
                   struct pp_error *err)
{
    const char *const *option =
        (const void *)((const char *)filters->job->options +
                       expressions[which].offset);
    const char *pattern = *option;
    if (!pattern[0])
        return PP_OK;
    filters->regexps[which] = pp_regexp_new(pp_slice_of(pattern), err);
    if (filters->regexps[which])
        return PP_OK;
    return pp_error_prefix(err, "parsing %s regexp: ", expressions[which].name);
}

static int check_searches(const struct filters *filters, struct pp_error *err)
{
    for (int i = 0; i < EXPRESSION_COUNT; i++)
        if (filters->regexps[i] &&
            pp_regexp_check(filters->regexps[i], err) < 0)
            return pp_error_prefix(err, "%s: ", expressions[i].name);
    return PP_OK;
}

static uint8_t *new_set(const struct filters *filters)
{
    return pp_arena_alloc(filters->job->arena,
                          filters->job->profile->strings.count);
}

/* The strings that filters by name look at. */
static uint8_t *find_names(const struct filters *filters)
{
    const struct pp_profile *profile = filters->job->profile;
    uint8_t *named = new_set(filters);
    for (uint32_t i = 0; i < profile->functions.count; i++) {
        named[profile->functions.items[i].name] = 1;
        named[profile->functions.items[i].filename] = 1;
    }
    for (uint32_t i = 0; i < profile->mappings.count; i++)
        named[profile->mappings.items[i].filename] = 1;
    return named;
}

/* Which of the wanted strings the expression matches, simplified first where
 * asked for. NULL when there is no expression. */
static pp_string_set match(const struct filters *filters, enum expression which,
                           const uint8_t *wanted, bool simplify)
{
    const struct pp_profile *profile = filters->job->profile;
    struct pp_regexp *regexp = filters->regexps[which];
    if (!regexp)
        return NULL;
    uint8_t *set = new_set(filters);
    for (pp_string i = 0; i < profile->strings.count; i++) {
        if (!wanted[i])
            continue;
        struct pp_slice text = pp_profile_text(profile, i);
        set[i] = pp_regexp_matches(regexp, simplify ? pp_simplify_function(text)
                                                    : text);
    }
    return set;
}

static pp_string_set match_names(const struct filters *filters,
                                 enum expression which)
{
    return match(filters, which, filters->named, false);
}

/* ---- filters ------------------------------------------------------------ */

static void warn_unmatched(const struct filters *filters, const void *filter,
                           bool matched, const char *name)
{
    if (filter && !matched)
        pp_report_warn(filters->job->output, "%s expression matched no samples",
                       name);
}

static int filter_names(struct filters *filters, struct pp_error *err)
{
    struct pp_name_matches matches;
    struct pp_name_filter filter = {
        .focus = match_names(filters, FOCUS),
        .ignore = match_names(filters, IGNORE),
        .hide = match_names(filters, HIDE),
        .show = match_names(filters, SHOW),
    };
    if (pp_profile_filter_names(filters->job->profile, &filter, &matches) < 0)
        return pp_fail_memory(err);
    warn_unmatched(filters, filter.focus, matches.focus, "Focus");
    warn_unmatched(filters, filter.ignore, matches.ignore, "Ignore");
    warn_unmatched(filters, filter.hide, matches.hide, "Hide");
    warn_unmatched(filters, filter.show, matches.show, "Show");
    return PP_OK;
}

static int show_from(struct filters *filters, struct pp_error *err)
{
    bool matched;
    pp_string_set set = match_names(filters, SHOW_FROM);
    if (!set)
        return PP_OK;
    if (pp_profile_show_from(filters->job->profile, set, &matched) < 0)
        return pp_fail_memory(err);
    warn_unmatched(filters, set, matched, "ShowFrom");
    return PP_OK;
}

/* Let what a filter says of each sample into keep; tell if it says nothing. */
static int judge_samples(struct filters *filters, struct pp_tag_filter *filter,
                         bool wanted, const char *name, uint8_t *keep,
                         struct pp_error *err)
{
    bool matched = false;
    uint32_t count = filters->job->profile->samples.count;
    if (!filter)
        return PP_OK;
    uint8_t *matches = pp_arena_alloc(filters->job->arena, count);
    if (pp_tag_filter_apply(filter, matches, err) < 0)
        return err->status;
    for (uint32_t i = 0; i < count; i++) {
        matched |= matches[i];
        keep[i] &= matches[i] == wanted;
    }
    warn_unmatched(filters, filter, matched, name);
    return PP_OK;
}

static int filter_by_tags(struct filters *filters, struct pp_error *err)
{
    uint32_t count = filters->job->profile->samples.count;
    if (!filters->tagfocus && !filters->tagignore)
        return PP_OK;
    uint8_t *keep = pp_arena_alloc(filters->job->arena, count);
    memset(keep, 1, count);
    if (judge_samples(filters, filters->tagfocus, true, "TagFocus", keep, err) <
            0 ||
        judge_samples(filters, filters->tagignore, false, "TagIgnore", keep,
                      err) < 0)
        return err->status;
    pp_profile_keep_samples(filters->job->profile, keep);
    return PP_OK;
}

static const uint8_t *find_label_keys(const struct filters *filters)
{
    const struct pp_profile *profile = filters->job->profile;
    uint8_t *keys = new_set(filters);
    for (uint32_t i = 0; i < profile->labels.count; i++)
        keys[profile->labels.items[i].key] = 1;
    return keys;
}

static int filter_labels(struct filters *filters, struct pp_error *err)
{
    const struct pp_options *options = filters->job->options;
    bool show_matched, hide_matched;
    if (!options->tagshow[0] && !options->taghide[0])
        return PP_OK;
    if (compile(filters, TAGSHOW, err) < 0 ||
        compile(filters, TAGHIDE, err) < 0)
        return err->status;
    const uint8_t *keys = find_label_keys(filters);
    pp_string_set show = match(filters, TAGSHOW, keys, false);
    pp_string_set hide = match(filters, TAGHIDE, keys, false);
    pp_profile_filter_labels(filters->job->profile, show, hide, &show_matched,
                             &hide_matched);
    warn_unmatched(filters, show, show_matched, "TagShow");
    warn_unmatched(filters, hide, hide_matched, "TagHide");
    return PP_OK;
}

static int prune_from(struct filters *filters, struct pp_error *err)
{
    pp_string_set set = match(filters, PRUNE_FROM, filters->named, true);
    if (set && pp_profile_prune_from(filters->job->profile, set) < 0)
        return pp_fail_memory(err);
    return PP_OK;
}

/* ---- the whole ---------------------------------------------------------- */

/* The order in which they are tried decides which of several mistakes is
 * told. */
static int compile_all(struct filters *filters, struct pp_error *err)
{
    const struct pp_report_job *job = filters->job;
    for (enum expression which = FOCUS; which <= SHOW_FROM; which++)
        if (compile(filters, which, err) < 0)
            return err->status;
    if (pp_tag_filter_new(job, "tagfocus", job->options->tagfocus,
                          &filters->tagfocus, err) < 0 ||
        pp_tag_filter_new(job, "tagignore", job->options->tagignore,
                          &filters->tagignore, err) < 0)
        return err->status;
    return compile(filters, PRUNE_FROM, err);
}

static int apply_all(struct filters *filters, struct pp_error *err)
{
    int status = filter_names(filters, err);
    if (!status)
        status = show_from(filters, err);
    if (!status)
        status = filter_by_tags(filters, err);
    if (!status)
        status = filter_labels(filters, err);
    if (!status)
        status = prune_from(filters, err);
    return status ? status : check_searches(filters, err);
}

int pp_report_filter(const struct pp_report_job *job, struct pp_error *err)
{
    struct filters filters = {.job = job};
    int status = compile_all(&filters, err);
    if (!status) {
        filters.named = find_names(&filters);
        status = apply_all(&filters, err);
    }
    for (int i = 0; i < EXPRESSION_COUNT; i++)
        pp_regexp_free(filters.regexps[i]);
    pp_tag_filter_free(filters.tagfocus);
    pp_tag_filter_free(filters.tagignore);
    return status;
}
