/* $name is replaced as Go's strings.Replacer does it: from the left, what was
 * put in is not looked at again, and where several names fit ("$a", "$ab") the
 * one that was defined first is taken. Values may be made of other values, so
 * that a few lines can ask for any amount of text: the room is what bounds it.
 *
 * The table finds names by a hash that is made byte by byte, so that all names
 * that might stand at a '$' are looked up in one go. */
#include "formats/attributes.h"

/* Longer names can be defined, but not used. */
enum { NAME_SIZE_MAX = 256 };

void pp_attributes_release(struct pp_attributes *attributes)
{
    pp_buffer_release(&attributes->text);
}

static uint64_t first_hash(void)
{
    return pp_hash_bytes("$", 1);
}

static uint64_t next_hash(uint64_t hash, char byte)
{
    return pp_hash_add(hash, (unsigned char)byte);
}

static uint32_t find(const struct pp_attributes *attributes, uint64_t hash,
                     struct pp_slice name)
{
    uint32_t at, index;
    pp_table_each (&attributes->table, hash, at, index) {
        if (pp_slice_equal(attributes->all.items[index].name, name))
            return index;
    }
    return PP_NONE;
}

static int add(struct pp_attributes *attributes, struct pp_slice name,
               struct pp_slice value)
{
    uint64_t hash = first_hash();
    for (size_t i = 0; i < name.size; i++)
        hash = next_hash(hash, name.data[i]);
    if (find(attributes, hash, name) != PP_NONE)
        return PP_OK;
    struct pp_arena *arena = attributes->scratch;
    const char *name_copy = pp_slice_copy(arena, name);
    const char *value_copy = pp_slice_copy(arena, value);
    struct pp_attribute *added = pp_vector_add(arena, &attributes->all);
    if (!name_copy || !value_copy || !added)
        return PP_E_MEMORY;
    added->name = (struct pp_slice){name_copy, name.size};
    added->value = (struct pp_slice){value_copy, value.size};
    if (name.size > attributes->name_size_max)
        attributes->name_size_max = name.size;
    return pp_table_insert(&attributes->table, arena, hash,
                           attributes->all.count - 1);
}

int pp_attributes_define(struct pp_attributes *attributes, struct pp_slice line)
{
    const char *equals = line.size ? memchr(line.data, '=', line.size) : NULL;
    if (!equals)
        return PP_OK;
    size_t size = (size_t)(equals - line.data);
    struct pp_slice name = {line.data, size};
    struct pp_slice value = {equals + 1, line.size - size - 1};
    name = pp_utf8_trim(name);
    if (name.size > NAME_SIZE_MAX)
        return PP_OK;
    return add(attributes, name, pp_utf8_trim(value));
}

/* The attribute whose name stands at the front of the text, or NULL. */
static const struct pp_attribute *find_front(
    const struct pp_attributes *attributes, struct pp_slice text)
{
    uint32_t first = PP_NONE;
    uint64_t hash = first_hash();
    for (size_t size = 0;
         size <= attributes->name_size_max && size <= text.size; size++) {
        if (size > 0)
            hash = next_hash(hash, text.data[size - 1]);
        struct pp_slice name = {text.data, size};
        uint32_t index = find(attributes, hash, name);
        if (index < first)
            first = index;
    }
    return first == PP_NONE ? NULL : &attributes->all.items[first];
}

/* Append the value in whose name's place the text begins, or its '$'. */
static int fill_in_front(struct pp_attributes *attributes,
                         struct pp_slice *text, struct pp_error *err)
{
    text->data++;
    text->size--;
    const struct pp_attribute *attribute = find_front(attributes, *text);
    if (!attribute) {
        pp_buffer_append_char(&attributes->text, '$');
        return PP_OK;
    }
    if (attribute->value.size > attributes->room)
        return pp_fail(err, PP_E_FORMAT,
                       "its attributes stand for more text than there is room "
                       "for");
    attributes->room -= attribute->value.size;
    pp_buffer_append_slice(&attributes->text, attribute->value);
    text->data += attribute->name.size;
    text->size -= attribute->name.size;
    return PP_OK;
}

int pp_attributes_fill_in(struct pp_attributes *attributes,
                          struct pp_slice line, struct pp_slice *filled,
                          struct pp_error *err)
{
    *filled = line;
    if (attributes->all.count == 0 || line.size == 0 ||
        !memchr(line.data, '$', line.size))
        return PP_OK;
    pp_buffer_clear(&attributes->text);
    while (line.size) {
        const char *dollar = memchr(line.data, '$', line.size);
        size_t plain = dollar ? (size_t)(dollar - line.data) : line.size;
        pp_buffer_append(&attributes->text, line.data, plain);
        line = (struct pp_slice){line.data + plain, line.size - plain};
        if (line.size && fill_in_front(attributes, &line, err) < 0)
            return PP_E_FORMAT;
    }
    *filled = pp_buffer_slice(&attributes->text);
    return attributes->text.failed ? pp_fail_memory(err) : PP_OK;
}
