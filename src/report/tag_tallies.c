/* Samples summed up by label: by key, and text or number. Sums wrap around, as
 * Go's do. */
#include "report/tag_tallies.h"

void pp_tag_tallies_add(struct pp_tag_tallies *tallies, struct pp_arena *arena,
                        const struct pp_tag_tally *tally)
{
    uint64_t hash = pp_hash_add((uint64_t)tally->key << 32 | tally->text,
                                (uint64_t)tally->number);
    uint32_t at, index;
    pp_table_each (&tallies->table, hash, at, index) {
        struct pp_tag_tally *found = &tallies->all.items[index];
        if (found->key == tally->key && found->text == tally->text &&
            found->number == tally->number) {
            pp_value_add(&found->sum, tally->sum);
            pp_value_add(&found->divisor, tally->divisor);
            return;
        }
    }
    *pp_vector_add(arena, &tallies->all) = *tally;
    pp_table_insert(&tallies->table, arena, hash, tallies->all.count - 1);
}

void pp_tag_tallies_of_samples(struct pp_tag_tallies *tallies,
                               const struct pp_report_job *job,
                               const struct pp_labels *labels)
{
    const uint32_t *number_of = labels->number_of;
    for (uint32_t i = 0; i < job->profile->samples.count; i++) {
        const struct pp_sample *sample = &job->profile->samples.items[i];
        const int64_t *values = pp_sample_values(job->profile, i);
        struct pp_tag_tally tally = {
            .sum = values[job->value_index],
            .divisor = job->options->mean ? values[0] : 0,
        };
        for (uint32_t k = 0; k < sample->label_count; k++) {
            const struct pp_label *label =
                &job->profile->labels.items[sample->label_start + k];
            tally.key = number_of[label->key];
            tally.text = label->string ? number_of[label->string] : PP_NONE;
            tally.number = label->string ? 0 : label->number;
            pp_tag_tallies_add(tallies, job->arena, &tally);
        }
    }
}
