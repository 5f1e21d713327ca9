/* The page of -weblist: a source listing whose lines open to show their
 * machine code (source.html and source_html.go of google/pprof).
 *
 * Invariants: all text that is not ours, names, paths, source, units, goes
 * through the escape functions of weblist_page.h into element content, never
 * into an attribute, a style or the script. The page names the hashes of its
 * own style and script as the only ones that may act. What stands in a <pre>
 * reads as the reference's does. */
#include "report/weblist_page.h"

#include <stdlib.h>

#include "report/format.h"

/* web/weblist.css and .js, as web/meson.build embeds them. */
extern const char pp_web_weblist_css[], pp_web_weblist_css_sha256[];
extern const char pp_web_weblist_js[], pp_web_weblist_js_sha256[];
extern const size_t pp_web_weblist_css_size, pp_web_weblist_js_size;

/* ---- functions ---------------------------------------------------------- */

static void append_total(struct pp_weblist_page *page,
                         const struct pp_weblist_function *function)
{
    pp_weblist_append(page, "  Total:  ");
    pp_weblist_append_value(page, function->flat, PP_WEBLIST_VALUE_WIDTH);
    pp_weblist_append(page, " ");
    pp_weblist_append_value(page, function->cum, PP_WEBLIST_VALUE_WIDTH);
    pp_weblist_append(page, " (flat, cum) ");
    pp_unit_percentage(page->out, function->cum, page->job->total);
    pp_weblist_append(page, "\n");
}

/* The file, and where it was looked for in vain. */
static void append_file(struct pp_weblist_page *page, struct pp_slice path)
{
    pp_weblist_append(page, "<p class=\"filename\">");
    if (path.size == 0) {
        pp_weblist_append(page, "unknown file</p>\n");
        return;
    }
    pp_weblist_append_escaped(page, path);
    pp_weblist_append(page, "</p>\n");
    const struct pp_source_file *file =
        pp_source_files_find(page->files, path, true);
    if (!file->error)
        return;
    pp_weblist_append(page, "<p class=\"error\">");
    pp_weblist_append_escaped(page, pp_slice_of(file->error));
    pp_weblist_append(page, "</p>\n");
}

static int append_function(struct pp_weblist_page *page, uint32_t index,
                           struct pp_error *err)
{
    const struct pp_weblist_function *function = &page->functions->items[index];
    pp_buffer_format(page->out, "<h2 id=\"f%u\">", index);
    pp_weblist_append_escaped(page, function->name);
    pp_weblist_append(page, "</h2>");
    append_file(page, pp_weblist_path(page, function));
    pp_weblist_append(page, "<pre>\n");
    append_total(page, function);
    if (pp_weblist_append_lines(page, function, err) < 0)
        return err->status;
    pp_weblist_append(page, "</pre>\n");
    return PP_OK;
}

/* ---- above -------------------------------------------------------------- */

/* "File: pprof\nType: cpu\n": a line each. */
static void append_legend(struct pp_weblist_page *page)
{
    struct pp_buffer labels = {0};
    pp_report_profile_labels(page->job, &labels);
    struct pp_slice rest = pp_buffer_slice(&labels);
    pp_weblist_append(page, "<div class=\"legend\">");
    while (rest.size) {
        struct pp_slice line = pp_slice_first_line(rest);
        size_t taken = line.size < rest.size ? line.size + 1 : line.size;
        pp_weblist_append_escaped(page, line);
        pp_weblist_append(page, "<br>\n");
        rest.data += taken;
        rest.size -= taken;
    }
    pp_buffer_release(&labels);
    pp_weblist_append(page, "Total: ");
    pp_weblist_append_value(page, page->job->total, 0);
    pp_weblist_append(page, "</div>\n");
    if (page->code->code_count < page->code->range_count)
        pp_buffer_format(page->out,
                         "<p class=\"error\">Machine code is shown of the %u "
                         "stretches that took most, of %u.</p>\n",
                         page->code->code_count, page->code->range_count);
}

