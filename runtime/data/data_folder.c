/* data_folder: a folder of PNG pictures, in the order of their names.
 *
 * Pictures lie in the folder itself, or in folders of it whose names are the labels.  Each must
 * have the size that the input declares; grey and colour are converted to its channels, and what is
 * transparent becomes black.
 *
 *     photos/cat/1.png  photos/dog/1.png  photos/dog/2.png     three examples, labels 0 1 1
 */
#include "data_parts.h"

#include <dirent.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct Picture {
    char *path;
    const char *label; /* NULL where pictures lie in the folder itself */
} Picture;

typedef struct Folder {
    Picture *picture;
    size_t count, capacity;
    struct dirent **label; /* the folders in it … */
    int labels;
} Folder;

static int is_png(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 4 && entry->d_name[0] != '.' &&
           (strcmp(entry->d_name + length - 4, ".png") == 0 ||
            strcmp(entry->d_name + length - 4, ".PNG") == 0);
}

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.' && !is_png(entry);
}

bool aert_folder_is(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void free_names(struct dirent **name, int count) {
    for (int i = 0; i < count; i++)
        free(name[i]);
    free(name);
}

static bool add_picture(Folder *folder, const char *path, const char *name, const char *label,
                        AertError *error) {
    if (folder->count == folder->capacity) {
        size_t capacity = 2 * folder->capacity + 64;
        Picture *more = realloc(folder->picture, capacity * sizeof *more);
        if (!more)
            return aert_fail(error, "out of memory: the names of pictures in %s", path);
        folder->picture = more;
        folder->capacity = capacity;
    }
    char *joined = aert_path_join(path, name, error);
    if (joined)
        folder->picture[folder->count++] = (Picture){joined, label};
    return joined != NULL;
}

/* The pictures that lie right in `path`. */
static bool list_pictures(Folder *folder, const char *path, const char *label, AertError *error) {
    struct dirent **name = NULL;
    int count = scandir(path, &name, is_png, alphasort);
    if (count < 0)
        return aert_fail(error, "%s: cannot read the folder", path);
    bool fine = true;
    for (int i = 0; i < count && fine; i++)
        fine = add_picture(folder, path, name[i]->d_name, label, error);
    free_names(name, count);
    return fine;
}

static bool list_folder(Folder *folder, const char *path, AertError *error) {
    if (!list_pictures(folder, path, NULL, error))
        return false;
    size_t own = folder->count;
    folder->labels = scandir(path, &folder->label, is_visible, alphasort);
    for (int i = 0; i < folder->labels; i++) {
        char *inner = aert_path_join(path, folder->label[i]->d_name, error);
        bool fine = inner && (!aert_folder_is(inner) ||
                              list_pictures(folder, inner, folder->label[i]->d_name, error));
        free(inner);
        if (!fine)
            return false;
    }
    if (folder->count == 0)
        return aert_fail(error, "%s: is a folder without PNG pictures", path);
    if (own > 0 && own < folder->count)
        return aert_fail(error,
                         "%s: holds pictures beside folders of pictures, wanted only one of "
                         "them",
                         path);
    return true;
}

static void close_folder(Folder *folder) {
    for (size_t i = 0; i < folder->count; i++)
        free(folder->picture[i].path);
    free(folder->picture);
    free_names(folder->label, folder->labels);
}

/* The picture as bytes (channels, height, width); `line` has room for one. */
static bool read_picture(const char *path, const AertInput *input, int channels,
                         unsigned char *line, unsigned char *out, AertError *error) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    size_t height = (size_t)input->dim[input->rank - 2],
           width = (size_t)input->dim[input->rank - 1];
    size_t plane = height * width;
    AertBytes bytes;
    if (!aert_bytes_open(&bytes, path, error))
        return false;
    bool fine = png_image_begin_read_from_memory(&image, bytes.data, bytes.size) != 0;
    bool fits = fine && image.height == height && image.width == width;
    memset(line, 0, plane * (size_t)channels); /* what lies behind a transparent picture */
    image.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    if (fits)
        fine = png_image_finish_read(&image, NULL, line, 0, NULL) != 0;
    if (!fine)
        aert_fail(error, "%s: cannot be read as PNG: %s", path,
                  bytes.size ? image.message : "the file is empty");
    else if (!fits)
        aert_fail(error, "%s: is %u pixels high and %u wide, input %s wants %zu and %zu", path,
                  (unsigned)image.height, (unsigned)image.width, input->name, height, width);
    png_image_free(&image);
    aert_bytes_close(&bytes);
    for (size_t i = 0; fine && fits && i < plane; i++)
        for (int c = 0; c < channels; c++)
            out[(size_t)c * plane + i] = line[i * (size_t)channels + (size_t)c];
    return fine && fits;
}

static bool read_all(const Folder *folder, AertData *data, AertData *labels, const AertInput *input,
                     int channels, AertError *error) {
    unsigned char *bytes = aert_allocate(folder->count, data->size, "pictures", error);
    unsigned char *line = bytes ? aert_allocate(data->size, 1, "a picture", error) : NULL;
    data->values = data->memory = bytes;
    bool fine = line != NULL;
    for (size_t i = 0; i < folder->count && fine; i++)
        fine = read_picture(folder->picture[i].path, input, channels, line, bytes + i * data->size,
                            error) &&
               (!labels || !folder->picture[i].label ||
                aert_words_add(labels, (int64_t)i, folder->picture[i].label, error));
    free(line);
    return fine;
}

bool aert_folder_open(AertData *data, AertData *labels, const AertDataFrom *from,
                      const AertInput *input, AertError *error) {
    const char *path = from->path;
    int channels = input->rank == 3 ? input->dim[0] : 1;
    if (input->kind != AERT_IMAGE || input->rank < 2 || (channels != 1 && channels != 3))
        return aert_fail(error,
                         "%s: is a folder; only images of 1 or 3 channels are read from "
                         "folders, input %s is no such",
                         path, input->name);
    Folder folder = {0};
    bool fine = list_folder(&folder, path, error);
    if (fine) {
        data->format = "PNG";
        data->element = AERT_BYTE;
        data->count = (int64_t)folder.count;
        data->rank = input->rank;
        memcpy(data->dim, input->dim, sizeof data->dim);
        data->size = 1;
        for (int i = 0; i < input->rank; i++)
            data->size *= (size_t)input->dim[i];
        fine = aert_most_fits(folder.count * data->size, from->most, path, error);
        if (fine && labels && folder.picture[0].label)
            fine = aert_words_begin(labels, path, "PNG", data->count, error);
        fine = fine && read_all(&folder, data, labels, input, channels, error);
        if (fine && labels && labels->count)
            aert_words_end(labels);
    }
    close_folder(&folder);
    return fine;
}
