/* Edges: who called whom, among the nodes that are shown. The second walk over
 * the samples, taken only for reports that show edges or inlining.
 *
 * Invariant: an edge's stamp is the number of the last sample that counted for
 * it, so an edge that recurs on a stack counts once, as it is at its first
 * place from the root. An edge to itself is none.
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
 * holds, which becomes the parent of what comes next, and three bits. */
enum {
    NOBODY = 0x1fffffff,      /* none of its nodes is shown */
    RESIDUE = 0x20000000,     /* further in are some that are not */
    ALONE = 0x40000000,       /* it has one frame */
    CALLED = (int)0x80000000, /* an edge may lead to some of it */
};

/* An edge while it is being summed up: two of them to a cache line. */
struct tally {
    uint32_t source, target;
    uint32_t stamp;
    bool residual, called; /* called: not inlined, at least once */
    uint64_t weight, divisor;
};

/* A place in a stack where an edge may lead in, and the place of the shown
 * node that it comes from, if that is found outside of the location. Between
 * the two nothing is shown. */
struct visit {
    uint32_t at;
    uint32_t parent_at; /* PP_NONE: nothing shown so far */
};

/* What all parts of the walk look things up in. */
struct plan {
    const struct pp_profile *profile;
    const struct pp_graph_options *options;
    const struct pp_nodes *nodes;
    const uint32_t *targets; /* by index of nodes->frames: the shown node, or
                              * NOBODY; CALLED where edges to it are wanted */
    const uint32_t *effects; /* by location */
    uint32_t depth_max;
    uint32_t guess_mask; /* a power of two minus one */
};

/* One part of the walk, and the edges that it finds. */
struct connector {
    const struct plan *plan;
    uint32_t first, end; /* of the samples */
    struct pp_arena *arena;
    struct visit *visits; /* of one stack */
    /* By hash of source and target, the tally of the last such call: mostly the
     * one that is looked for, which saves the way through the table. */
    uint32_t *guesses;
    struct {
        struct tally *items; /* [0] is nobody's */
        uint32_t count, capacity;
    } tallies;
    struct pp_table table; /* from source and target to tallies */
    struct pp_arena own;   /* the first part has none, but the caller's */
};

/* Where an edge comes from. */
struct origin {
    uint32_t parent; /* a shown node, or NOBODY */
    bool residual;   /* nodes that are not shown stand in between */
};

/* What a sample adds to an edge. */
struct share {
    uint32_t stamp;
    uint64_t value, divisor;
};

static uint32_t find_or_add_tally(struct connector *connector, uint32_t source,
                                  uint32_t target)
{
    uint64_t hash = pp_hash_u64((uint64_t)source << 32 | target);
    uint32_t at, index;
    pp_table_each (&connector->table, hash, at, index) {
        const struct tally *tally = &connector->tallies.items[index];
        if (tally->source == source && tally->target == target)
            return index;
    }
    index = connector->tallies.count;
    *pp_vector_add(connector->arena, &connector->tallies) =
        (struct tally){.source = source, .target = target};
    pp_table_insert(&connector->table, connector->arena, hash, index);
    return index;
}

static uint32_t *guess_of(const struct connector *connector, uint32_t source,
                          uint32_t target)
{
    uint64_t hash = pp_hash_u64((uint64_t)source << 32 | target);
    return &connector->guesses[hash & connector->plan->guess_mask];
}

static struct tally *tally_of(struct connector *connector, uint32_t source,
                              uint32_t target)
{
    uint32_t *guess = guess_of(connector, source, target);
    const struct tally *tally = &connector->tallies.items[*guess];
    if (tally->source != source || tally->target != target)
        *guess = find_or_add_tally(connector, source, target);
    return &connector->tallies.items[*guess];
}

/* Whether an edge has been on this stack before is hard to foresee: no branch
 * depends on it. */
static void add_call(struct connector *connector, const struct origin *from,
                     uint32_t target, bool is_inline, const struct share *share)
{
    struct tally *tally = tally_of(connector, from->parent, target);
    if (tally->stamp == share->stamp)
        return;
    tally->stamp = share->stamp;
    tally->weight += share->value;
    tally->divisor += share->divisor;
    tally->residual |= from->residual;
    tally->called |= !is_inline;
}

/* ---- walking ------------------------------------------------------------ */

static uint32_t find_effect(const struct plan *plan, uint32_t location)
{
    const struct pp_nodes *nodes = plan->nodes;
    uint32_t first = nodes->starts[location];
    uint32_t end = nodes->starts[location + 1];
    uint32_t bits = end - first == 1 ? ALONE : 0;
    uint32_t inner = NOBODY;
    for (uint32_t k = first; k < end; k++) {
        uint32_t target = plan->targets[k] & NOBODY;
        if (target == NOBODY)
            continue;
        bits |= plan->targets[k] & CALLED;
        if (inner == NOBODY) {
            inner = target;
            bits |= k > first ? RESIDUE : 0;
        }
    }
    return inner | bits;
}

