/* help: the text of -help, made from the tables of reports and options, so
 * that it cannot forget one. */
#include "present/arguments.h"

static const char introduction[] =
    "usage: pprof [report] [options] [binary] source...\n"
    "\n"
    "Reads profiles from files or from running programs, and prints a report.\n"
    "\n"
    "  pprof -top cpu.pb.gz\n"
    "  pprof -top -seconds 5 localhost:6060\n"
    "  pprof -flamegraph -output cpu.svg ./program cpu.pb.gz\n"
    "\n"
    "A source is a file, or the URL of a profile. host:port alone means\n"
    "http://host:port/debug/pprof/profile, a CPU profile of 30 seconds.\n"
    "https+insecure:// believes any certificate. Several sources are fetched\n"
    "at the same time and added up. A binary (an ELF file) named before them\n"
    "lends its symbols to the main program of the profile.\n"
    "\n"
    "A profile that came over the network is kept as a file too, and where is\n"
    "said. The first Ctrl-C while fetching stops waiting and keeps what has\n"
    "come; the second ends pprof.\n"
    "\n"
    "Flags are -name or --name, with a value as -name=value or -name value;\n"
    "switches as -name or -name=false. They may stand behind sources too,\n"
    "unless a file has that name. -- ends them.\n";

static const char *const headings[PP_SECTION_COUNT] = {
    [PP_SECTION_SOURCE] = "Sources and output:",
    [PP_SECTION_REPORT] = "What a report shows:",
    [PP_SECTION_GRANULARITY] = "What an entry is (choose one):",
    [PP_SECTION_SORT] = "How entries are sorted (choose one):",
    [PP_SECTION_SAMPLE] = "Older names for sample types:",
};

static const char conclusion[] =
    "\nOther:\n"
    "  -help, -h              print this\n"
    "  -version               print the version\n"
    "\nEnvironment:\n"
    "  PPROF_TMPDIR           where fetched profiles are kept (default:\n"
    "                         $HOME/pprof)\n"
    "  PPROF_BINARY_PATH      where binaries are looked for (default:\n"
    "                         $HOME/pprof/binaries), as $buildid/$name,\n"
    "                         $buildid/*, $path/$buildid, $name, $path, ...\n"
    "  http_proxy, https_proxy, no_proxy\n"
    "\nExit status: 0, or 2 for any error.\n";

enum { COLUMN = 25 }; /* where explanations begin */

static void pad(struct pp_buffer *out, size_t column)
{
    while (column++ < COLUMN)
        pp_buffer_append_char(out, ' ');
}

/* "  -name argument" and an explanation, each line of which is indented. A long
 * name has a line of its own. */
static void print_flag(struct pp_buffer *out, const char *name,
                       const char *argument, const char *explanation)
{
    size_t begun = out->size;
    pp_buffer_format(out, "  -%s%s%s", name, argument ? " " : "",
                     argument ? argument : "");
    size_t column = out->size - begun;
    if (column >= COLUMN) {
        pp_buffer_append_char(out, '\n');
        column = 0;
    }
    for (;;) {
        size_t size = strcspn(explanation, "\n");
        pad(out, column);
        pp_buffer_append(out, explanation, size);
        pp_buffer_append_char(out, '\n');
        if (!explanation[size])
            return;
        explanation += size + 1;
        column = 0;
    }
}

static void print_section(struct pp_buffer *out, enum pp_option_section section)
{
    pp_buffer_format(out, "\n%s\n", headings[section]);
    for (const struct pp_option *option = pp_options_table; option->name;
         option++)
        if (option->section == section)
            print_flag(out, option->name, option->argument, option->help);
}

void pp_help_print(struct pp_buffer *out)
{
    pp_buffer_append_text(out, introduction);
    pp_buffer_append_text(out, "\nReports (choose one; default -top):\n");
    for (size_t i = 0; pp_reports[i]; i++)
        print_flag(out, pp_reports[i]->name, NULL, pp_reports[i]->description);
    for (int section = 0; section < PP_SECTION_COUNT; section++)
        print_section(out, (enum pp_option_section)section);
    pp_buffer_append_text(out, conclusion);
}
