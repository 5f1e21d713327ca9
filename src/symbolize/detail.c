/* How much is told of an address at the source: the words for it, which are
 * those of PPROF_SYMBOLIZE and of the URL's symbolize parameter. */
#include "symbolize/symbolize.h"

bool pp_source_detail_parse(struct pp_slice word, enum pp_source_detail *detail)
{
    static const struct {
        struct pp_slice word;
        enum pp_source_detail detail;
    } words[] = {
        {{"0", 1}, PP_SOURCE_ADDRESSES},
        {{"names", 5}, PP_SOURCE_NAMES},
        {{"lines", 5}, PP_SOURCE_LINES},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (pp_slice_equal(word, words[i].word)) {
            *detail = words[i].detail;
            return true;
        }
    return false;
}
