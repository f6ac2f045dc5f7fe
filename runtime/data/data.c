/* data: opens a data set: looks at its bytes and lets one of the readers make examples of them. */
#include "data_parts.h"
#include "input_ways.h"

#include <stdlib.h>
#include <string.h>

bool aert_data_bytes(AertBytes *bytes, const char *path, size_t most, AertError *error) {
    const char *member = aert_zip_member(path);
    char *file = aert_copy(path, "a file name", error);
    if (!file)
        return false;
    if (member)
        file[member - path - 1] = 0;
    AertBytes plain = {0};
    bool fine = aert_bytes_open(bytes, file, error);
    free(file);
    if (!fine)
        return false;
    if (aert_zip_is(bytes->data, bytes->size))
        fine = aert_zip_open(&plain, bytes, member, most, path, error);
    else if (bytes->size >= 2 && bytes->data[0] == 0x1f && bytes->data[1] == 0x8b &&
             !aert_has_suffix(path, ".f32"))
        fine = aert_gunzip(&plain, bytes, most, path, error);
    else
        return true;
    aert_bytes_close(bytes);
    *bytes = plain;
    return fine;
}

bool aert_data_is_text(const char *path, const AertBytes *bytes) {
    return !aert_has_suffix(path, ".f32") && !aert_has_suffix(path, ".f32.gz") &&
           aert_text_is(bytes->data, bytes->size);
}

static bool open_file(AertData *data, AertData *labels, const AertDataFrom *from,
                      const AertInput *input, AertError *error) {
    const char *path = from->path, *column = from->column;
    AertBytes bytes;
    if (!aert_data_bytes(&bytes, path, from->most, error))
        return false;
    bool taken = false;
    const AertWays *ways = aert_ways_of(input);
    bool fine = ways->open && ways->open(data, labels, &bytes, from, input, &taken, error);
    if (taken) {
        aert_bytes_close(&bytes);
        return fine;
    }
    if (aert_data_is_text(path, &bytes))
        fine = aert_csv_open(data, labels, &bytes, from, input, error);
    else if (bytes.size == 0)
        fine = aert_fail(error, "%s: the file is empty", path);
    else if (column)
        fine = aert_fail(error, "%s: is no CSV, which alone has a column '%s'", path, column);
    else
        fine = aert_array_open(data, &bytes, input, error);
    aert_bytes_close(&bytes);
    return fine;
}

static bool open_folder(AertData *data, AertData *labels, const AertDataFrom *from,
                        const AertInput *input, AertError *error) {
    bool taken = false;
    const AertWays *ways = aert_ways_of(input);
    bool fine = ways->open && ways->open(data, labels, NULL, from, input, &taken, error);
    int channels = input->rank == 3 ? input->dim[0] : 1;
    if (taken)
        return fine;
    if (!ways->folder || input->rank < 2 || (channels != 1 && channels != 3))
        return aert_fail(
            error, "%s: is a folder; those are for images of 1 or 3 channels, not for input %s",
            from->path, input->name);
    return ways->folder(data, labels, from, input, error);
}

bool aert_data_is_table(bool *is, const char *path, size_t most, AertError *error) {
    AertBytes bytes;
    *is = false;
    if (aert_folder_is(path))
        return true;
    if (!aert_data_bytes(&bytes, path, most ? most : AERT_MOST_UNPACKED, error))
        return false;
    *is = aert_data_is_text(path, &bytes) && !aert_mtx_is(&bytes) && !aert_svm_is(&bytes);
    aert_bytes_close(&bytes);
    return true;
}

bool aert_data_open_labelled(AertData *data, AertData *labels, const AertDataFrom *given,
                             const AertInput *input, AertError *error) {
    AertDataFrom from = *given;
    from.most = from.most ? from.most : AERT_MOST_UNPACKED;
    *data = (AertData){.low = input->low, .high = input->high};
    data->scaled = aert_holds(input, AERT_HOLDS_NUMBERS) && input->high > input->low;
    if (labels)
        *labels = (AertData){0};
    data->name = aert_copy(from.path, "a file name", error);
    bool fine = data->name != NULL;
    if (fine)
        fine = aert_folder_is(from.path) ? open_folder(data, labels, &from, input, error)
                                         : open_file(data, labels, &from, input, error);
    const AertWays *ways = aert_ways_of(input);
    if (fine && data->count == 0) { /* a class that may be missing, and has no column */
        aert_data_close(data);
        return true;
    }
    fine = fine && (!ways->cut || ways->cut(data, input, from.how, error)) &&
           aert_data_check(data, input, error);
    if (fine)
        return true;
    aert_data_close(data);
    if (labels)
        aert_data_close(labels);
    return false;
}

bool aert_data_open(AertData *data, const char *path, const AertInput *input, AertError *error) {
    return aert_data_open_labelled(data, NULL, &(AertDataFrom){.path = path}, input, error);
}
