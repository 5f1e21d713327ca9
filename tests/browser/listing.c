/* Prints the page of -weblist that weblist.js plays with: functions of this
 * very file, inlined into each other, and names that try to be more than
 * text.
 *
 * usage: listing DIRECTORY: where this file is. */
#include "report/report.h"

#include <stdio.h>

struct place {
    const char *function, *file;
    int64_t line;
};

static struct pp_line line_of(struct pp_profile *profile,
                              const struct place *place)
{
    struct pp_slice name = pp_slice_of(place->function);
    return (struct pp_line){
        .function = pp_profile_add_function(profile, name, name,
                                            pp_slice_of(place->file), 0),
        .line = place->line,
    };
}

static void add_sample(struct pp_profile *profile, struct place inner,
                       struct place outer, int64_t value)
{
    const struct pp_line lines[] = {line_of(profile, &inner),
                                    line_of(profile, &outer)};
    uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
    pp_profile_set_lines(profile, location, lines, 2);
    pp_profile_add_sample(profile, &location, 1, &value);
}

static struct pp_profile *new_profile(void)
{
    static const char file[] = "listing.c";
    static const char evil[] = "<script>top.hacked=1</script>";
    static const char evil_file[] = "<img src=x onerror=top.hacked=1>.c";
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "samples", "count");
    add_sample(profile, (struct place){"line_of", file, 20},
               (struct place){"add_sample", file, 30}, 70);
    add_sample(profile, (struct place){"line_of", file, 21},
               (struct place){"add_sample", file, 31}, 20);
    add_sample(profile, (struct place){"<b>", evil_file, 1},
               (struct place){evil, evil_file, 2}, 10);
    return profile;
}

int main(int argc, char **argv)
{
    struct pp_profile *profile = new_profile();
    struct pp_options options = pp_options_default;
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    struct pp_report_output output = {.out = &out};
    options.pattern = "add_sample|script";
    options.source_path = argc > 1 ? argv[1] : ".";
    const struct pp_report *report =
        pp_report_find(pp_slice_literal("weblist"));
    if (pp_report_print(report, profile, &options, &output, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    fwrite(out.data, 1, out.size, stdout);
    pp_buffer_release(&out);
    pp_profile_free(profile);
    return 0;
}
