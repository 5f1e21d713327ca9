/* What differs on purpose: the reference's bugs that we do not share, its
 * random orders, and the layouts of newer releases. A row says why, and how
 * the difference is taken out before the two are compared again.
 *
 * Invariant: a row changes as little as the difference needs. A difference
 * beside it must stay. */
#include "known.h"

#include <assert.h>

static void normalize_order(const struct test_case *test_case, struct run *ours,
                            struct run *reference)
{
    void (*sort)(struct pp_buffer *) = text_sort;
    if (is_command(test_case, "dot"))
        sort = dot_sort;
    if (is_command(test_case, "callgrind"))
        sort = callgrind_sort;
    sort(&ours->out);
    sort(&reference->out);
}

/* The second sort of a picture gets its paths in a fixed order: where some are
 * equal in all that is compared, what pdqsort makes of them is fixed, too. */
static void normalize_path_ties(const struct test_case *test_case,
                                struct run *ours, struct run *reference)
{
    if (!is_command(test_case, "dot") || !has_option(test_case, "call_tree"))
        return;
    dot_sort(&ours->out);
    dot_sort(&reference->out);
}

static void normalize_call_tree(const struct test_case *test_case,
                                struct run *ours, struct run *reference)
{
    if (!is_command(test_case, "dot") || !has_option(test_case, "call_tree"))
        return;
    dot_keep_names(&ours->out);
    dot_keep_names(&reference->out);
}

const struct known known[] = {
    {"error prefix", "go tool pprof prints errors without the tool's name",
     false, normalize_error_prefix},
    {"time layout", "newer releases write the date as ISO 8601 does", false,
     normalize_time_layout},
    {"doc_url", "newer releases know it, Go 1.23 drops it", false,
     normalize_doc_url},
    {"tags layout",
     "newer releases tell percentages of the profile, and one more digit",
     false, normalize_tags_layout},
    {"tags divided", "-mean and -divide_by do not reach the reference's -tags",
     false, normalize_tags_divided},
    {"drop_frames warning",
     "the reference says nothing of a wrong expression in a profile", false,
     normalize_drop_frames_warning},
    {"types in errors",
     "the reference prints its pointers where we name the types", false,
     normalize_types_in_errors},
    {"missing sources",
     "the reference does not say where sources were looked for", false,
     normalize_missing_sources},
    {"list directories",
     "the reference does not say that a source is a directory", false,
     normalize_list_directories},
    {"callgrind names",
     "the reference numbers functions of one name where they are called only",
     false, normalize_callgrind_names},
    {"escaped labels", "the reference breaks the graph with a quote in a label",
     false, normalize_dot_escapes},
    {"call trees", "which of equal paths a picture shows is random", true,
     normalize_call_tree},
    {"path ties", "how equal paths of a picture stand is left to the sort",
     false, normalize_path_ties},
    {"order of nodes and edges",
     "what ties is printed in the order of a Go map", true, normalize_order},
};

static_assert(sizeof known / sizeof *known <= KNOWN_MAX, "bits for all rows");

uint32_t known_count(void)
{
    return sizeof known / sizeof *known;
}

/* Does it need these rows, and no more, to make them equal? */
static bool equal_under(uint32_t rows, const struct test_case *test_case,
                        const struct run *ours, const struct run *reference)
{
    struct run a = run_copy(ours), b = run_copy(reference);
    for (uint32_t i = 0; i < known_count(); i++)
        if (rows >> i & 1)
            known[i].normalize(test_case, &a, &b);
    bool equal = !run_difference(&a, &b);
    run_free(&a);
    run_free(&b);
    return equal;
}

uint32_t known_explain(const struct test_case *test_case,
                       const struct run *ours, const struct run *reference,
                       bool contradicted)
{
    uint32_t rows = 0;
    for (uint32_t i = 0; i < known_count(); i++)
        if (contradicted || !known[i].random)
            rows |= UINT32_C(1) << i;
    if (!equal_under(rows, test_case, ours, reference))
        return 0;
    for (uint32_t i = known_count(); i-- > 0;)
        if (equal_under(rows & ~(UINT32_C(1) << i), test_case, ours, reference))
            rows &= ~(UINT32_C(1) << i);
    return rows;
}
