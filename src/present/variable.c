/* variable: how the shell sets options and shows them.
 *
 * Specification: configure, (*config).set and stringToBool of the reference's
 * driver. Two of its mistakes are mended (B1): a choice alone (cum) holds from
 * then on, and a group set to nothing (granularity=) is at its default again.
 */
#include "present/variable.h"

#include <strings.h>

#include "present/number.h"

const struct pp_variable_group pp_variable_groups[] = {
    {"granularity", PP_OPTION_GRANULARITY},
    {"sort", PP_OPTION_SORT},
    {NULL},
};

const struct pp_variable_group *pp_variable_group_find(struct pp_slice name)
{
    for (const struct pp_variable_group *group = pp_variable_groups;
         group->name; group++)
        if (pp_slice_equal(pp_slice_of(group->name), name))
            return group;
    return NULL;
}

const struct pp_option *pp_variable_find(struct pp_slice name)
{
    const struct pp_option *option = pp_option_find(name);
    return option && option->is_variable ? option : NULL;
}

bool pp_variable_exists(struct pp_slice name)
{
    return pp_variable_find(name) || pp_variable_group_find(name);
}

bool pp_variable_is_switch(struct pp_slice name)
{
    const struct pp_option *option = pp_variable_find(name);
    return option && pp_option_is_bool(option);
}

/* ---- setting ------------------------------------------------------------ */

/* More words than Go's ParseBool knows; the empty one is true. */
static int set_bool(bool *place, const char *value, struct pp_error *err)
{
    static const char *const words[2][5] = {
        {"false", "f", "no", "n", "0"},
        {"true", "t", "yes", "y", "1"},
    };
    *place = true;
    if (!value[0])
        return PP_OK;
    for (int truth = 0; truth < 2; truth++)
        for (int i = 0; i < 5; i++)
            if (strcasecmp(value, words[truth][i]) == 0) {
                *place = truth;
                return PP_OK;
            }
    return pp_fail(err, PP_E_USAGE, "illegal value \"%s\" for bool variable",
                   value);
}

/* Words around a value in quotes. */
static int fail_quoted(struct pp_error *err, const char *before,
                       const char *value, const char *after)
{
    struct pp_buffer quoted = {.ceiling = sizeof(err->text)};
    pp_buffer_append_quoted(&quoted, pp_slice_of(value));
    int status = pp_fail(err, PP_E_USAGE, "%s" PP_SLICE_FORMAT "%s", before,
                         PP_SLICE_ARGS(pp_buffer_slice(&quoted)), after);
    pp_buffer_release(&quoted);
    return status;
}

static int fail_number(const char *function, const char *value,
                       const struct pp_error *why, struct pp_error *err)
{
    fail_quoted(err, "parsing ", value,
                why->status == PP_E_FORMAT ? ": invalid syntax"
                                           : ": value out of range");
    return pp_error_prefix(err, "strconv.%s: ", function);
}

static int set_int(int64_t *place, const char *value, struct pp_error *err)
{
    struct pp_error why = {0};
    int64_t number;
    if (pp_parse_decimal(value, &number, &why) < 0)
        return fail_number("Atoi", value, &why, err);
    *place = number;
    return PP_OK;
}

static int set_float(double *place, const char *value, struct pp_error *err)
{
    struct pp_error why = {0};
    double number;
    if (pp_parse_float(value, &number, &why) < 0)
        return fail_number("ParseFloat", value, &why, err);
    *place = number;
    return PP_OK;
}

/* cum, cum=1. There is no cum=0: what else would hold? */
static int set_choice(struct pp_settings *settings,
                      const struct pp_option *option, const char *value,
                      struct pp_error *err)
{
    bool chosen = false;
    if (value[0] && (!pp_parse_bool(value, &chosen) || !chosen))
        return fail_quoted(err, "unknown config field ", option->name, "");
    pp_option_choose(settings, option);
    return PP_OK;
}

static int set_option(struct pp_settings *settings,
                      const struct pp_option *option, const char *value,
                      struct pp_error *err)
{
    void *place = (char *)settings + option->offset;
    switch (option->kind) {
    case PP_OPTION_TEXT:
        *(const char **)place = value;
        return PP_OK;
    case PP_OPTION_BOOL:
        return set_bool(place, value, err);
    case PP_OPTION_INT:
        return set_int(place, value, err);
    case PP_OPTION_FLOAT:
        return set_float(place, value, err);
    default:
        return set_choice(settings, option, value, err);
    }
}

static void reset_group(struct pp_settings *settings,
                        const struct pp_variable_group *group)
{
    if (group->kind == PP_OPTION_GRANULARITY)
        settings->report.granularity = pp_options_default.granularity;
    else
        settings->report.sort_cum = pp_options_default.sort_cum;
}

static int set_group(struct pp_settings *settings,
                     const struct pp_variable_group *group, const char *value,
                     struct pp_error *err)
{
    const struct pp_option *option = pp_variable_find(pp_slice_of(value));
    if (value[0] == 0) {
        reset_group(settings, group);
        return PP_OK;
    }
    if (option && option->kind == group->kind) {
        pp_option_choose(settings, option);
        return PP_OK;
    }
    fail_quoted(err, " value ", value, "");
    return pp_error_prefix(err, "invalid \"%s\"", group->name);
}

int pp_variable_set(struct pp_settings *settings, struct pp_arena *arena,
                    struct pp_slice name, struct pp_slice value,
                    struct pp_error *err)
{
    const char *text = pp_slice_copy(arena, value);
    const struct pp_variable_group *group = pp_variable_group_find(name);
    if (group)
        return set_group(settings, group, text, err);
    return set_option(settings, pp_variable_find(name), text, err);
}

/* ---- showing ------------------------------------------------------------ */

void pp_variable_format(struct pp_buffer *out,
                        const struct pp_settings *settings,
                        const struct pp_option *option)
{
    const void *place = (const char *)settings + option->offset;
    const char *text;
    switch (option->kind) {
    case PP_OPTION_TEXT:
        text = *(const char *const *)place;
        pp_buffer_append_text(out, text ? text : "");
        break;
    case PP_OPTION_BOOL:
        pp_buffer_append_text(out, *(const bool *)place ? "true" : "false");
        break;
    case PP_OPTION_INT:
        pp_buffer_format(out, "%lld", (long long)*(const int64_t *)place);
        break;
    default:
        pp_format_float(out, *(const double *)place);
    }
}

const char *pp_variable_group_value(const struct pp_settings *settings,
                                    const struct pp_variable_group *group)
{
    const struct pp_options *report = &settings->report;
    int choice = group->kind == PP_OPTION_SORT ? report->sort_cum
                 : report->granularity         ? (int)report->granularity
                                               : PP_GRANULARITY_FUNCTIONS;
    const struct pp_option *option = pp_options_table;
    while (option->kind != group->kind || option->choice != choice)
        option++;
    return option->name;
}
