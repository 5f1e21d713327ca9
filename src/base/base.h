/* base: what every room builds with.
 *
 * Four idioms, each decided once, here:
 *
 *   error.h   a function that can fail returns a negative enum pp_status and
 *             tells the reason once, in words, where it happened
 *   arena.h   memory has owners: one arena a lifetime, freed whole
 *   text.h    slices (borrowed bytes) and buffers (owned, with a ceiling);
 *             their characters: utf8.h
 *   table.h   hash tables of indices into the caller's own arrays
 *   sort.h    sorting by keys
 *   spare.h   memory that was given up, for those who want some next
 *
 * No function here prints, exits, locks (but those of spare.h, and those only
 * where somebody asked), or calls malloc: memory comes from mmap, so that
 * libpprof never shows up in the heap it watches.
 */
#ifndef PP_BASE_BASE_H
#define PP_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/sort.h"
#include "base/spare.h"
#include "base/table.h"
#include "base/text.h"
#include "base/utf8.h"

#endif
