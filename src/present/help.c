/* help: the text of -help, made from the tables of reports and options, so
 * that it cannot forget one. */
#include "present/arguments.h"

static const char introduction[] =
    "usage: pprof [report] [options] [binary] source...\n"
    "\n"
    "Reads profiles from files or from running programs, and prints a report.\n"
    "Without a report it is a shell that prints many: help says more there.\n"
    "\n"
    "  pprof -top cpu.pb.gz\n"
    "  pprof -top -seconds 5 localhost:6060\n"
    "  pprof -flamegraph -output cpu.svg ./program cpu.pb.gz\n"
    "  pprof -top -diff_base before.pb.gz after.pb.gz\n"
    "  pprof cpu.pb.gz\n"
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
    [PP_SECTION_SOURCE] = "Sources:",
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
    "  DEBUGINFOD_URLS        servers that are asked for binaries and debug\n"
    "                         information\n"
    "  PPROF_DOT_TIMEOUT      seconds that laying out a graph may take (60)\n"
    "  BROWSER                what -web shows a graph with\n"
    "  XDG_STATE_HOME         where the shell keeps its history (default:\n"
    "                         $HOME/.local/state), in pprof/history\n"
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
                       const char *argument, struct pp_slice explanation)
{
    size_t begun = out->size;
    pp_buffer_format(out, "  -%s%s%s", name, argument ? " " : "",
                     argument ? argument : "");
    size_t column = out->size - begun;
    if (column >= COLUMN) {
        pp_buffer_append_char(out, '\n');
        column = 0;
    }
    while (explanation.size) {
        struct pp_slice line = pp_slice_first_line(explanation);
        pad(out, column);
        pp_buffer_append_slice(out, line);
        pp_buffer_append_char(out, '\n');
        explanation.data += line.size;
        explanation.size -= line.size;
        if (explanation.size) { /* the newline */
            explanation.data++;
            explanation.size--;
        }
        column = 0;
    }
}

static void print_report(struct pp_buffer *out, const struct pp_report *report)
{
    print_flag(out, report->name, report->takes_pattern ? "regexp" : NULL,
               pp_slice_of(report->description));
}

/* All that there is to say of an option, or as much as has room. */
static void print_option(struct pp_buffer *out, const struct pp_option *option)
{
    struct pp_slice help = pp_slice_of(option->help);
    print_flag(out, option->name, option->argument,
               option->is_variable ? pp_slice_first_line(help) : help);
}

static void print_section(struct pp_buffer *out, enum pp_option_section section)
{
    pp_buffer_format(out, "\n%s\n", headings[section]);
    for (const struct pp_option *option = pp_options_table; option->name;
         option++)
        if (option->section == section)
            print_option(out, option);
}

void pp_help_print(struct pp_buffer *out)
{
    pp_buffer_append_text(out, introduction);
    pp_buffer_append_text(out,
                          "\nReports (choose one, or none for the shell):\n");
    for (size_t i = 0; pp_reports[i]; i++)
        print_report(out, pp_reports[i]);
    for (int section = 0; section < PP_SECTION_COUNT; section++)
        print_section(out, (enum pp_option_section)section);
    pp_buffer_append_text(out, conclusion);
}
