/* viewer: programs that show pictures. Private to present. */
#ifndef PP_PRESENT_VIEWER_H
#define PP_PRESENT_VIEWER_H

#include "base/base.h"

/* Put the bytes into a temporary file *.<suffix>, and start the first program
 * there is that `viewer` ("web", "eog", "evince", "gv", "kcachegrind") stands
 * for. In the background it is left running; otherwise it is waited for, and
 * PP_E_SYSTEM if it fails. PP_E_NOT_FOUND, with what was tried and what to do
 * instead, where there is none. */
int pp_viewer_show(const char *viewer, struct pp_slice bytes,
                   const char *suffix, bool background, struct pp_error *err);

/* Take the temporary files away, when the programs have had the time to read
 * them. Once, at the end. */
void pp_viewer_clean_up(void);

#endif
