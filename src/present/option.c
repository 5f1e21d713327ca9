/* option: how the options of the table (option_table.c) are found and set.
 *
 * Specification: reference sections 1.1 and 1.2; Go's flag and strconv
 * packages for the forms of values.
 */
#include "present/option.h"

#include <stdio.h>

#include "present/number.h"

void pp_settings_init(struct pp_settings *settings)
{
    *settings = (struct pp_settings){
        .report = pp_options_default,
        .seconds = -1,
        .timeout = -1,
    };
}

const struct pp_option *pp_option_find(struct pp_slice name)
{
    for (const struct pp_option *option = pp_options_table; option->name;
         option++)
        if (pp_slice_equal(pp_slice_of(option->name), name))
            return option;
    return NULL;
}

static size_t place_of(const struct pp_option *option)
{
    return (size_t)(option - pp_options_table);
}

/* ---- values ------------------------------------------------------------- */

bool pp_parse_bool(const char *text, bool *value)
{
    static const char *const words[2][6] = {
        {"0", "f", "F", "false", "FALSE", "False"},
        {"1", "t", "T", "true", "TRUE", "True"},
    };
    for (int truth = 0; truth < 2; truth++)
        for (int i = 0; i < 6; i++)
            if (strcmp(text, words[truth][i]) == 0) {
                *value = truth;
                return true;
            }
    return false;
}

static int bad_value(const struct pp_option *option, const char *value,
                     const struct pp_error *why, struct pp_error *err)
{
    return pp_fail(err, PP_E_USAGE, "invalid value \"%s\" for flag -%s: %s",
                   value, option->name, why->text);
}

static int set_bool(bool *place, const struct pp_option *option,
                    const char *value, struct pp_error *err)
{
    if (pp_parse_bool(value, place))
        return 0;
    return pp_fail(err, PP_E_USAGE,
                   "invalid boolean value \"%s\" for -%s: parse error", value,
                   option->name);
}

static int set_int(int64_t *place, const struct pp_option *option,
                   const char *value, struct pp_error *err)
{
    struct pp_error why = {0};
    if (pp_parse_int(value, place, &why) < 0)
        return bad_value(option, value, &why, err);
    return 0;
}

static int set_float(double *place, const struct pp_option *option,
                     const char *value, struct pp_error *err)
{
    struct pp_error why = {0};
    if (pp_parse_float(value, place, &why) < 0)
        return bad_value(option, value, &why, err);
    return 0;
}

bool pp_option_is_bool(const struct pp_option *option)
{
    return option->argument == NULL;
}

int pp_option_set(struct pp_settings *settings, const struct pp_option *option,
                  const char *value, struct pp_error *err)
{
    void *place = (char *)settings + option->offset;
    switch (option->kind) {
    case PP_OPTION_TEXT:
        *(const char **)place = value;
        return 0;
    case PP_OPTION_BOOL:
        return set_bool(place, option, value, err);
    case PP_OPTION_INT:
        return set_int(place, option, value, err);
    case PP_OPTION_FLOAT:
        return set_float(place, option, value, err);
    default:
        return set_bool(&settings->chosen[place_of(option)], option, value,
                        err);
    }
}

/* ---- one of several ----------------------------------------------------- */

/* The one option of that kind that is chosen, or NULL. */
static int find_chosen(const struct pp_settings *settings,
                       enum pp_option_kind kind,
                       const struct pp_option **chosen, struct pp_error *err)
{
    *chosen = NULL;
    for (const struct pp_option *option = pp_options_table; option->name;
         option++) {
        if (option->kind != kind || !settings->chosen[place_of(option)])
            continue;
        if (*chosen)
            return pp_fail(err, PP_E_USAGE, "conflicting options set: [%s %s]",
                           (*chosen)->name, option->name);
        *chosen = option;
    }
    return 0;
}

void pp_option_choose(struct pp_settings *settings,
                      const struct pp_option *option)
{
    if (option->kind == PP_OPTION_GRANULARITY)
        settings->report.granularity = (enum pp_granularity)option->choice;
    else
        settings->report.sort_cum = option->choice;
}

int pp_settings_conclude(struct pp_settings *settings, struct pp_error *err)
{
    static const enum pp_option_kind kinds[] = {PP_OPTION_SORT,
                                                PP_OPTION_GRANULARITY};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        const struct pp_option *chosen;
        if (find_chosen(settings, kinds[i], &chosen, err) < 0)
            return err->status;
        if (chosen)
            pp_option_choose(settings, chosen);
    }
    return 0;
}

void pp_settings_conclude_sample(struct pp_settings *settings,
                                 void (*warn)(const char *line))
{
    for (const struct pp_option *option = pp_options_table; option->name;
         option++) {
        if (!settings->chosen[place_of(option)] ||
            option->kind != PP_OPTION_SAMPLE)
            continue;
        if (strcmp(option->name, "mean_delay") == 0)
            settings->report.mean = true;
        if (settings->report.sample_index[0]) {
            char line[80];
            snprintf(line, sizeof(line),
                     "Multiple value selections, ignoring -%s", option->name);
            warn(line);
        } else {
            settings->report.sample_index = option->sample;
        }
    }
}
