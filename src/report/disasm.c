/* -disasm: the instructions of the functions that an expression matches, or of
 * the one at an address, with what each took in front of it (PrintAssembly and
 * annotateAssembly of google/pprof's internal/report).
 *
 * Addresses are the file's. What lies in the middle of an instruction counts
 * for that one. Invariant: the samples of a function, which are sorted, and its
 * instructions are walked once, side by side, and printed at once: a function
 * may have many megabytes. */
#include "report/format.h"
#include "report/machine_code.h"
#include "report/routines.h"
#include "report/table.h"

#include <inttypes.h>

enum { VALUE_WIDTH = 10, ADDRESS_WIDTH = 10, TEXT_WIDTH = 40 };

/* Where an instruction comes from; as much as is known. */
struct position {
    struct pp_slice function, file;
    int64_t line;
};

struct sums {
    int64_t flat, flat_divisor, cum, cum_divisor;
};

struct printer {
    const struct pp_report_job *job;
    struct pp_buffer *out;
    const struct pp_binary *binary;
    struct pp_assembly *assembly;
    struct pp_buffer function; /* the name of the position at hand */
    struct pp_buffer last_function, last_file; /* those told last */
    int64_t last_line;
    bool is_code_missed; /* in the binary */
};

/* ---- samples ------------------------------------------------------------ */

static void add_sample(struct sums *sums, const struct pp_node *node)
{
    pp_value_add(&sums->flat, node->flat);
    pp_value_add(&sums->flat_divisor, node->flat_divisor);
    pp_value_add(&sums->cum, node->cum);
    pp_value_add(&sums->cum_divisor, node->cum_divisor);
}

/* What the binary does not tell of a position the profile may know. */
static void complete_position(struct position *position,
                              const struct pp_node *node)
{
    if (position->function.size == 0)
        position->function = node->name;
    if (position->file.size == 0)
        position->file = pp_slice_base_name(node->file);
    if (position->line == 0)
        position->line = node->line;
}

/* Take the samples below an address off the routine. */
static struct sums take_samples(struct pp_routine *routine, uint64_t end,
                                struct position *position)
{
    struct sums sums = {0};
    while (routine->sample_count && routine->samples->address < end) {
        add_sample(&sums, routine->samples->node);
        complete_position(position, routine->samples->node);
        routine->samples++;
        routine->sample_count--;
    }
    return sums;
}

/* ---- positions ---------------------------------------------------------- */

static struct position find_position(struct printer *printer, uint64_t address)
{
    struct pp_frame frame;
    struct position position = {0};
    if (!printer->binary->lines ||
        !pp_lines_find(printer->binary->lines, address, &frame, 1))
        return position;
    pp_buffer_clear(&printer->function);
    if (!pp_demangle(frame.function, PP_DEMANGLE_FULL, &printer->function))
        pp_buffer_append_slice(&printer->function, frame.function);
    position.function = pp_buffer_slice(&printer->function);
    position.file = pp_slice_base_name(frame.file);
    position.line = frame.line;
    return position;
}

static void keep(struct pp_buffer *buffer, struct pp_slice text)
{
    pp_buffer_clear(buffer);
    pp_buffer_append_slice(buffer, text);
}

/* false when the last instruction was at the same one. */
static bool is_new_position(struct printer *printer,
                            const struct position *position)
{
    if (position->line == printer->last_line &&
        pp_slice_equal(position->function,
                       pp_buffer_slice(&printer->last_function)) &&
        pp_slice_equal(position->file, pp_buffer_slice(&printer->last_file)))
        return false;
    keep(&printer->last_function, position->function);
    keep(&printer->last_file, position->file);
    printer->last_line = position->line;
    return position->function.size || position->file.size;
}

static void append_position(struct pp_buffer *out,
                            const struct position *position)
{
    pp_buffer_append_char(out, ';');
    if (position->function.size) {
        pp_buffer_append_slice(out, position->function);
        pp_buffer_append_char(out, ' ');
    }
    if (position->file.size) {
        pp_buffer_append_slice(out, position->file);
        if (position->line)
            pp_buffer_format(out, ":%" PRId64, position->line);
    }
    pp_buffer_append_char(out, '\n');
}

/* ---- instructions ------------------------------------------------------- */

static void append_instruction(const struct printer *printer,
                               const struct pp_instruction *instruction,
                               const struct sums *sums)
{
    struct pp_buffer *out = printer->out;
    pp_report_value_or_dot(printer->job, out,
                           pp_mean(sums->flat, sums->flat_divisor),
                           VALUE_WIDTH);
    pp_buffer_append_char(out, ' ');
    pp_report_value_or_dot(printer->job, out,
                           pp_mean(sums->cum, sums->cum_divisor), VALUE_WIDTH);
    pp_buffer_format(out, " %*" PRIx64 ": ", ADDRESS_WIDTH,
                     instruction->address);
    pp_buffer_append_slice(out, instruction->text);
}

/* A new position stands behind a short instruction, or on a line of its own in
 * front of a long one. */
static void print_instruction(struct printer *printer,
                              const struct pp_instruction *instruction,
                              const struct sums *sums,
                              const struct position *position)
{
    struct pp_buffer *out = printer->out;
    bool is_new = is_new_position(printer, position);
    bool is_long = instruction->text.size >= TEXT_WIDTH;
    if (is_new && is_long) {
        pp_buffer_format(out, "%*s",
                         2 * VALUE_WIDTH + ADDRESS_WIDTH + 4 + TEXT_WIDTH, "");
        append_position(out, position);
    }
    append_instruction(printer, instruction, sums);
    if (is_new && !is_long) {
        pp_buffer_format(out, "%*s", (int)(TEXT_WIDTH - instruction->text.size),
                         "");
        append_position(out, position);
        return;
    }
    pp_buffer_append_char(out, '\n');
}

