/* editor: a line from a person at a terminal, with completion and a history
 * that is there again next time. Private to present. */
#ifndef PP_PRESENT_EDITOR_H
#define PP_PRESENT_EDITOR_H

#include "base/base.h"
#include "profile/profile.h"

struct pp_editor;

/* Are there a keyboard and a screen that can redraw a line? */
bool pp_editor_is_possible(void);

/* The profile, which is borrowed, has the names to complete. A history that
 * cannot be read is told, empty, and left as it is. */
int pp_editor_new(struct pp_editor **editor, const struct pp_profile *profile,
                  struct pp_error *err);

/* Keeps the history. NULL is fine. */
void pp_editor_free(struct pp_editor *editor);

/* The next line, until the next call; Ctrl-C begins a new one. false at the
 * end (Ctrl-D). */
bool pp_editor_read(struct pp_editor *editor, const char *prompt,
                    struct pp_slice *line);

#endif
