/* Prints the flame graph that flamegraph.js plays with: a few stacks with sums
 * that are easy to check, a tower, names that try to be more than text, and
 * many small boxes. */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>

static void add_stack(struct pp_profile *profile, const char *folded,
                      int64_t value)
{
    enum { DEEPEST = 128 };
    uint32_t stack[DEEPEST], depth = 0;
    char *text = strdup(folded), *rest = text, *name;
    while ((name = strsep(&rest, "|"))) {
        struct pp_slice slice = pp_slice_of(name);
        struct pp_line line = {
            .function = pp_profile_add_function(profile, slice, slice,
                                                pp_slice_literal(""), 0)};
        uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
        pp_profile_set_lines(profile, location, &line, 1);
        stack[DEEPEST - ++depth] = location;
    }
    pp_profile_add_sample(profile, stack + DEEPEST - depth, depth, &value);
    free(text);
}

static void add_tower(struct pp_profile *profile)
{
    char tower[2000] = "main";
    for (int i = 0; i < 100; i++)
        strcat(tower, "|descend");
    add_stack(profile, tower, 50000);
}

static void add_crowd(struct pp_profile *profile)
{
    char name[40];
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "crowd|member_%d", i);
        add_stack(profile, name, 100);
    }
}

int main(void)
{
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    struct pp_report_output output = {.out = &out};
    pp_profile_add_sample_type(profile, "samples", "count");
    add_stack(profile, "main|work", 250000);
    add_stack(profile, "main|work|rework|work", 50000);
    add_stack(profile, "main|std::map<int, x>::find(int const&)", 100000);
    add_stack(profile, "main|Tiny", 1);
    add_stack(profile, "</script><script>top.hacked=1</script>", 100000);
    add_stack(profile, "\" onclick=\"top.hacked=1\"|]]>|<b>(&amp;)", 100000);
    add_stack(profile, "evil\xe2\x80\xaelive|\xff\xfe", 49999);
    add_tower(profile);
    add_crowd(profile);
    const struct pp_report *report =
        pp_report_find(pp_slice_literal("flamegraph"));
    if (pp_report_print(report, profile, &pp_options_default, &output, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    fwrite(out.data, 1, out.size, stdout);
    pp_buffer_release(&out);
    pp_profile_free(profile);
    return 0;
}
