/* Spare memory: what arenas and buffers give back may wait here for the next
 * one instead of going to the system. Where many profiles follow each other
 * that is most of what the system would have to do for them, which is to clear
 * page after page. Off unless somebody asks, so that the measured program
 * keeps nothing back.
 *
 * Any thread may call any of these at any time. Not for signal handlers.
 */
#ifndef PP_BASE_SPARE_H
#define PP_BASE_SPARE_H

#include <stddef.h>

/* Keep up to that many bytes from now on; what is more than that goes. 0 keeps
 * nothing, as it is in the beginning. */
void pp_spare_keep(size_t size_max);

/* How many that is. */
size_t pp_spare_size_max(void);

/* How many are kept at most now. */
size_t pp_spare_size_max(void);

/* A mapping of *size zero bytes, or more: *size says how many then. NULL
 * without memory. */
void *pp_spare_take(size_t *size);

/* Give up a whole mapping, of which at most the first `used` bytes were written
 * to. */
void pp_spare_give(void *mapping, size_t size, size_t used);

#endif