/* A file of debug information, say. Told once of each. */
static void tell_no_code(struct printer *printer,
                         const struct pp_routine *routine)
{
    if (!printer->is_code_missed)
        pp_report_warn(printer->job->output,
                       PP_SLICE_FORMAT ": no code at address %" PRIx64
                                       " of the file",
                       PP_SLICE_ARGS(routine->path), routine->start);
    printer->is_code_missed = true;
}

static int print_code(struct printer *printer, struct pp_routine rest,
                      struct pp_error *err)
{
    struct pp_slice code;
    struct pp_instruction instruction;
    uint64_t address = rest.start;
    if (!pp_report_code(printer->binary, rest.start, rest.end, &code)) {
        tell_no_code(printer, &rest);
        return PP_OK;
    }
    while (pp_assembly_next(printer->assembly, &code, &address, &instruction)) {
        struct position position = find_position(printer, instruction.address);
        struct sums sums =
            take_samples(&rest, code.size ? address : rest.end, &position);
        print_instruction(printer, &instruction, &sums, &position);
        if (pp_report_drain(printer->job, err) < 0)
            return err->status;
    }
    return PP_OK;
}

/* ---- functions ---------------------------------------------------------- */

static void print_header(const struct printer *printer,
                         const struct pp_routine *routine)
{
    struct pp_buffer *out = printer->out;
    struct sums sums = {0};
    for (uint32_t i = 0; i < routine->sample_count; i++)
        add_sample(&sums, routine->samples[i].node);
    for (uint32_t i = 0; i < routine->name_count; i++) {
        pp_buffer_append_text(out, i ? "    AKA ======================== "
                                     : "ROUTINE ======================== ");
        pp_buffer_append_slice(out, routine->names[i]);
        pp_buffer_append_char(out, '\n');
    }
    pp_report_flat_cum(printer->job, out, sums.flat, sums.cum);
}

static int open_binary(struct printer *printer,
                       const struct pp_routine *routine, struct pp_error *err)
{
    const struct pp_options *options = printer->job->options;
    pp_assembly_free(printer->assembly);
    printer->assembly = NULL;
    printer->is_code_missed = false;
    if (pp_binaries_find(options->binaries, routine->path, routine->build_id,
                         true, &printer->binary, err) < 0)
        return err->status;
    if (pp_report_assembly_open(printer->binary, options->intel_syntax,
                                &printer->assembly, err) < 0)
        return pp_error_prefix(err, PP_SLICE_FORMAT ": ",
                               PP_SLICE_ARGS(routine->path));
    return PP_OK;
}

/* The position in front of a function is unknown. */
static int print_routine(struct printer *printer,
                         const struct pp_routine *routine, struct pp_error *err)
{
    pp_buffer_clear(&printer->last_function);
    pp_buffer_clear(&printer->last_file);
    printer->last_line = 0;
    print_header(printer, routine);
    return print_code(printer, *routine, err);
}

static int print_routines(struct printer *printer,
                          const struct pp_routines *routines,
                          struct pp_error *err)
{
    for (uint32_t i = 0; i < routines->all.count; i++) {
        const struct pp_routine *routine = &routines->all.items[i];
        bool is_open = i > 0 && routine[-1].file == routine->file;
        if (!is_open && open_binary(printer, routine, err) < 0)
            return err->status;
        if (print_routine(printer, routine, err) < 0)
            return err->status;
    }
    return PP_OK;
}

/* ---- the report --------------------------------------------------------- */

static int tell_nothing(const struct pp_report_job *job,
                        const struct pp_routines *routines,
                        struct pp_error *err)
{
    uint64_t address;
    if (!pp_report_pattern_address(job, &address))
        return pp_fail(err, PP_E_USAGE, "no matches found for regexp %s",
                       job->options->pattern);
    if (!routines->has_address)
        return pp_fail(err, PP_E_USAGE,
                       "no matches found for address 0x%" PRIx64, address);
    return pp_fail(err, PP_E_USAGE,
                   "address 0x%" PRIx64 " found in binary, but the "
                   "corresponding symbols do not have samples in the profile",
                   address);
}

static int print_disasm(struct pp_report_job *job, struct pp_error *err)
{
    struct pp_routines routines;
    struct printer printer = {.job = job, .out = job->output->out};
    pp_buffer_append_text(printer.out, "Total: ");
    pp_report_value(job, printer.out, job->total);
    pp_buffer_append_char(printer.out, '\n');
    int status = pp_routines_find(&routines, job, err);
    if (status == PP_OK && routines.all.count == 0)
        status = tell_nothing(job, &routines, err);
    if (status == PP_OK)
        status = print_routines(&printer, &routines, err);
    pp_assembly_free(printer.assembly);
    pp_buffer_release(&printer.function);
    pp_buffer_release(&printer.last_function);
    pp_buffer_release(&printer.last_file);
    if (status == PP_OK && printer.out->failed)
        return pp_fail_memory(err);
    return status;
}

const struct pp_report pp_report_disasm = {
    .name = "disasm",
    .description = "Output assembly listings annotated with samples",
    .suffix = "txt",
    .untrimmed = true,
    .granularity = PP_GRANULARITY_ADDRESSES,
    .inlines = PP_INLINES_NEVER,
    .takes_pattern = true,
    .print = print_disasm,
};
