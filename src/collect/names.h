/* names: what the profiles of this process say of its addresses. Private to
 * collect/. */
#ifndef PP_COLLECT_NAMES_H
#define PP_COLLECT_NAMES_H

#include <stdbool.h>

/* Give back the memory that has waited for the next profile long enough; now
 * and then, from the collector thread. */
void pp_names_give_back(void);

/* How long the collector thread may sleep before that is due. */
enum { PP_NAMES_KEPT_MS = 60000 };

void pp_names_before_fork(void);
void pp_names_after_fork(bool is_child);

#endif
