/* data_set: a data set in memory: its shape in words, notes on it, labels that are missing, its
 * end. */
#include "data_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *aert_shape_text(int rank, const int *dim, char *text, size_t size) {
    size_t used = (size_t)snprintf(text, size, "[");
    for (int i = 0; i < rank && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, i ? ",%d" : "%d", dim[i]);
    if (used < size)
        snprintf(text + used, size - used, "]");
    return text;
}

bool aert_data_note(AertData *data, AertError *error, const char *format, ...) {
    char text[1400];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    size_t used = data->note ? strlen(data->note) : 0, size = used + strlen(text) + 3;
    if (!aert_grow(&data->note, size, data->name, error))
        return false;
    snprintf(data->note + used, size - used, "%s%s", used ? "; " : "", text);
    return true;
}

void aert_data_put(AertData *data, void *memory) {
    AertBytes bytes = {data->memory, data->mapped, data->mapped > 0};
    aert_bytes_close(&bytes);
    data->values = data->memory = memory;
    data->mapped = 0;
}

bool aert_number_is_cut(double wide) {
    return fabs(wide) > AERT_FLOAT_WHOLE && wide == floor(wide) && isfinite((float)wide) &&
           (double)(float)wide != wide;
}

bool aert_data_tell_cut(AertData *data, const char *where, double number, AertError *error) {
    char text[AERT_NUMBER];
    return number == 0 ||
           aert_data_note(data, error,
                          "%.200s has numbers such as %s, of which a float keeps 24 bits: "
                          "subtract what they share",
                          where, aert_number_text(number, text));
}

bool aert_data_missing(AertData *labels, const AertData *like, AertError *error) {
    *labels = (AertData){
        .format = "none", .element = AERT_WHOLE, .count = like->count, .size = 1, .gaps = true};
    int32_t *value = aert_allocate((size_t)like->count, sizeof *value, "labels", error);
    labels->name = aert_copy(like->name, "a file name", error);
    labels->values = labels->memory = value;
    for (int64_t i = 0; value && i < like->count; i++)
        value[i] = AERT_NO_CLASS;
    return value && labels->name;
}

bool aert_data_same_count(const AertData *data, const AertData *labels, AertError *error) {
    if (data->count == labels->count)
        return true;
    bool class = labels->rank == 0 && labels->size == 1;
    return aert_fail(error, "%s has %lld %s, %s has %lld examples: wanted as many", labels->name,
                     (long long)labels->count, class ? "labels" : "examples", data->name,
                     (long long)data->count);
}

void aert_data_close(AertData *data) {
    aert_data_put(data, NULL);
    free(data->name);
    free(data->class_name);
    free(data->note);
    free(data->of_moments);
    free(data->sparse);
    free(data->later);
    *data = (AertData){0};
}
