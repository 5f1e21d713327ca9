/* The lines of a function on the page of -weblist, each with its machine code
 * and the inlined calls that lead there (generateFile, makeWebListLine and
 * makeWebListInstructions of google/pprof's internal/report).
 *
 * Invariant: a line of the source is printed whole, but once; what is printed
 * for every instruction is short. */
#include "report/weblist_page.h"

#include <inttypes.h>

#include "report/format.h"

enum {
    CODE_WIDTH = 80,
    STEP = 4,                /* columns that a call is indented by */
    INLINED_MAX_BYTES = 400, /* of the source line of an inlined call */
    HEATS = 4,
};

/* ---- source ------------------------------------------------------------- */

/* A line of a file, if it has so many. Good until the next one. */
static bool find_line(const struct pp_weblist_page *page, struct pp_slice path,
                      int64_t line, struct pp_slice *text)
{
    *text = (struct pp_slice){"", 0};
    if (path.size == 0 || line < 1)
        return false;
    const struct pp_source_file *file =
        pp_source_files_find(page->files, path, true);
    if (line > file->line_count)
        return false;
    *text = pp_source_file_line(file, (uint32_t)line);
    return true;
}

/* The line where an inlined call stands, without its indentation, and not
 * longer than is of use: it may be shown for every instruction. */
static struct pp_slice find_call(const struct pp_weblist_page *page,
                                 const struct pp_weblist_frame *frame)
{
    struct pp_slice text;
    find_line(page, page->code->paths.all.items[frame->path], frame->line,
              &text);
    text = pp_utf8_trim(text);
    if (text.size <= INLINED_MAX_BYTES)
        return text;
    text.size = INLINED_MAX_BYTES;
    while (text.size && (text.data[text.size] & 0xc0) == 0x80)
        text.size--;
    return text;
}

/* ---- machine code ------------------------------------------------------- */

static const struct pp_weblist_instruction *instruction_of(
    const struct pp_weblist_page *page, const struct pp_weblist_entry *entry)
{
    return &page->code->instructions.items[entry->instruction];
}

/* Of the inlined calls that lead to an instruction, the outermost first. */
static const struct pp_weblist_frame *call_of(
    const struct pp_weblist_page *page, const struct pp_weblist_entry *entry,
    uint32_t level)
{
    uint32_t start = instruction_of(page, entry)->frames;
    return &page->code->frames.items[start + entry->depth - 1 - level];
}

/* How many of the calls the instruction in front had, too. */
static uint32_t count_common_calls(const struct pp_weblist_page *page,
                                   const struct pp_weblist_entry *entry,
                                   const struct pp_weblist_entry *before)
{
    uint32_t level = 0;
    while (before && level < entry->depth && level < before->depth) {
        const struct pp_weblist_frame *call = call_of(page, entry, level);
        const struct pp_weblist_frame *other = call_of(page, before, level);
        if (call->path != other->path || call->line != other->line)
            break;
        level++;
    }
    return level;
}

static void append_position(const struct pp_weblist_page *page, uint32_t path,
                            int64_t line)
{
    pp_weblist_append(page, "<span class=\"unimportant\">");
    if (path != PP_NONE && page->code->paths.all.items[path].size) {
        pp_weblist_append_escaped(
            page, pp_slice_base_name(page->code->paths.all.items[path]));
        pp_buffer_format(page->out, ":%" PRId64, line);
    }
    pp_weblist_append(page, "</span>\n");
}

static void append_calls(struct pp_weblist_page *page, size_t indent,
                         const struct pp_weblist_entry *entry,
                         const struct pp_weblist_entry *before)
{
    uint32_t level = count_common_calls(page, entry, before);
    for (; level < entry->depth; level++) {
        const struct pp_weblist_frame *call = call_of(page, entry, level);
        pp_buffer_format(page->out, " %8s %*s %*s %8s  ", "",
                         PP_WEBLIST_VALUE_WIDTH, "", PP_WEBLIST_VALUE_WIDTH, "",
                         "");
        pp_weblist_append(page, "<span class=\"inlinesrc\">");
        pp_weblist_append_padded(page, indent + STEP * (1 + (size_t)level),
                                 find_call(page, call), CODE_WIDTH);
        pp_weblist_append(page, "</span> ");
        append_position(page, call->path, call->line);
    }
}

static void append_instruction(struct pp_weblist_page *page, size_t indent,
                               const struct pp_weblist_entry *entry)
{
    const struct pp_weblist_instruction *instruction =
        instruction_of(page, entry);
    if (instruction->text.size == 0)
        return;
    pp_buffer_format(page->out, " %8s ", "");
    pp_weblist_append_value_or_dot(page, instruction->flat);
    pp_weblist_append(page, " ");
    pp_weblist_append_value_or_dot(page, instruction->cum);
    pp_buffer_format(page->out, " %8" PRIx64 ": ", instruction->file_address);
    pp_weblist_append_padded(page, indent + STEP * (1 + (size_t)entry->depth),
                             instruction->text, CODE_WIDTH);
    pp_weblist_append(page, " ");
    append_position(page, instruction->path, instruction->line);
}

