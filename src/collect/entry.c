/* The program starts: filled in soon. */
#include "base/base.h"
const char *pprof_version(void);
const char *pprof_version(void) { return "0.1.0"; }
