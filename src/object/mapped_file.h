/* A file in memory without reading it. Private to object/, and for the tool
 * only: it handles SIGBUS.
 *
 * Whoever cuts off a mapped file takes the pages from under its readers. Here
 * they read zeros from then on, where the file was, and go on. */
#ifndef PP_OBJECT_MAPPED_FILE_H
#define PP_OBJECT_MAPPED_FILE_H

#include "base/base.h"

/* The first `size` bytes of an open file, which may be closed then. NULL when
 * they cannot be mapped, or more files are mapped than we look after. */
const uint8_t *pp_mapped_file_open(int fd, size_t size);
void pp_mapped_file_close(const uint8_t *bytes, size_t size);

/* These bytes of a mapped file will not be read again soon: give back the
 * memory that they take. */
void pp_mapped_file_drop(const uint8_t *bytes, size_t size);

#endif
