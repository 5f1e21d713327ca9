/* -raw: the profile as text, for the eye and for comparing (Profile.String of
 * google/pprof's profile package; its quirks are kept, such as a duration cut
 * off after four characters). */
#include "report/format.h"
#include "report/table.h"

#include <inttypes.h>
#include <stdlib.h>

struct printer {
    const struct pp_profile *profile;
    struct pp_buffer *out;
    struct pp_arena *arena;
    /* Of one sample, used again for the next. */
    struct {
        struct pp_label *items;
        uint32_t count, capacity;
    } labels;
    struct {
        struct pp_slice *items;
        uint32_t count, capacity;
    } texts;
    struct pp_buffer text;
};

static void append_string(struct printer *printer, struct pp_buffer *out,
                          pp_string string)
{
    pp_buffer_append_slice(out, pp_profile_text(printer->profile, string));
}

/* ---- header ------------------------------------------------------------- */

/* Cut what was appended since `from` off after so many characters. */
static void truncate_characters(struct pp_buffer *out, size_t from,
                                uint32_t count)
{
    size_t at = from;
    for (; at < out->size && count > 0; count--) {
        struct pp_slice rest = {out->data + at, out->size - at};
        at += pp_utf8_first(rest).size;
    }
    out->size = at;
}

static void print_times(struct printer *printer)
{
    struct pp_buffer *out = printer->out;
    const struct pp_profile *profile = printer->profile;
    if (profile->time_nanos) {
        pp_buffer_append_text(out, "Time: ");
        pp_report_go_time(out, profile->time_nanos);
        pp_buffer_append_char(out, '\n');
    }
    if (profile->duration_nanos) {
        pp_buffer_append_text(out, "Duration: ");
        size_t from = out->size;
        pp_report_go_duration(out, profile->duration_nanos);
        truncate_characters(out, from, 4);
        pp_buffer_append_char(out, '\n');
    }
}

/* "samples/count cpu/nanoseconds[dflt]" */
static void print_types(struct printer *printer)
{
    const struct pp_profile *profile = printer->profile;
    struct pp_slice dflt =
        pp_profile_text(profile, profile->default_sample_type);
    struct pp_buffer line = {0};
    for (uint32_t i = 0; i < profile->sample_types.count; i++) {
        const struct pp_value_type *type = &profile->sample_types.items[i];
        append_string(printer, &line, type->type);
        pp_buffer_append_char(&line, '/');
        append_string(printer, &line, type->unit);
        if (pp_slice_equal(pp_profile_text(profile, type->type), dflt))
            pp_buffer_append_text(&line, "[dflt]");
        pp_buffer_append_char(&line, ' ');
    }
    pp_buffer_append_slice(printer->out, pp_utf8_trim(pp_buffer_slice(&line)));
    pp_buffer_append_char(printer->out, '\n');
    pp_buffer_release(&line);
}

static void print_header(struct printer *printer)
{
    struct pp_buffer *out = printer->out;
    const struct pp_profile *profile = printer->profile;
    for (uint32_t i = 0; i < profile->comments.count; i++) {
        pp_buffer_append_text(out, "Comment: ");
        append_string(printer, out, profile->comments.items[i]);
        pp_buffer_append_char(out, '\n');
    }
    pp_buffer_append_text(out, "PeriodType: ");
    append_string(printer, out, profile->period_type.type);
    pp_buffer_append_char(out, ' ');
    append_string(printer, out, profile->period_type.unit);
    pp_buffer_format(out, "\nPeriod: %" PRId64 "\n", profile->period);
    print_times(printer);
    pp_buffer_append_text(out, "Samples:\n");
    print_types(printer);
}

/* ---- labels ------------------------------------------------------------- */

static bool same_key(const struct printer *printer, const struct pp_label *a,
                     const struct pp_label *b)
{
    return a->key == b->key ||
           pp_slice_equal(pp_profile_text(printer->profile, a->key),
                          pp_profile_text(printer->profile, b->key));
}

