/* The lines of a file, split into functions (functions of google/pprof's
 * internal/report): lines that are near and of one function are one, with a few
 * lines of the neighbourhood, of which functions side by side have half
 * each. */
#include "report/weblist.h"

enum {
    GAP_MAX = 20, /* lines within a function that have no instructions */
    MARGIN = 5,   /* lines in front of a function, and behind it */
};

/* Those of one line stand together; the first one's function has it. */
static uint32_t count_line(const struct pp_weblist_entry *entries,
                           uint32_t count)
{
    uint32_t same = 1;
    while (same < count && entries[same].source == entries[0].source &&
           entries[same].line == entries[0].line)
        same++;
    return same;
}

static struct pp_weblist_function function_of(
    const struct pp_weblist_code *code, const struct pp_weblist_choice *choice,
    uint32_t first, uint32_t count)
{
    const struct pp_weblist_entry *entries = &code->entries.items[first];
    struct pp_weblist_function function = {
        .name = choice->names.items[entries->name].shown,
        .source = entries->source,
        .begin = entries->line,
        .end = entries->line + 1,
        .first = first,
        .count = count,
    };
    uint64_t flat = 0, cum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct pp_weblist_instruction *instruction =
            &code->instructions.items[entries[i].instruction];
        flat += (uint64_t)instruction->flat;
        cum += (uint64_t)instruction->cum;
    }
    function.flat = (int64_t)flat;
    function.cum = (int64_t)cum;
    return function;
}

static bool goes_on(const struct pp_weblist_function *last,
                    const struct pp_weblist_function *next)
{
    return last->source == next->source && next->begin - last->end < GAP_MAX &&
           pp_slice_equal(last->name, next->name);
}

static void join(struct pp_weblist_function *last,
                 const struct pp_weblist_function *next)
{
    last->end = next->end;
    last->count += next->count;
    pp_value_add(&last->flat, next->flat);
    pp_value_add(&last->cum, next->cum);
}

/* Line 0 stands for unknown ones, and has no neighbourhood. */
static void widen_front(struct pp_weblist_function *function)
{
    if (function->begin > MARGIN)
        function->begin -= MARGIN;
    else if (function->begin > 1)
        function->begin = 1;
}

static void share_gap(struct pp_weblist_function *above,
                      struct pp_weblist_function *below)
{
    int64_t half = (below->begin - above->end) / 2;
    if (half > MARGIN)
        half = MARGIN;
    above->end += half;
    below->begin -= half;
}

static void widen(struct pp_weblist_functions *functions)
{
    for (uint32_t i = 0; i < functions->count; i++) {
        struct pp_weblist_function *function = &functions->items[i];
        if (i > 0 && function[-1].source == function->source)
            share_gap(&function[-1], function);
        else
            widen_front(function);
        if (i + 1 == functions->count || function[1].source != function->source)
            function->end += MARGIN;
    }
}

void pp_weblist_find_functions(struct pp_weblist_functions *functions,
                               struct pp_arena *arena,
                               const struct pp_weblist_code *code,
                               const struct pp_weblist_choice *choice)
{
    uint32_t count = code->entries.count;
    *functions = (struct pp_weblist_functions){0};
    for (uint32_t i = 0; i < count;) {
        uint32_t same = count_line(&code->entries.items[i], count - i);
        struct pp_weblist_function next = function_of(code, choice, i, same);
        struct pp_weblist_function *last =
            functions->count ? &functions->items[functions->count - 1] : NULL;
        i += same;
        if (last && goes_on(last, &next))
            join(last, &next);
        else
            *pp_vector_add(arena, functions) = next;
    }
    widen(functions);
}
