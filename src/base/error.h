/* Errors: a small negative number for the program, one sentence for a person.
 *
 * A function that can fail takes a struct pp_error as its last parameter and
 * returns 0 (or something useful that is >= 0) or the negative status that it
 * put there. The sentence is written where the failure is understood and says
 * which file, byte or address, and what was expected. Callers pass it up, or
 * put a few words in front of it; nobody writes a second one.
 *
 *     if (size < 4)
 *         return pp_fail(err, PP_E_FORMAT, "%s: byte %zu: ...", path, at);
 */
#ifndef PP_BASE_ERROR_H
#define PP_BASE_ERROR_H

enum pp_status {
    PP_OK = 0,
    PP_E_MEMORY = -1,    /* no memory, or a ceiling on memory was reached */
    PP_E_SYSTEM = -2,    /* a system call failed; the text names errno */
    PP_E_FORMAT = -3,    /* bytes from outside are not what they should be */
    PP_E_USAGE = -4,     /* the person or the caller asked for nonsense */
    PP_E_NETWORK = -5,   /* a peer did not answer, or answered with an error */
    PP_E_BUSY = -6,      /* somebody else is using what may be used once */
    PP_E_CANCELLED = -7, /* stopped on request, before it was done */
    PP_E_NOT_FOUND = -8, /* what was named is not there */
};

struct pp_error {
    int status;      /* PP_OK until something fails */
    char text[1000]; /* one line, no newline at its end; "" when PP_OK */
};

/* Record a failure and return its status. The first failure is kept: a later
 * call on the same err changes nothing and returns the first status. err may
 * be NULL, when nobody wants the words. */
int pp_fail(struct pp_error *err, enum pp_status status, const char *format,
            ...) __attribute__((format(printf, 3, 4)));

/* pp_fail(PP_E_SYSTEM) with ": <strerror(errno_value)>" behind the words, the
 * reason spelled as Go spells it (lower case: "no such file or directory"). */
int pp_fail_errno(struct pp_error *err, int errno_value, const char *format,
                  ...) __attribute__((format(printf, 3, 4)));

/* pp_fail(PP_E_MEMORY, "out of memory"). */
int pp_fail_memory(struct pp_error *err);

/* Put "<words>" in front of the text of a recorded failure. Returns
 * err->status. */
int pp_error_prefix(struct pp_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* strerror in Go's spelling: the C library's sentence with a small first
 * letter. Never NULL; safe from any thread, not from a signal handler. */
const char *pp_strerror(int errno_value, char *space, unsigned long size);

#endif