static int compare_functions(const void *left, const void *right, void *context)
{
    const struct pp_weblist_function *items = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    if (items[a].cum != items[b].cum)
        return items[a].cum > items[b].cum ? -1 : 1;
    return (a > b) - (a < b);
}

/* Links to the functions, the one that took most first. */
static void append_index(struct pp_weblist_page *page, uint32_t *order,
                         uint32_t count)
{
    struct pp_weblist_function *items = page->functions->items;
    if (count < 2)
        return;
    qsort_r(order, count, sizeof *order, compare_functions, items);
    pp_buffer_format(page->out,
                     "<nav>\n<span class=\"unimportant\">%*s %*s  "
                     "function</span>\n",
                     PP_WEBLIST_VALUE_WIDTH, "flat", PP_WEBLIST_VALUE_WIDTH,
                     "cum");
    for (uint32_t i = 0; i < count; i++) {
        const struct pp_weblist_function *function = &items[order[i]];
        pp_weblist_append_value(page, function->flat, PP_WEBLIST_VALUE_WIDTH);
        pp_weblist_append(page, " ");
        pp_weblist_append_value(page, function->cum, PP_WEBLIST_VALUE_WIDTH);
        pp_buffer_format(page->out, "  <a href=\"#f%u\">", order[i]);
        pp_weblist_append_escaped(page, function->name);
        pp_weblist_append(page, "</a> <span class=\"unimportant\">");
        pp_weblist_append_escaped(
            page, pp_slice_base_name(pp_weblist_path(page, function)));
        pp_weblist_append(page, "</span>\n");
    }
    pp_weblist_append(page, "</nav>\n");
}

static void append_head(const struct pp_weblist_page *page)
{
    const struct pp_profile *profile = page->job->profile;
    pp_buffer_format(
        page->out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
        "<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
        "'none'; style-src 'sha256-%s'; script-src 'sha256-%s'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
        pp_web_weblist_css_sha256, pp_web_weblist_js_sha256);
    if (profile->mappings.count) {
        pp_weblist_append_escaped(
            page, pp_slice_base_name(pp_profile_text(
                      profile, profile->mappings.items[0].filename)));
        pp_weblist_append(page, " ");
    }
    pp_weblist_append_escaped(page, page->job->type);
    pp_weblist_append(page, "</title>\n<style>");
    pp_buffer_append(page->out, pp_web_weblist_css, pp_web_weblist_css_size);
    pp_weblist_append(page, "</style>\n</head>\n<body>\n<script>");
    pp_buffer_append(page->out, pp_web_weblist_js, pp_web_weblist_js_size);
    pp_weblist_append(page, "</script>\n");
}

/* ---- all ---------------------------------------------------------------- */

/* Functions without samples are only the neighbourhood of others. */
static uint32_t choose_functions(const struct pp_weblist_page *page,
                                 uint32_t *chosen)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < page->functions->count; i++)
        if (page->functions->items[i].cum)
            chosen[count++] = i;
    return count;
}

static int append_page(struct pp_weblist_page *page, struct pp_error *err)
{
    uint32_t *chosen = pp_arena_array(page->job->arena, page->functions->count,
                                      sizeof *chosen);
    append_head(page);
    append_legend(page);
    append_index(page, chosen, choose_functions(page, chosen));
    for (uint32_t i = 0; i < page->functions->count; i++)
        if (page->functions->items[i].cum && append_function(page, i, err) < 0)
            return err->status;
    pp_weblist_append(page, "</body>\n</html>\n");
    return page->out->failed ? pp_fail_memory(err) : PP_OK;
}

int pp_weblist_print_page(const struct pp_weblist_code *code,
                          const struct pp_weblist_functions *functions,
                          const struct pp_report_job *job, struct pp_error *err)
{
    const struct pp_options *options = job->options;
    struct pp_weblist_page page = {
        .job = job,
        .code = code,
        .functions = functions,
        .files = pp_source_files_new(job->arena, options->source_path,
                                     options->trim_path, err),
        .out = job->output->out,
    };
    if (!page.files)
        return err->status;
    int status = append_page(&page, err);
    pp_buffer_release(&page.scratch);
    pp_source_files_free(page.files);
    return status;
}
