/* Edges: who called whom, among the nodes that are shown. Further walks over
 * the samples, taken only for reports that show edges or inlining.
 *
 *   stacks --(count)--> how many calls each node makes
 *   stacks --(sort)---> the calls, those of a caller side by side
 *   calls  --(sum)----> edges, those of a caller side by side
 *
 * Invariant: the calls of a caller stay in the order of the samples and, within
 * a sample, from the root to the leaf. So a call that recurs on a stack is told
 * by the last sample that counted for its edge: an edge counts once a sample,
 * as it is at its first place from the root. An edge to itself is none.
 *
 * A large profile may have millions of edges, each on a stack or two. To look
 * them up in one table is to miss the cache every time; the calls of one node
 * fit into it, and what was written once side by side is read so.
 *
 * Stacks are long and what happens at a frame is hard to foresee, for the
 * processor too. So each is gone through twice: first without branches, over
 * one word a location, to find the few places where an edge may lead in; then
 * over those. */
#include "graph/edges.h"

#include "graph/order.h"
#include "graph/parts.h"

#include <assert.h>

/* What a location does to a walk, in one word: the innermost shown node that it
 * holds, which becomes the caller of what comes next, and four bits. So are
 * words for a frame and for a caller, with those bits that mean anything. */
enum {
    NOBODY = 0x0fffffff,      /* none of its nodes is shown */
    RESIDUE = 0x10000000,     /* behind it are some that are not */
    ALONE = 0x20000000,       /* it has one frame */
    CALLS = 0x40000000,       /* all edges out of the node are wanted */
    CALLED = (int)0x80000000, /* a wanted edge may lead to or between its nodes;
                               * of a frame: all edges to it are wanted */
    INLINED = ALONE,          /* of a call */
};

/* A place in a stack where an edge may lead in, and the caller. */
struct visit {
    uint32_t location;
    uint32_t from; /* a shown node, with RESIDUE and CALLS; or NOBODY */
};

/* One call on one stack. */
struct call {
    uint32_t target; /* a shown node, with RESIDUE and INLINED */
    uint32_t sample;
};

/* What all parts look things up in. */
struct plan {
    const struct pp_profile *profile;
    const struct pp_graph_options *options;
    const struct pp_nodes *nodes;
    uint32_t place_count;
    const uint32_t *targets; /* by index of nodes->frames: the shown node with
                              * CALLS and CALLED, or NOBODY */
    const uint32_t *effects; /* by location */
    uint32_t depth_max;
    struct call *calls; /* by caller */
    size_t *starts;     /* by caller: where its calls start; and the end */
};

/* One part of the walk. */
struct walker {
    const struct plan *plan;
    uint32_t first, end;  /* of the samples */
    uint32_t sample;      /* this one */
    struct visit *visits; /* of its stack */
    size_t *next; /* by caller: how many calls; then where the next one goes */
};

/* What to do with a call. */
typedef void take_call(struct walker *walker, uint32_t source, uint32_t target);

static inline void count_call(struct walker *walker, uint32_t source,
                              uint32_t target)
{
    (void)target;
    walker->next[source]++;
}

static inline void sort_call(struct walker *walker, uint32_t source,
                             uint32_t target)
{
    walker->plan->calls[walker->next[source]++] =
        (struct call){.target = target, .sample = walker->sample};
}

/* ---- walking ------------------------------------------------------------ */

static uint32_t find_effect(const struct plan *plan, uint32_t location)
{
    const struct pp_nodes *nodes = plan->nodes;
    uint32_t first = nodes->starts[location];
    uint32_t end = nodes->starts[location + 1];
    uint32_t effect = NOBODY;
    bool wanted = false;
    for (uint32_t k = end; k-- > first;) {
        uint32_t target = plan->targets[k];
        wanted |= (target & CALLED) || (effect & CALLS);
        if ((target & NOBODY) != NOBODY)
            effect = target & (NOBODY | CALLS);
        else if (effect != NOBODY)
            effect |= RESIDUE;
    }
    return effect | (end - first == 1 ? ALONE : 0) | (wanted ? CALLED : 0);
}

/* From the root to the leaf, the places to look at. How many they are. */
static inline uint32_t find_visits(const struct walker *walker,
                                   const uint32_t *stack, uint32_t depth)
{
    const uint32_t *effects = walker->plan->effects;
    struct visit *visits = walker->visits;
    uint32_t count = 0;
    uint32_t from = NOBODY;
    for (uint32_t i = depth; i-- > 0;) {
        uint32_t effect = effects[stack[i]];
        uint32_t inner = effect & NOBODY;
        uint32_t parent = from & NOBODY;
        bool wanted = ((effect & CALLED) | (from & CALLS)) != 0;
        bool none = (effect & ALONE) != 0 &&
                    (inner == parent) | (parent == NOBODY) | (inner == NOBODY);
        visits[count] = (struct visit){.location = stack[i], .from = from};
        count += wanted & !none;
        from = inner != NOBODY ? effect & (NOBODY | RESIDUE | CALLS)
                               : from | RESIDUE;
    }
    return count;
}