/* From the root to the leaf, the places to look at. How many they are. */
static uint32_t find_visits(const struct connector *connector,
                            const uint32_t *stack, uint32_t depth)
{
    const uint32_t *effects = connector->plan->effects;
    struct visit *visits = connector->visits;
    uint32_t count = 0;
    uint32_t parent = NOBODY;
    uint32_t parent_at = PP_NONE;
    for (uint32_t i = depth; i-- > 0;) {
        uint32_t effect = effects[stack[i]];
        uint32_t inner = effect & NOBODY;
        bool shown = inner != NOBODY;
        bool again = (effect & ALONE) != 0 && inner == parent;
        visits[count].at = i;
        visits[count].parent_at = parent_at;
        count += ((effect & CALLED) != 0) & !again;
        parent = shown ? inner : parent;
        parent_at = shown ? i : parent_at;
    }
    return count;
}

static struct origin origin_of(const struct connector *connector,
                               const uint32_t *stack, const struct visit *visit)
{
    if (visit->parent_at == PP_NONE)
        return (struct origin){.parent = NOBODY};
    uint32_t location = stack[visit->parent_at];
    uint32_t effect = connector->plan->effects[location];
    return (struct origin){
        .parent = effect & NOBODY,
        .residual =
            visit->parent_at != visit->at + 1 || (effect & RESIDUE) != 0,
    };
}

/* The frames of one location, from the outermost in. */
static void walk_frames(struct connector *connector, uint32_t location,
                        struct origin from, const struct share *share)
{
    const struct plan *plan = connector->plan;
    uint32_t first = plan->nodes->starts[location];
    uint32_t last = plan->nodes->starts[location + 1] - 1;
    for (uint32_t k = last + 1; k-- > first;) {
        uint32_t target = plan->targets[k] & NOBODY;
        if (target == NOBODY) {
            from.residual = true;
            continue;
        }
        if (from.parent != NOBODY && from.parent != target &&
            (plan->targets[k] & CALLED) != 0)
            add_call(connector, &from, target, k != last, share);
        from = (struct origin){.parent = target};
    }
}

/* The tallies lie far apart: have them fetched while others are worked on. */
static void fetch_tallies(const struct connector *connector,
                          const uint32_t *stack, uint32_t count)
{
    const uint32_t *effects = connector->plan->effects;
    for (uint32_t i = 0; i < count; i++) {
        const struct visit *visit = &connector->visits[i];
        if (visit->parent_at == PP_NONE)
            continue;
        uint32_t source = effects[stack[visit->parent_at]] & NOBODY;
        uint32_t target = effects[stack[visit->at]] & NOBODY;
        __builtin_prefetch(
            &connector->tallies.items[*guess_of(connector, source, target)]);
    }
}

