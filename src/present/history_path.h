/* history_path: where the shell's history is kept. Private to present. */
#ifndef PP_PRESENT_HISTORY_PATH_H
#define PP_PRESENT_HISTORY_PATH_H

#include <stdbool.h>

/* $XDG_STATE_HOME/pprof/history, or $HOME/.local/state/pprof/history; "" where
 * there is no home. An XDG_STATE_HOME that is not absolute does not count. The
 * caller frees it; NULL without memory. */
char *pp_history_path(const char *state_home, const char *home);

/* Make the directories that the file is in, for nobody else. */
bool pp_history_make_directories(const char *path);

#endif