/* The sample's string labels, or its numbers. */
static void collect_labels(struct printer *printer,
                           const struct pp_sample *sample, bool numbers)
{
    printer->labels.count = 0;
    for (uint32_t i = 0; i < sample->label_count; i++) {
        const struct pp_label *label =
            &printer->profile->labels.items[sample->label_start + i];
        if ((label->string == 0) == numbers)
            *pp_vector_add(printer->arena, &printer->labels) = *label;
    }
}

/* Units are printed for all numbers of a key or for none. */
static bool has_units(const struct printer *printer,
                      const struct pp_label *first)
{
    for (uint32_t i = 0; i < printer->labels.count; i++)
        if (printer->labels.items[i].number_unit &&
            same_key(printer, first, &printer->labels.items[i]))
            return true;
    return false;
}

static void append_label_value(struct printer *printer,
                               const struct pp_label *label, bool with_unit)
{
    struct pp_buffer *text = &printer->text;
    if (label->string) {
        append_string(printer, text, label->string);
        return;
    }
    pp_buffer_format(text, "%" PRId64, label->number);
    if (with_unit) {
        pp_buffer_append_char(text, ' ');
        append_string(printer, text, label->number_unit);
    }
}

/* "key:[v1 v2]" of the first label and all that have its key, which are
 * taken out. */
static void take_first_key(struct printer *printer)
{
    struct pp_buffer *text = &printer->text;
    struct pp_label first = printer->labels.items[0];
    bool with_unit = first.string == 0 && has_units(printer, &first);
    uint32_t kept = 0;
    pp_buffer_clear(text);
    append_string(printer, text, first.key);
    pp_buffer_append_text(text, ":[");
    for (uint32_t i = 0; i < printer->labels.count; i++) {
        struct pp_label *label = &printer->labels.items[i];
        if (!same_key(printer, &first, label)) {
            printer->labels.items[kept++] = *label;
            continue;
        }
        if (i > 0)
            pp_buffer_append_char(text, ' ');
        append_label_value(printer, label, with_unit);
    }
    printer->labels.count = kept;
    pp_buffer_append_char(text, ']');
    *pp_vector_add(printer->arena, &printer->texts) = (struct pp_slice){
        pp_slice_copy(printer->arena, pp_buffer_slice(text)), text->size};
}

static int compare_slices(const void *a, const void *b)
{
    return pp_slice_compare(*(const struct pp_slice *)a,
                            *(const struct pp_slice *)b);
}

static void print_labels(struct printer *printer,
                         const struct pp_sample *sample, bool numbers)
{
    collect_labels(printer, sample, numbers);
    if (printer->labels.count == 0)
        return;
    printer->texts.count = 0;
    while (printer->labels.count)
        take_first_key(printer);
    qsort(printer->texts.items, printer->texts.count,
          sizeof *printer->texts.items, compare_slices);
    pp_buffer_append_text(printer->out, "               ");
    for (uint32_t i = 0; i < printer->texts.count; i++) {
        pp_buffer_append_char(printer->out, ' ');
        pp_buffer_append_slice(printer->out, printer->texts.items[i]);
    }
    pp_buffer_append_char(printer->out, '\n');
}

/* ---- samples, locations, mappings --------------------------------------- */

static void print_sample(struct printer *printer, uint32_t index)
{
    const struct pp_profile *profile = printer->profile;
    const struct pp_sample *sample = &profile->samples.items[index];
    const int64_t *values = pp_sample_values(profile, index);
    const uint32_t *stack = pp_sample_stack(profile, sample);
    for (uint32_t i = 0; i < profile->sample_types.count; i++)
        pp_buffer_format(printer->out, " %10" PRId64, values[i]);
    pp_buffer_append_text(printer->out, ": ");
    for (uint32_t i = 0; i < sample->stack_depth; i++)
        pp_buffer_format(printer->out, "%" PRIu64 " ",
                         profile->locations.items[stack[i]].id);
    pp_buffer_append_char(printer->out, '\n');
    print_labels(printer, sample, false);
    print_labels(printer, sample, true);
}