static void walk_stack(struct connector *connector, const uint32_t *stack,
                       uint32_t depth, const struct share *share)
{
    uint32_t count = find_visits(connector, stack, depth);
    fetch_tallies(connector, stack, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct visit *visit = &connector->visits[i];
        uint32_t location = stack[visit->at];
        uint32_t effect = connector->plan->effects[location];
        struct origin from = origin_of(connector, stack, visit);
        if (!(effect & ALONE))
            walk_frames(connector, location, from, share);
        else if (from.parent != NOBODY)
            add_call(connector, &from, effect & NOBODY, false, share);
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

static void walk_samples(struct connector *connector)
{
    const struct pp_profile *profile = connector->plan->profile;
    const struct pp_graph_options *options = connector->plan->options;
    for (uint32_t i = connector->first; i < connector->end; i++) {
        const struct pp_sample *sample = &profile->samples.items[i];
        const int64_t *values = pp_sample_values(profile, i);
        const uint32_t *stack = pp_sample_stack(profile, sample);
        struct share share = {
            .stamp = i + 1,
            .value = (uint64_t)values[options->value_index],
            .divisor = options->mean ? (uint64_t)values[0] : 0,
        };
        if (share.value || share.divisor) {
            fetch_ahead(stack, sample->stack_depth);
            walk_stack(connector, stack, sample->stack_depth, &share);
        }
    }
}

/* ---- the plan ----------------------------------------------------------- */

/* Which shown nodes stand somewhere in a location as inlined callees: only to
 * them can an inlined edge lead. */
static const uint8_t *find_inlined(const struct plan *plan,
                                   struct pp_arena *arena,
                                   const uint32_t *places, uint32_t place_count)
{
    const struct pp_nodes *nodes = plan->nodes;
    uint8_t *inlined = pp_arena_alloc(arena, place_count);
    for (uint32_t i = 0; i < plan->profile->locations.count; i++)
        for (uint32_t k = nodes->starts[i]; k + 1 < nodes->starts[i + 1]; k++) {
            uint32_t node = places[nodes->frames[k]];
            if (node != PP_NONE)
                inlined[node] = 1;
        }
    return inlined;
}

static const uint32_t *find_targets(const struct plan *plan,
                                    struct pp_arena *arena,
                                    const uint32_t *places,
                                    uint32_t place_count)
{
    const struct pp_nodes *nodes = plan->nodes;
    uint32_t count = nodes->starts[plan->profile->locations.count];
    uint32_t *targets = pp_arena_array(arena, count, sizeof *targets);
    const uint8_t *wanted = NULL; /* all */
    if (plan->options->edges == PP_EDGES_INLINED)
        wanted = find_inlined(plan, arena, places, place_count);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t place = places[nodes->frames[k]];
        if (place == PP_NONE)
            targets[k] = NOBODY;
        else
            targets[k] = place | (!wanted || wanted[place] ? CALLED : 0);
    }
    return targets;
}

static const uint32_t *find_effects(const struct plan *plan,
                                    struct pp_arena *arena)
{
    uint32_t count = plan->profile->locations.count;
    uint32_t *effects = pp_arena_array(arena, count, sizeof *effects);
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

/* ---- the parts ---------------------------------------------------------- */

static void run_part(void *context, uint32_t index)
{
    struct connector *connector = (struct connector *)context + index;
    struct pp_arena *arena = connector->arena;
    const struct plan *plan = connector->plan;
    connector->guesses =
        pp_arena_array(arena, (size_t)plan->guess_mask + 1, sizeof(uint32_t));
    /* One more: the place where the next would stand is written to. */
    connector->visits = pp_arena_array(arena, (size_t)plan->depth_max + 1,
                                       sizeof(struct visit));
    *pp_vector_add(arena, &connector->tallies) =
        (struct tally){.source = PP_NONE, .target = PP_NONE};
    walk_samples(connector);
}

/* An arena is for one thread at a time: each part but the first gets another of
 * the same kind. */
static struct connector *divide(const struct plan *plan, struct pp_arena *arena,
                                uint32_t part_count)
{
    struct connector *parts = pp_arena_array(arena, part_count, sizeof *parts);
    for (uint32_t i = 0; i < part_count; i++) {
        struct connector *part = &parts[i];
        part->plan = plan;
        part->first = pp_walk_part_start(plan->profile, i, part_count);
        part->end = pp_walk_part_start(plan->profile, i + 1, part_count);
        part->own.ceiling = arena->ceiling;
        part->own.on_exhausted = arena->on_exhausted;
        part->arena = i > 0 ? &part->own : arena;
    }
    return parts;
}

/* Take over what the next part of the walk has found. */
static void merge(struct connector *connector, const struct connector *next)
{
    for (uint32_t i = 1; i < next->tallies.count; i++) {
        const struct tally *from = &next->tallies.items[i];
        uint32_t index =
            find_or_add_tally(connector, from->source, from->target);
        struct tally *tally = &connector->tallies.items[index];
        tally->weight += from->weight;
        tally->divisor += from->divisor;
        tally->residual |= from->residual;
        tally->called |= from->called;
    }
}

/* Edges lighter than the cutoff stay out; but what leads to a shadow is not
 * looked at, as the reference has it. */
static void collect_edges(const struct connector *connector,
                          struct pp_graph *graph, int64_t cutoff)
{
    for (uint32_t i = 1; i < connector->tallies.count; i++) {
        const struct tally *tally = &connector->tallies.items[i];
        if (tally->target < graph->node_count &&
            pp_abs((int64_t)tally->weight) < cutoff) {
            graph->dropped_edges++;
            continue;
        }
        *pp_vector_add(connector->arena, &graph->edges) = (struct pp_edge){
            .source = tally->source,
            .target = tally->target,
            .weight = (int64_t)tally->weight,
            .weight_divisor = (int64_t)tally->divisor,
            .residual = tally->residual,
            .is_inline = !tally->called,
        };
    }
}

void pp_graph_connect_in_parts(struct pp_graph *graph, struct pp_arena *arena,
                               const struct pp_profile *profile,
                               const struct pp_nodes *nodes,
                               const uint32_t *places,
                               const struct pp_graph_options *options,
                               int64_t cutoff, uint32_t part_count)
{
    uint32_t place_count = graph->node_count + graph->shadow_count;
    assert(place_count < NOBODY);
    struct plan plan = {
        .profile = profile,
        .options = options,
        .nodes = nodes,
        .depth_max = deepest_stack(profile),
    };
    plan.targets = find_targets(&plan, arena, places, place_count);
    plan.effects = find_effects(&plan, arena);
    while (plan.guess_mask < profile->locations.count)
        plan.guess_mask = plan.guess_mask * 2 + 1;

    struct connector *parts = divide(&plan, arena, part_count);
    pp_os_run_parts(part_count, run_part, parts);
    for (uint32_t i = 1; i < part_count; i++) {
        merge(&parts[0], &parts[i]);
        pp_arena_release(&parts[i].own);
    }
    collect_edges(&parts[0], graph, cutoff);
}

void pp_graph_connect(struct pp_graph *graph, struct pp_arena *arena,
                      const struct pp_profile *profile,
                      const struct pp_nodes *nodes, const uint32_t *places,
                      const struct pp_graph_options *options, int64_t cutoff)
{
    pp_graph_connect_in_parts(graph, arena, profile, nodes, places, options,
                              cutoff, pp_walk_part_count(profile));
}
