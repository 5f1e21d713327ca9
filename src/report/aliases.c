/* Symbols by address, and where what they name ends. A function ends where the
 * longest of its names says it does; what has no size goes up to the next
 * symbol, as `nm -n` shows it. */
#include "report/aliases.h"

static uint64_t end_of(const struct pp_listed_symbol *symbol)
{
    uint64_t rest = UINT64_MAX - symbol->start;
    return symbol->start + (symbol->size < rest ? symbol->size : rest);
}

bool pp_aliases_next(struct pp_aliases *aliases,
                     const struct pp_symbols *symbols)
{
    struct pp_listed_symbol symbol;
    uint32_t at = aliases->first + aliases->count;
    if (!pp_symbols_at(symbols, at, &symbol))
        return false;
    uint64_t start = symbol.start;
    *aliases = (struct pp_aliases){at, 0, start, start};
    bool has_next = true;
    while (has_next && symbol.start == start) {
        aliases->count++;
        if (end_of(&symbol) > aliases->end)
            aliases->end = end_of(&symbol);
        has_next = pp_symbols_at(symbols, ++at, &symbol);
    }
    if (aliases->end == start)
        aliases->end = has_next ? symbol.start : UINT64_MAX;
    return true;
}