/* The frames of one location, from the outermost in. */
__attribute__((always_inline)) static inline void walk_frames(
    struct walker *walker, const struct visit *visit, take_call *take)
{
    const struct plan *plan = walker->plan;
    uint32_t first = plan->nodes->starts[visit->location];
    uint32_t last = plan->nodes->starts[visit->location + 1] - 1;
    uint32_t from = visit->from;
    for (uint32_t k = last + 1; k-- > first;) {
        uint32_t target = plan->targets[k];
        uint32_t node = target & NOBODY;
        uint32_t parent = from & NOBODY;
        if (node == NOBODY) {
            from |= RESIDUE;
            continue;
        }
        if (parent != NOBODY && parent != node &&
            ((target & CALLED) || (from & CALLS)))
            take(walker, parent,
                 node | (from & RESIDUE) | (k != last ? INLINED : 0));
        from = target & (NOBODY | CALLS);
    }
}

__attribute__((always_inline)) static inline void walk_stack(
    struct walker *walker, const uint32_t *stack, uint32_t depth,
    take_call *take)
{
    uint32_t count = find_visits(walker, stack, depth);
    for (uint32_t i = 0; i < count; i++) {
        const struct visit *visit = &walker->visits[i];
        uint32_t effect = walker->plan->effects[visit->location];
        if (effect & ALONE)
            take(walker, visit->from & NOBODY,
                 (effect & NOBODY) | (visit->from & RESIDUE));
        else
            walk_frames(walker, visit, take);
    }
}

/* Stacks are read backwards, one after the other: the processor does not see
 * the pattern. A hint may point anywhere. */
static void fetch_ahead(const uint32_t *stack, uint32_t depth)
{
    enum { DISTANCE = 256, LINE = 16 };
    for (uint32_t i = 0; i < depth; i += LINE)
        __builtin_prefetch(stack + DISTANCE + i);
}

static inline uint64_t weight_of(const struct plan *plan, uint32_t sample)
{
    const int64_t *values = pp_sample_values(plan->profile, sample);
    return (uint64_t)values[plan->options->value_index];
}

static inline uint64_t divisor_of(const struct plan *plan, uint32_t sample)
{
    return plan->options->mean
               ? (uint64_t)pp_sample_values(plan->profile, sample)[0]
               : 0;
}

__attribute__((always_inline)) static inline void walk_samples(
    struct walker *walker, take_call *take)
{
    const struct plan *plan = walker->plan;
    for (uint32_t i = walker->first; i < walker->end; i++) {
        const struct pp_sample *sample = &plan->profile->samples.items[i];
        const uint32_t *stack = pp_sample_stack(plan->profile, sample);
        walker->sample = i;
        if (weight_of(plan, i) || divisor_of(plan, i)) {
            fetch_ahead(stack, sample->stack_depth);
            walk_stack(walker, stack, sample->stack_depth, take);
        }
    }
}

static void count_calls(void *context, uint32_t index)
{
    walk_samples((struct walker *)context + index, count_call);
}

static void sort_calls(void *context, uint32_t index)
{
    walk_samples((struct walker *)context + index, sort_call);
}

/* ---- the plan ----------------------------------------------------------- */

/* Inlined edges lead only to nodes that stand somewhere in a location as
 * inlined callees. */
static void want_inlined(const struct plan *plan, const uint32_t *places,
                         uint32_t *wanted)
{
    const struct pp_nodes *nodes = plan->nodes;
    for (uint32_t i = 0; i < plan->profile->locations.count; i++)
        for (uint32_t k = nodes->starts[i]; k + 1 < nodes->starts[i + 1]; k++) {
            uint32_t place = places[nodes->frames[k]];
            if (place != PP_NONE)
                wanted[place] = CALLED;
        }
}

static void want_matching(const struct plan *plan, const struct pp_graph *graph,
                          uint32_t *wanted)
{
    const struct pp_graph_options *options = plan->options;
    for (uint32_t i = 0; i < plan->place_count; i++)
        if (options->matching.matches(options->matching.context,
                                      graph->names[i]))
            wanted[i] = CALLED | CALLS;
}

