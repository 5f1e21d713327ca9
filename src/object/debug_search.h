/* Looking for a file in several places, and telling where. Private to object/,
 * in the tool only. */
#ifndef PP_OBJECT_DEBUG_SEARCH_H
#define PP_OBJECT_DEBUG_SEARCH_H

#include "object/debug_file.h"
#include "object/open.h"

struct pp_debug_quest;

/* What is wrong with a file that was found, in a few words ("its build id
 * differs"); NULL when it is the one. */
typedef const char *pp_debug_judge(const struct pp_debug_quest *quest,
                                   struct pp_object *candidate);

/* A file that is looked for. */
struct pp_debug_quest {
    struct pp_object *object; /* that refers to it */
    const struct pp_debug_search *search;
    const struct pp_object_options *options;
    pp_debug_judge *judge;
    const char *id; /* that it should have, in hex; "": not known */
    bool has_checksum;
    uint32_t checksum;     /* of it, where one of the two has no id */
    struct pp_buffer seen; /* where it was looked for, for people */
    struct pp_object *found;
};

/* Look at a path, in the build id directories, and last by fetching. true when
 * it is there: quest->found. */
bool pp_debug_quest_try(struct pp_debug_quest *quest, const char *path);
bool pp_debug_quest_by_id(struct pp_debug_quest *quest);
bool pp_debug_quest_fetch(struct pp_debug_quest *quest);

/* Write the directory that the referring file really lies in. false when it is
 * no file. */
bool pp_debug_quest_directory(const struct pp_debug_quest *quest,
                              char directory[PP_DEBUG_FILE_PATH_SIZE]);

#endif
