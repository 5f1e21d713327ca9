/* Errors: the first failure is kept, in one sentence. See error.h. */
#include "base/base.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int record(struct pp_error *err, enum pp_status status,
                  const char *format, va_list arguments)
{
    if (!err)
        return status;
    if (err->status != PP_OK)
        return err->status;
    err->status = status;
    vsnprintf(err->text, sizeof err->text, format, arguments);
    return status;
}

int pp_fail(struct pp_error *err, enum pp_status status, const char *format,
            ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = record(err, status, format, arguments);
    va_end(arguments);
    return result;
}

const char *pp_strerror(int errno_value, char *space, unsigned long size)
{
    /* The GNU strerror_r returns the text, which may be outside of space. */
    const char *text = strerror_r(errno_value, space, size);
    if (text != space)
        snprintf(space, size, "%s", text);
    if (size > 1 && space[0] && !isupper((unsigned char)space[1]))
        space[0] = (char)tolower((unsigned char)space[0]);
    return space;
}

int pp_fail_errno(struct pp_error *err, int errno_value, const char *format,
                  ...)
{
    if (err && err->status != PP_OK)
        return err->status;
    va_list arguments;
    va_start(arguments, format);
    int result = record(err, PP_E_SYSTEM, format, arguments);
    va_end(arguments);
    if (err) {
        char reason[128];
        size_t used = strlen(err->text);
        snprintf(err->text + used, sizeof err->text - used, ": %s",
                 pp_strerror(errno_value, reason, sizeof reason));
    }
    return result;
}

int pp_fail_memory(struct pp_error *err)
{
    return pp_fail(err, PP_E_MEMORY, "out of memory");
}

int pp_error_prefix(struct pp_error *err, const char *format, ...)
{
    if (!err || err->status == PP_OK)
        return err ? err->status : PP_OK;
    char front[sizeof err->text];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(front, sizeof front, format, arguments);
    va_end(arguments);
    if (size < 0)
        return err->status;
    size_t room = sizeof err->text - 1;
    size_t front_size = (size_t)size < room ? (size_t)size : room;
    size_t kept = strlen(err->text);
    if (kept > room - front_size)
        kept = room - front_size;
    memmove(err->text + front_size, err->text, kept);
    memcpy(err->text, front, front_size);
    err->text[front_size + kept] = 0;
    return err->status;
}
