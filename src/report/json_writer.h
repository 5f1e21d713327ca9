/* Writing JSON. Private to report. */
#ifndef PP_REPORT_JSON_WRITER_H
#define PP_REPORT_JSON_WRITER_H

#include "base/base.h"

#include <yajl/yajl_gen.h>

struct pp_json_writer {
    yajl_gen generator;
    struct pp_buffer *out;
};

/* For people a member a line, indented; for programs without any blank. */
enum pp_json_layout {
    PP_JSON_INDENTED,
    PP_JSON_DENSE,
};

/* PP_OK or PP_E_MEMORY. */
int pp_json_writer_init(struct pp_json_writer *writer, struct pp_buffer *out,
                        enum pp_json_layout layout);
void pp_json_writer_release(struct pp_json_writer *writer);

/* Objects and arrays. key: NULL where there is none, in arrays and where it was
 * written by pp_json_text. */
void pp_json_open_object(struct pp_json_writer *writer, const char *key);
void pp_json_close_object(struct pp_json_writer *writer);
void pp_json_open_array(struct pp_json_writer *writer, const char *key);
void pp_json_close_array(struct pp_json_writer *writer);

/* Text from anywhere, a key or a value: each byte that is no UTF-8 is written
 * as U+FFFD. */
void pp_json_text(struct pp_json_writer *writer, struct pp_slice text);

/* A number in an array. */
void pp_json_integer(struct pp_json_writer *writer, int64_t value);

/* Members of objects. */
void pp_json_add_text(struct pp_json_writer *writer, const char *key,
                      struct pp_slice text);
void pp_json_add_integer(struct pp_json_writer *writer, const char *key,
                         int64_t value);
void pp_json_add_address(struct pp_json_writer *writer, const char *key,
                         uint64_t address);
void pp_json_add_bool(struct pp_json_writer *writer, const char *key,
                      bool value);

/* How much of total the value is, in percent; 0 of nothing. */
void pp_json_add_percentage(struct pp_json_writer *writer, const char *key,
                            int64_t value, int64_t total);

#endif