static void print_line(struct printer *printer, const struct pp_line *line)
{
    struct pp_buffer *out = printer->out;
    const struct pp_profile *profile = printer->profile;
    if (line->function == PP_NONE) {
        pp_buffer_append_text(out, "??\n");
        return;
    }
    const struct pp_function *function =
        &profile->functions.items[line->function];
    append_string(printer, out, function->name);
    pp_buffer_append_char(out, ' ');
    append_string(printer, out, function->filename);
    pp_buffer_format(out, ":%" PRId64 ":%" PRId64 " s=%" PRId64, line->line,
                     line->column, function->start_line);
    if (!pp_slice_equal(pp_profile_text(profile, function->name),
                        pp_profile_text(profile, function->system_name))) {
        pp_buffer_append_char(out, '(');
        append_string(printer, out, function->system_name);
        pp_buffer_append_char(out, ')');
    }
    pp_buffer_append_char(out, '\n');
}

static void print_location(struct printer *printer,
                           const struct pp_location *location)
{
    struct pp_buffer *out = printer->out;
    const struct pp_profile *profile = printer->profile;
    pp_buffer_format(out, "%6" PRIu64 ": 0x%" PRIx64 " ", location->id,
                     location->address);
    if (location->mapping != PP_NONE)
        pp_buffer_format(out, "M=%" PRIu64 " ",
                         profile->mappings.items[location->mapping].id);
    if (location->is_folded)
        pp_buffer_append_text(out, "[F] ");
    if (location->line_count == 0)
        pp_buffer_append_char(out, '\n');
    for (uint32_t i = 0; i < location->line_count; i++) {
        if (i > 0)
            pp_buffer_append_text(out, "             ");
        print_line(printer, &profile->lines.items[location->line_start + i]);
    }
}

static void print_mapping(struct printer *printer,
                          const struct pp_mapping *mapping)
{
    struct pp_buffer *out = printer->out;
    pp_buffer_format(
        out, "%" PRIu64 ": 0x%" PRIx64 "/0x%" PRIx64 "/0x%" PRIx64 " ",
        mapping->id, mapping->start, mapping->limit, mapping->offset);
    append_string(printer, out, mapping->filename);
    pp_buffer_append_char(out, ' ');
    append_string(printer, out, mapping->build_id);
    pp_buffer_format(out, " %s%s%s%s\n", mapping->has_functions ? "[FN]" : "",
                     mapping->has_filenames ? "[FL]" : "",
                     mapping->has_line_numbers ? "[LN]" : "",
                     mapping->has_inline_frames ? "[IN]" : "");
}

static int print_raw(struct pp_report_job *job, struct pp_error *err)
{
    const struct pp_profile *profile = job->profile;
    struct printer printer = {
        .profile = profile,
        .out = job->output->out,
        .arena = job->arena,
    };
    print_header(&printer);
    for (uint32_t i = 0; i < profile->samples.count; i++)
        print_sample(&printer, i);
    pp_buffer_append_text(printer.out, "Locations\n");
    for (uint32_t i = 0; i < profile->locations.count; i++)
        print_location(&printer, &profile->locations.items[i]);
    pp_buffer_append_text(printer.out, "Mappings\n");
    for (uint32_t i = 0; i < profile->mappings.count; i++)
        print_mapping(&printer, &profile->mappings.items[i]);
    pp_buffer_release(&printer.text);
    return printer.out->failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_raw = {
    .name = "raw",
    .description = "Outputs a text representation of the raw profile",
    .suffix = "txt",
    .untrimmed = true,
    .granularity = PP_GRANULARITY_ADDRESSES,
    .print = print_raw,
};
