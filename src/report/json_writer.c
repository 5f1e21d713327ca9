/* JSON by way of yajl. Text that is no UTF-8, and numbers that are none, never
 * reach it: so the only thing that fails is the buffer, at the end. */
#include "report/json_writer.h"

#include <inttypes.h>
#include <stdio.h>

static void print(void *out, const char *bytes, size_t size)
{
    pp_buffer_append(out, bytes, size);
}

int pp_json_writer_init(struct pp_json_writer *writer, struct pp_buffer *out,
                        enum pp_json_layout layout)
{
    writer->out = out;
    writer->generator = yajl_gen_alloc(NULL);
    if (!writer->generator)
        return PP_E_MEMORY;
    yajl_gen_config(writer->generator, yajl_gen_print_callback, print, out);
    yajl_gen_config(writer->generator, yajl_gen_beautify,
                    layout == PP_JSON_INDENTED);
    yajl_gen_config(writer->generator, yajl_gen_indent_string, " ");
    return PP_OK;
}

void pp_json_writer_release(struct pp_json_writer *writer)
{
    yajl_gen_free(writer->generator);
}

static void write_string(struct pp_json_writer *writer, struct pp_slice text)
{
    const char *data = text.data ? text.data : "";
    yajl_gen_string(writer->generator, (const unsigned char *)data, text.size);
}

static void write_key(struct pp_json_writer *writer, const char *key)
{
    if (key)
        write_string(writer, pp_slice_of(key));
}

void pp_json_open_object(struct pp_json_writer *writer, const char *key)
{
    write_key(writer, key);
    yajl_gen_map_open(writer->generator);
}

void pp_json_close_object(struct pp_json_writer *writer)
{
    yajl_gen_map_close(writer->generator);
}

void pp_json_open_array(struct pp_json_writer *writer, const char *key)
{
    write_key(writer, key);
    yajl_gen_array_open(writer->generator);
}

void pp_json_close_array(struct pp_json_writer *writer)
{
    yajl_gen_array_close(writer->generator);
}

void pp_json_text(struct pp_json_writer *writer, struct pp_slice text)
{
    char space[512];
    struct pp_buffer sound = pp_buffer_in(space);
    pp_utf8_append_valid(&sound, text);
    write_string(writer, pp_buffer_slice(&sound));
    writer->out->failed |= sound.failed;
    pp_buffer_release(&sound);
}

void pp_json_add_text(struct pp_json_writer *writer, const char *key,
                      struct pp_slice text)
{
    write_key(writer, key);
    pp_json_text(writer, text);
}

void pp_json_integer(struct pp_json_writer *writer, int64_t value)
{
    yajl_gen_integer(writer->generator, value);
}

void pp_json_add_integer(struct pp_json_writer *writer, const char *key,
                         int64_t value)
{
    write_key(writer, key);
    pp_json_integer(writer, value);
}

void pp_json_add_address(struct pp_json_writer *writer, const char *key,
                         uint64_t address)
{
    char text[32];
    snprintf(text, sizeof text, "0x%" PRIx64, address);
    pp_json_add_text(writer, key, pp_slice_of(text));
}

void pp_json_add_bool(struct pp_json_writer *writer, const char *key,
                      bool value)
{
    write_key(writer, key);
    yajl_gen_bool(writer->generator, value);
}

void pp_json_add_percentage(struct pp_json_writer *writer, const char *key,
                            int64_t value, int64_t total)
{
    char text[32];
    double percent = total ? (double)value / (double)total * 100 : 0;
    int size = snprintf(text, sizeof text, "%.6g", percent);
    write_key(writer, key);
    yajl_gen_number(writer->generator, text, (size_t)size);
}