/* By place: CALLED, CALLS. */
static const uint32_t *find_wanted(const struct plan *plan,
                                   struct pp_arena *scratch,
                                   const struct pp_graph *graph,
                                   const uint32_t *places)
{
    uint32_t *wanted =
        pp_arena_array(scratch, plan->place_count, sizeof *wanted);
    if (plan->options->edges == PP_EDGES_INLINED)
        want_inlined(plan, places, wanted);
    else if (plan->options->edges == PP_EDGES_MATCHING)
        want_matching(plan, graph, wanted);
    else
        for (uint32_t i = 0; i < plan->place_count; i++)
            wanted[i] = CALLED;
    return wanted;
}

static const uint32_t *find_targets(const struct plan *plan,
                                    struct pp_arena *scratch,
                                    const struct pp_graph *graph,
                                    const uint32_t *places)
{
    const struct pp_nodes *nodes = plan->nodes;
    uint32_t count = nodes->starts[plan->profile->locations.count];
    uint32_t *targets = pp_arena_array(scratch, count, sizeof *targets);
    const uint32_t *wanted = find_wanted(plan, scratch, graph, places);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t place = places[nodes->frames[k]];
        targets[k] = place == PP_NONE ? NOBODY : place | wanted[place];
    }
    return targets;
}

static const uint32_t *find_effects(const struct plan *plan,
                                    struct pp_arena *scratch)
{
    uint32_t count = plan->profile->locations.count;
    uint32_t *effects = pp_arena_array(scratch, count, sizeof *effects);
    for (uint32_t i = 0; i < count; i++)
        effects[i] = find_effect(plan, i);
    return effects;
}

static uint32_t deepest_stack(const struct pp_profile *profile)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++)
        if (profile->samples.items[i].stack_depth > depth)
            depth = profile->samples.items[i].stack_depth;
    return depth;
}

/* ---- calls, by caller --------------------------------------------------- */

static struct walker *divide_samples(const struct plan *plan,
                                     struct pp_arena *scratch,
                                     uint32_t part_count)
{
    struct walker *walkers =
        pp_arena_array(scratch, part_count, sizeof *walkers);
    for (uint32_t i = 0; i < part_count; i++)
        walkers[i] = (struct walker){
            .plan = plan,
            .first = pp_walk_part_start(plan->profile, i, part_count),
            .end = pp_walk_part_start(plan->profile, i + 1, part_count),
            /* One more: the place where the next would stand is written to. */
            .visits = pp_arena_array(scratch, (size_t)plan->depth_max + 1,
                                     sizeof(struct visit)),
            .next = pp_arena_array(scratch, plan->place_count, sizeof(size_t)),
        };
    return walkers;
}

/* From how many calls the walkers have met to where each puts them: within a
 * caller, those of the first part first. */
static void place_calls(struct plan *plan, struct walker *walkers,
                        uint32_t part_count)
{
    size_t total = 0;
    for (uint32_t source = 0; source < plan->place_count; source++) {
        plan->starts[source] = total;
        for (uint32_t i = 0; i < part_count; i++) {
            size_t count = walkers[i].next[source];
            walkers[i].next[source] = total;
            total += count;
        }
    }
    plan->starts[plan->place_count] = total;
}

static void find_calls(struct plan *plan, struct pp_arena *scratch,
                       uint32_t part_count)
{
    struct walker *walkers = divide_samples(plan, scratch, part_count);
    pp_os_run_parts(part_count, count_calls, walkers);
    plan->starts = pp_arena_array(scratch, (size_t)plan->place_count + 1,
                                  sizeof *plan->starts);
    place_calls(plan, walkers, part_count);
    plan->calls = pp_arena_array(scratch, plan->starts[plan->place_count],
                                 sizeof *plan->calls);
    pp_os_run_parts(part_count, sort_calls, walkers);
}

/* ---- edges -------------------------------------------------------------- */

/* The last edge that leads to a node, and the last sample that counted for
 * it. */
struct seen {
    uint32_t edge; /* from 1 */
    uint32_t sample;
};

/* Sums up the calls of some callers. */
struct summer {
    const struct plan *plan;
    uint32_t first, end; /* of the callers */
    struct pp_arena *arena;
    struct pp_arena own; /* the first part has none, but the caller's */
    struct seen *seen;   /* by target */
    struct pp_edges edges;
};

static void add_call(struct pp_edge *edge, const struct plan *plan,
                     const struct call *call)
{
    edge->weight =
        (int64_t)((uint64_t)edge->weight + weight_of(plan, call->sample));
    edge->weight_divisor = (int64_t)((uint64_t)edge->weight_divisor +
                                     divisor_of(plan, call->sample));
    edge->residual |= (call->target & RESIDUE) != 0;
    edge->is_inline &= (call->target & INLINED) != 0;
}

/* Samples lie far apart: these values are to be fetched while others are
 * added. (A function that only fetches does nothing, as compilers see it.) */
