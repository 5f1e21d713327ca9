/* present: a person's words become reports. */
#ifndef PP_PRESENT_PRESENT_H
#define PP_PRESENT_PRESENT_H

enum { PP_EXIT_ERROR = 2 };

/* The whole program: what main does. Returns the exit status: 0, or
 * PP_EXIT_ERROR for every error, of which one line on stderr tells. */
int pp_present(int argc, char **argv);

#endif
