/* -tags: for each key of a label how much of the profile its values stand for
 * (printTags of google/pprof's internal/report).
 *
 * The layout is that of releases since 2025: a key's line tells its part of the
 * profile, percentages are of the whole profile, and values are labels with two
 * digits. Until then percentages were of the key's sum, and values had one
 * digit. With -mean a value is divided as everywhere; the reference, which does
 * not, prints percentages without end.
 *
 * Labels are added up by number, so that text is made, compared and sorted once
 * for each tag and not for each sample. */
#include "report/format.h"
#include "report/labels.h"
#include "report/tab_table.h"
#include "report/table.h"
#include "report/tag_tallies.h"

#include <stdlib.h>

struct printer {
    const struct pp_report_job *job;
    struct pp_labels labels;
    struct pp_buffer text; /* with tabs, see tab_table.h */
};

/* ---- adding up ---------------------------------------------------------- */

/* Numbers become text, in the key's unit: then some of them are the same. */
static void add_named(struct printer *printer,
                      const struct pp_tag_tallies *from,
                      struct pp_tag_tallies *to)
{
    const struct pp_report_job *job = printer->job;
    for (uint32_t i = 0; i < from->all.count; i++) {
        struct pp_tag_tally tally = from->all.items[i];
        if (tally.text == PP_NONE) {
            char space[64];
            struct pp_buffer name = pp_buffer_in(space);
            pp_unit_label(&name, tally.number, printer->labels.units[tally.key],
                          job->out_unit);
            tally.text = pp_strings_add_copy(&printer->labels.texts, job->arena,
                                             pp_buffer_slice(&name));
            pp_buffer_release(&name);
        }
        tally.number = 0;
        pp_tag_tallies_add(to, job->arena, &tally);
    }
}

/* ---- order -------------------------------------------------------------- */

/* The smallest number of all has no magnitude, and comes last. */
static int64_t size_of(const struct pp_tag_tally *tally)
{
    int64_t value = pp_mean(tally->sum, tally->divisor);
    return value < 0 ? (int64_t) - (uint64_t)value : value;
}

/* By key; then the largest first, by its name where they tie. */
static int compare(const void *left, const void *right, void *labels)
{
    const struct pp_tag_tally *a = left;
    const struct pp_tag_tally *b = right;
    if (a->key != b->key)
        return pp_slice_compare(pp_labels_text(labels, a->key),
                                pp_labels_text(labels, b->key));
    if (size_of(a) != size_of(b))
        return size_of(a) > size_of(b) ? -1 : 1;
    return pp_slice_compare(pp_labels_text(labels, a->text),
                            pp_labels_text(labels, b->text));
}

/* ---- printing ----------------------------------------------------------- */

/* Of nothing there are no percentages. */
static void append_percentage(struct printer *printer, int64_t value)
{
    int64_t total = printer->job->total;
    if (total <= 0)
        return;
    pp_buffer_append_text(&printer->text, " (");
    pp_unit_percentage(&printer->text, value, total);
    pp_buffer_append_char(&printer->text, ')');
}

static void append_total(struct printer *printer,
                         const struct pp_tag_tally *tallies, uint32_t count)
{
    int64_t sum = 0, divisor = 0;
    for (uint32_t i = 0; i < count; i++) {
        pp_value_add(&sum, tallies[i].sum);
        pp_value_add(&divisor, tallies[i].divisor);
    }
    int64_t value = pp_mean(sum, divisor);
    pp_buffer_append_slice(&printer->text,
                           pp_labels_text(&printer->labels, tallies->key));
    pp_buffer_append_text(&printer->text, ":\t Total ");
    pp_report_value(printer->job, &printer->text, value);
    if (printer->job->total > 0) {
        pp_buffer_append_text(&printer->text, " of ");
        pp_report_value(printer->job, &printer->text, printer->job->total);
    }
    append_percentage(printer, value);
    pp_buffer_append_char(&printer->text, '\n');
}

static void append_tag(struct printer *printer,
                       const struct pp_tag_tally *tally)
{
    int64_t value = pp_mean(tally->sum, tally->divisor);
    pp_buffer_append_text(&printer->text, " \t");
    pp_report_value(printer->job, &printer->text, value);
    append_percentage(printer, value);
    pp_buffer_append_text(&printer->text, ":\t ");
    pp_buffer_append_slice(&printer->text,
                           pp_labels_text(&printer->labels, tally->text));
    pp_buffer_append_char(&printer->text, '\n');
}

static void append_keys(struct printer *printer,
                        const struct pp_tag_tallies *tallies)
{
    const struct pp_tag_tally *all = tallies->all.items;
    for (uint32_t start = 0, end; start < tallies->all.count; start = end) {
        for (end = start; end < tallies->all.count; end++)
            if (all[end].key != all[start].key)
                break;
        append_total(printer, all + start, end - start);
        for (uint32_t i = start; i < end; i++)
            append_tag(printer, &all[i]);
        pp_buffer_append_char(&printer->text, '\n');
    }
}

static int print_tags(struct pp_report_job *job, struct pp_error *err)
{
    struct printer printer = {.job = job};
    struct pp_tag_tallies by_number = {0}, by_name = {0};
    struct pp_buffer *out = job->output->out;
    pp_labels_find(&printer.labels, job->arena, job->profile);
    pp_tag_tallies_of_samples(&by_number, job, &printer.labels);
    add_named(&printer, &by_number, &by_name);
    if (by_name.all.count)
        qsort_r(by_name.all.items, by_name.all.count, sizeof *by_name.all.items,
                compare, &printer.labels);
    append_keys(&printer, &by_name);
    pp_tab_table_append(out, pp_buffer_slice(&printer.text), job->arena);
    bool failed = printer.text.failed || out->failed;
    pp_buffer_release(&printer.text);
    return failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_tags = {
    .name = "tags",
    .description = "Outputs all tags in the profile",
    .suffix = "txt",
    .print = print_tags,
};