static const int64_t *values_ahead(const struct plan *plan, size_t call)
{
    enum { AHEAD = 12 };
    size_t last = plan->starts[plan->place_count] - 1;
    size_t ahead = last - call > AHEAD ? call + AHEAD : last;
    return pp_sample_values(plan->profile, plan->calls[ahead].sample);
}

/* An edge that was seen is of this caller when it is behind those of all
 * others. */
static void sum_caller(struct summer *summer, uint32_t source)
{
    const struct plan *plan = summer->plan;
    struct pp_edges *edges = &summer->edges;
    uint32_t before = edges->count;
    size_t call_count = plan->starts[source + 1] - plan->starts[source];
    pp_vector_reserve(summer->arena, edges,
                      call_count < plan->place_count ? call_count
                                                     : plan->place_count);
    for (size_t i = plan->starts[source]; i < plan->starts[source + 1]; i++) {
        const struct call *call = &plan->calls[i];
        __builtin_prefetch(values_ahead(plan, i));
        uint32_t target = call->target & NOBODY;
        struct seen *seen = &summer->seen[target];
        if (seen->edge <= before) {
            edges->items[edges->count++] = (struct pp_edge){
                .source = source, .target = target, .is_inline = true};
            seen->edge = edges->count;
        } else if (seen->sample == call->sample) {
            continue;
        }
        seen->sample = call->sample;
        add_call(&edges->items[seen->edge - 1], plan, call);
    }
}

static void sum_part(void *context, uint32_t index)
{
    struct summer *summer = (struct summer *)context + index;
    summer->seen = pp_arena_array(summer->arena, summer->plan->place_count,
                                  sizeof *summer->seen);
    for (uint32_t i = summer->first; i < summer->end; i++)
        sum_caller(summer, i);
}

/* The first caller before whom there are so many calls or more. */
static uint32_t caller_at(const struct plan *plan, size_t call)
{
    uint32_t first = 0, end = plan->place_count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (plan->starts[middle] < call)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

/* An arena is for one thread at a time: each part but the first gets another of
 * the same kind. */
static struct summer *divide_callers(const struct plan *plan,
                                     struct pp_arena *arena,
                                     uint32_t part_count)
{
    struct summer *summers = pp_arena_array(arena, part_count, sizeof *summers);
    size_t total = plan->starts[plan->place_count];
    for (uint32_t i = 0; i < part_count; i++) {
        struct summer *summer = &summers[i];
        summer->plan = plan;
        summer->end = plan->place_count;
        if (i > 0)
            summers[i - 1].end = summer->first =
                caller_at(plan, total / part_count * i);
        summer->own.ceiling = arena->ceiling;
        summer->own.on_exhausted = arena->on_exhausted;
        summer->arena = i > 0 ? &summer->own : arena;
    }
    return summers;
}

static void append_edges(struct pp_edges *edges, struct pp_arena *arena,
                         const struct pp_edges *more)
{
    pp_vector_reserve(arena, edges, more->count);
    if (more->count)
        memcpy(edges->items + edges->count, more->items,
               more->count * sizeof *more->items);
    edges->count += more->count;
}

void pp_graph_connect_in_parts(struct pp_graph *graph, struct pp_arena *arena,
                               const struct pp_profile *profile,
                               const struct pp_nodes *nodes,
                               const uint32_t *places,
                               const struct pp_graph_options *options,
                               uint32_t part_count)
{
    struct pp_arena scratch = {.ceiling = arena->ceiling,
                               .on_exhausted = arena->on_exhausted};
    struct plan plan = {
        .profile = profile,
        .options = options,
        .nodes = nodes,
        .place_count = graph->node_count + graph->shadow_count,
        .depth_max = deepest_stack(profile),
    };
    assert(plan.place_count < NOBODY);
    plan.targets = find_targets(&plan, &scratch, graph, places);
    plan.effects = find_effects(&plan, &scratch);
    find_calls(&plan, &scratch, part_count);

    struct summer *summers = divide_callers(&plan, arena, part_count);
    summers[0].edges = graph->edges; /* none, but perhaps room */
    pp_os_run_parts(part_count, sum_part, summers);
    pp_arena_release(&scratch);
    graph->edges = summers[0].edges;
    for (uint32_t i = 1; i < part_count; i++) {
        append_edges(&graph->edges, arena, &summers[i].edges);
        pp_arena_release(&summers[i].own);
    }
}

void pp_graph_connect(struct pp_graph *graph, struct pp_arena *arena,
                      const struct pp_profile *profile,
                      const struct pp_nodes *nodes, const uint32_t *places,
                      const struct pp_graph_options *options)
{
    pp_graph_connect_in_parts(graph, arena, profile, nodes, places, options,
                              pp_walk_part_count(profile));
}
