/* Values as people read them: units, labels, percentages.
 *
 * Invariant: the arithmetic is the reference's, in the same order and in the
 * same 64-bit floating point, because what is printed is compared byte for
 * byte (internal/measurement of google/pprof). */
#include "profile/profile.h"

#include <math.h>
#include <stdio.h>

struct unit {
    const char *name;
    const char *aliases[3]; /* in small letters, see find_unit */
    double factor;          /* of the family's base unit */
};

struct family {
    struct unit fallback;  /* when no unit fits */
    struct unit units[10]; /* ends with a name of NULL */
};

static const struct family families[] = {
    {
        {"B", {0}, 1},
        {
            {"B", {"b", "byte"}, 1},
            {"kB", {"kb", "kbyte", "kilobyte"}, 0x1p10},
            {"MB", {"mb", "mbyte", "megabyte"}, 0x1p20},
            {"GB", {"gb", "gbyte", "gigabyte"}, 0x1p30},
            {"TB", {"tb", "tbyte", "terabyte"}, 0x1p40},
            {"PB", {"pb", "pbyte", "petabyte"}, 0x1p50},
        },
    },
    {
        {"s", {0}, 1e9},
        {
            {"ns", {"ns", "nanosecond"}, 1},
            {"us", {"μs", "us", "microsecond"}, 1e3},
            {"ms", {"ms", "millisecond"}, 1e6},
            {"s", {"s", "sec", "second"}, 1e9},
            {"hrs", {"hour", "hr"}, 3600e9},
        },
    },
    {
        {"GCU", {0}, 1},
        {
            {"n*GCU", {"nanogcu"}, 1e-9},
            {"u*GCU", {"microgcu"}, 1e-6},
            {"m*GCU", {"milligcu"}, 1e-3},
            {"GCU", {"gcu"}, 1},
            {"k*GCU", {"kilogcu"}, 1e3},
            {"M*GCU", {"megagcu"}, 1e6},
            {"G*GCU", {"gigagcu"}, 1e9},
            {"T*GCU", {"teragcu"}, 1e12},
            {"P*GCU", {"petagcu"}, 1e15},
        },
    },
};

static bool is_one_of(struct pp_slice text, const char *const *words,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words[i] && pp_slice_equal(text, pp_slice_of(words[i])))
            return true;
    return false;
}

/* Take the first letter off a name and make it small: in `space`, or one of
 * the three beyond ASCII of which Go's strings.ToLower makes a unit's. */
static struct pp_slice take_small_letter(struct pp_slice *name, char *space)
{
    static const char *const others[][2] = {
        {"\u039c", "μ"}, /* Greek M */
        {"\u0130", "i"}, /* I with a dot */
        {"\u212a", "k"}, /* sign for Kelvin */
    };
    struct pp_slice letter = {name->data, 1}, small = {space, 1};
    *space = name->data[0];
    if (*space >= 'A' && *space <= 'Z')
        *space |= 0x20;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (pp_slice_starts_with(*name, pp_slice_of(others[i][0]))) {
            letter = pp_slice_of(others[i][0]);
            small = pp_slice_of(others[i][1]);
        }
    name->data += letter.size;
    name->size -= letter.size;
    return small;
}

/* The unit that goes by the name, in any case, with or without a plural's s.
 * NULL if the family has none. The reference takes an s off whatever has more
 * than two bytes, so its "μs" is found by "μss" only; so is ours. */
static const struct unit *find_unit(const struct family *family,
                                    struct pp_slice name)
{
    char small[16], space;
    size_t size = 0;
    while (name.size) {
        struct pp_slice letter = take_small_letter(&name, &space);
        if (size + letter.size > sizeof small)
            return NULL;
        memcpy(small + size, letter.data, letter.size);
        size += letter.size;
    }
    if (size > 2 && small[size - 1] == 's')
        size--;
    for (const struct unit *unit = family->units; unit->name; unit++)
        if (is_one_of((struct pp_slice){small, size}, unit->aliases, 3))
            return unit;
    return NULL;
}

/* The largest unit of which there is at least one. */
static const struct unit *fitting_unit(const struct family *family,
                                       double base_value)
{
    const struct unit *best = &family->fallback;
    double factor = 0;
    for (const struct unit *unit = family->units; unit->name; unit++)
        if (unit->factor >= factor && base_value / unit->factor >= 1) {
            factor = unit->factor;
            best = unit;
        }
    return best;
}

static bool is_automatic(struct pp_slice unit)
{
    static const char *const words[] = {"minimum", "auto"};
    return is_one_of(unit, words, 2);
}

/* value in a family's unit `from`, told in `to`. */
static double scale_in_family(const struct family *family,
                              const struct unit *from, int64_t value,
                              struct pp_slice to, struct pp_slice *unit)
{
    double base_value = (double)value * from->factor;
    const struct unit *wanted = is_automatic(to)
                                    ? fitting_unit(family, base_value)
                                    : find_unit(family, to);
    if (!wanted)
        wanted = &family->fallback;
    *unit = pp_slice_of(wanted->name);
    return base_value / wanted->factor;
}

double pp_unit_scale(int64_t value, struct pp_slice from, struct pp_slice to,
                     struct pp_slice *unit)
{
    static const char *const dull[] = {"count", "sample", "unit", "minimum",
                                       "auto"};
    if (value < 0 && value != INT64_MIN)
        return -pp_unit_scale(-value, from, to, unit);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        const struct unit *known = find_unit(&families[i], from);
        if (known)
            return scale_in_family(&families[i], known, value, to, unit);
    }
    *unit = is_one_of(to, dull, 5) ? pp_slice_literal("") : to;
    return (double)value;
}

void pp_unit_label(struct pp_buffer *out, int64_t value, struct pp_slice from,
                   struct pp_slice to)
{
    char number[400]; /* the longest double, with two digits behind the point */
    struct pp_slice unit;
    double scaled = pp_unit_scale(value, from, to, &unit);
    int size = snprintf(number, sizeof number, "%.2f", scaled);
    if (size > 3 && memcmp(number + size - 3, ".00", 3) == 0)
        size -= 3;
    number[size] = 0;
    if (strcmp(number, "0") == 0 || strcmp(number, "-0") == 0) {
        pp_buffer_append_char(out, '0');
        return;
    }
    pp_buffer_append(out, number, (size_t)size);
    pp_buffer_append_slice(out, unit);
}

void pp_unit_percentage(struct pp_buffer *out, int64_t value, int64_t total)
{
    double ratio = total ? fabs((double)value / (double)total) * 100 : 0;
    if (ratio >= 99.95 && ratio <= 100.05)
        pp_buffer_append_text(out, "  100%");
    else if (ratio >= 1)
        pp_buffer_format(out, "%5.2f%%", ratio);
    else
        pp_buffer_format(out, "%5.2g%%", ratio);
}

int64_t pp_unit_truncate(double value)
{
    /* Also catches what is not a number. */
    if (!(value >= -0x1p63 && value < 0x1p63))
        return INT64_MIN;
    return (int64_t)value;
}
