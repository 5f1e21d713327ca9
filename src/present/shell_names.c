/* shell_names: collected from the tables. */
#include "present/shell_names.h"

#include <assert.h>
#include <stdlib.h>

#include "present/variable.h"

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t pp_shell_names(const char *names[static PP_SHELL_NAMES_MAX])
{
    static const char *const keywords[] = {"exit", "help", "options", "quit"};
    size_t count = 0;
    for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
        names[count++] = keywords[i];
    for (size_t i = 0; pp_reports[i]; i++)
        names[count++] = pp_reports[i]->name;
    for (const struct pp_variable_group *group = pp_variable_groups;
         group->name; group++)
        names[count++] = group->name;
    for (const struct pp_option *option = pp_options_table; option->name;
         option++)
        if (option->is_variable)
            names[count++] = option->name;
    assert(count <= PP_SHELL_NAMES_MAX);
    qsort(names, count, sizeof(*names), compare);
    return count;
}