static void append_instructions(struct pp_weblist_page *page, size_t indent,
                                const struct pp_weblist_entry *entries,
                                uint32_t count)
{
    const struct pp_weblist_instruction *last = NULL;
    pp_weblist_append(page, "<span class=\"asm\">");
    for (uint32_t i = 0; i < count; i++) {
        const struct pp_weblist_instruction *instruction =
            instruction_of(page, &entries[i]);
        if (last && last->address + last->size != instruction->address)
            pp_buffer_format(page->out, " %8s %27s⋮\n", "", "");
        append_calls(page, indent, &entries[i], i ? &entries[i - 1] : NULL);
        append_instruction(page, indent, &entries[i]);
        last = instruction;
    }
    pp_weblist_append(page, "</span>");
}

/* ---- lines -------------------------------------------------------------- */

/* Is there more to see of a line than its samples? */
static bool unfolds(const struct pp_weblist_page *page,
                    const struct pp_weblist_entry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (entries[i].depth > 0 ||
            instruction_of(page, &entries[i])->text.size)
            return true;
    return false;
}

/* "" for what took nothing to speak of, up to " hot4" for most of a
 * function. */
static void append_heat(const struct pp_weblist_page *page, int64_t value,
                        int64_t all)
{
    double part = all ? (double)value / (double)all : 0;
    int heat = part >= 1 ? HEATS : (int)(part * HEATS + 0.9);
    if (part > 0 && heat > 0)
        pp_buffer_format(page->out, " hot%d", heat);
}

struct sums {
    int64_t flat, cum;
};

static struct sums sum_up(const struct pp_weblist_page *page,
                          const struct pp_weblist_entry *entries,
                          uint32_t count)
{
    uint64_t flat = 0, cum = 0;
    for (uint32_t i = 0; i < count; i++) {
        flat += (uint64_t)instruction_of(page, &entries[i])->flat;
        cum += (uint64_t)instruction_of(page, &entries[i])->cum;
    }
    return (struct sums){(int64_t)flat, (int64_t)cum};
}

static void append_line_start(struct pp_weblist_page *page, int64_t line,
                              const char *class)
{
    pp_buffer_format(page->out,
                     "<span class=\"line\"> %6" PRId64 "</span> "
                     "<span class=\"%s",
                     line, class);
}

static void append_source(struct pp_weblist_page *page, struct sums sums,
                          struct pp_slice text)
{
    pp_weblist_append(page, "  ");
    pp_weblist_append_value_or_dot(page, sums.flat);
    pp_weblist_append(page, " ");
    pp_weblist_append_value_or_dot(page, sums.cum);
    pp_buffer_format(page->out, " %8s  ", "");
    pp_weblist_append_escaped(page, text);
    pp_weblist_append(page, " </span>");
}

/* A line that has entries is there, whatever its file says. */
static void append_line(struct pp_weblist_page *page,
                        const struct pp_weblist_function *function,
                        int64_t line, const struct pp_weblist_entry *entries,
                        uint32_t count)
{
    struct pp_slice text;
    if (!find_line(page, pp_weblist_path(page, function), line, &text)) {
        if (count == 0)
            return;
        text =
            line ? pp_slice_literal("???")
                 : pp_slice_literal("<instructions with unknown line numbers>");
    }
    struct sums sums = sum_up(page, entries, count);
    size_t indent = pp_weblist_indentation(text);
    bool is_live = unfolds(page, entries, count);
    append_line_start(page, line,
                      is_live ? "livesrc"
                      : count ? "deadsrc"
                              : "nop");
    append_heat(page, sums.cum, function->cum);
    pp_weblist_append(page, is_live ? "\" tabindex=\"0\">" : "\">");
    append_source(page, sums, text);
    if (is_live)
        append_instructions(page, indent, entries, count);
    pp_weblist_append(page, "\n");
}

int pp_weblist_append_lines(struct pp_weblist_page *page,
                            const struct pp_weblist_function *function,
                            struct pp_error *err)
{
    const struct pp_weblist_entry *entries =
        &page->code->entries.items[function->first];
    uint32_t at = 0;
    for (int64_t line = function->begin; line < function->end; line++) {
        uint32_t first = at;
        while (at < function->count && entries[at].line == line)
            at++;
        append_line(page, function, line, entries + first, at - first);
        if (pp_report_drain(page->job, err) < 0)
            return err->status;
    }
    return PP_OK;
}
