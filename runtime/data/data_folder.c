/* data_folder: a folder of pictures, PNG and JPEG, in the order of their names.
 *
 * Pictures lie in the folder itself, or in folders of it whose names are the labels.  What is a
 * picture is told by what a file holds; what is none is left out, counted and named.  They become
 * bytes, or floats where one of them has more than 8 bits a sample.
 *
 *     photos/cat/1.png  photos/dog/1.jpg  photos/dog/2.png     three examples, labels 0 1 1
 */
#include "data_parts.h"
#include "image.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Picture {
    char *path;
    const char *label; /* NULL where pictures lie in the folder itself */
} Picture;

typedef struct Folder {
    Picture *picture;
    size_t count, capacity;
    struct dirent **entry; /* of the folder itself, in order */
    int entries;
    bool deep; /* a picture has more than 8 bits */
    int64_t others;
    char names[200]; /* … of the first of them */
} Folder;

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

bool aert_folder_is(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

int aert_folder_entries(const char *path, struct dirent ***entry, AertError *error) {
    int count = scandir(path, entry, is_visible, by_name);
    if (count < 0)
        aert_fail(error, "%s: cannot read the folder", path);
    return count;
}

static void free_entries(struct dirent **entry, int count) {
    for (int i = 0; i < count; i++)
        free(entry[i]);
    free(entry);
}

/* A name that promises a picture: what it holds is damaged, where it is none. */
static bool is_named_so(const char *name) {
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".jpe", ".jfif"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (aert_has_suffix(name, endings[i]))
            return true;
    return false;
}

/* Whether the file is a picture: by its first bytes, which tell its depth, too. */
static bool is_picture(const char *path, bool *deep) {
    unsigned char begin[32];
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* opening a pipe does not wait */
    ssize_t size = 0;
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        size = read(fd, begin, sizeof begin);
    if (fd >= 0)
        close(fd);
    return aert_image_kind(begin, size > 0 ? (size_t)size : 0, deep) != AERT_NO_IMAGE;
}

static bool add_picture(Folder *folder, char *path, const char *label, AertError *error) {
    if (folder->count == folder->capacity) {
        size_t capacity = 2 * folder->capacity + 64;
        if (!aert_grow(&folder->picture, capacity * sizeof *folder->picture,
                       "the names of pictures", error)) {
            free(path);
            return false;
        }
        folder->capacity = capacity;
    }
    folder->picture[folder->count++] = (Picture){path, label};
    return true;
}

static void leave_out(Folder *folder, const char *name) {
    folder->others++;
    aert_list_add(folder->names, sizeof folder->names, name, strlen(name));
}

/* Takes the file, or leaves it out. */
static bool take_file(Folder *folder, const char *path, const char *name, const char *label,
                      AertError *error) {
    bool deep = false;
    char *joined = aert_path_join(path, name, error);
    if (!joined)
        return false;
    if (!aert_folder_is(joined) && (is_picture(joined, &deep) || is_named_so(name))) {
        folder->deep |= deep;
        return add_picture(folder, joined, label, error);
    }
    leave_out(folder, label ? joined + strlen(path) - strlen(label) : name);
    free(joined);
    return true;
}

/* The pictures in the folder of a label; it is left out where it has none. */
static bool take_folder(Folder *folder, const char *path, const char *label, AertError *error) {
    struct dirent **entry = NULL;
    size_t before = folder->count;
    int entries = aert_folder_entries(path, &entry, error);
    bool fine = entries >= 0;
    for (int i = 0; i < entries && fine; i++)
        fine = take_file(folder, path, entry[i]->d_name, label, error);
    free_entries(entry, entries);
    if (fine && entries == 0 && folder->count == before)
        leave_out(folder, label);
    return fine;
}

static bool list_folder(Folder *folder, const char *path, AertError *error) {
    folder->entries = aert_folder_entries(path, &folder->entry, error);
    if (folder->entries < 0)
        return false;
    size_t own = 0;
    for (int pass = 0; pass < 2; pass++) { /* its own pictures first, then those of its folders */
        for (int i = 0; i < folder->entries; i++) {
            const char *name = folder->entry[i]->d_name;
            char *inner = aert_path_join(path, name, error);
            bool fine = inner != NULL;
            if (fine && aert_folder_is(inner) == (pass == 1))
                fine = pass ? take_folder(folder, inner, name, error)
                            : take_file(folder, path, name, NULL, error);
            free(inner);
            if (!fine)
                return false;
        }
        own = pass ? own : folder->count;
    }
    if (folder->count == 0)
        return aert_fail(error, "%s: is a folder without PNG or JPEG pictures%s%s", path,
                         folder->others ? "; it holds " : "", folder->names);
    return own == 0 || own == folder->count ||
           aert_fail(error,
                     "%s: holds pictures beside folders of pictures, wanted only one of them",
                     path);
}

static void close_folder(Folder *folder) {
    for (size_t i = 0; i < folder->count; i++)
        free(folder->picture[i].path);
    free(folder->picture);
    free_entries(folder->entry, folder->entries);
}

/* The values of a picture, 0 … 1, as the data set holds them. */
static void keep(AertData *data, size_t picture, const float *value) {
    unsigned char *byte = (unsigned char *)data->memory + picture * data->size;
    float *wide = (float *)data->memory + picture * data->size;
    double low = data->scaled ? data->low : 0, span = data->scaled ? data->high - data->low : 255;
    for (size_t i = 0; i < data->size; i++)
        if (data->element == AERT_BYTE)
            byte[i] = (unsigned char)lrintf(255 * value[i]);
        else
            wide[i] = (float)(low + span * (double)value[i]);
}

static bool read_all(const Folder *folder, AertData *data, WordReader *words,
                     const AertImageGoal *goal, AertError *error) {
    size_t element = data->element == AERT_BYTE ? 1 : sizeof(float);
    data->values = data->memory =
        aert_allocate(folder->count, data->size * element, "pictures", error);
    float *value = aert_allocate(data->size, sizeof *value, "a picture", error);
    bool fine = data->memory && value, unknown;
    for (size_t i = 0; i < folder->count && fine; i++) {
        const Picture *picture = &folder->picture[i];
        fine = aert_image_read(picture->path, goal, value, error) &&
               (!words || aert_words_add(words, (int64_t)i, picture->label, &unknown, error));
        if (fine)
            keep(data, i, value);
    }
    free(value);
    return fine;
}

static bool tell_others(AertData *data, const Folder *folder, AertError *error) {
    return folder->others == 0 ||
           aert_data_note(data, error,
                          "%s: %lld pictures; left out: %lld that %s no PNG or JPEG (%s)",
                          data->name, (long long)folder->count, (long long)folder->others,
                          folder->others == 1 ? "is" : "are", folder->names);
}

/* The names of the pictures in order, without their endings, as one number: FNV-1a. */
static uint64_t names_of(const Folder *folder) {
    uint64_t sum = 14695981039346656037u;
    for (size_t i = 0; i < folder->count; i++) {
        const char *path = folder->picture[i].path, *slash = strrchr(path, '/');
        const char *name = slash ? slash + 1 : path, *end = strrchr(name, '.');
        for (const char *p = name; *p && p != end; p++)
            sum = (sum ^ (unsigned char)*p) * 1099511628211u;
        sum = (sum ^ '/') * 1099511628211u;
    }
    return sum;
}

bool aert_folder_open(AertData *data, AertData *labels, const AertDataFrom *from,
                      const AertInput *input, AertError *error) {
    const char *path = from->path;
    const AertImageGoal goal = {.channels = input->rank == 3 ? input->dim[0] : 1,
                                .height = input->dim[input->rank - 2],
                                .width = input->dim[input->rank - 1],
                                .resize = from->how ? from->how->resize : AERT_RESIZE_NO,
                                .input = input->name,
                                .most = from->most};
    Folder folder = {0};
    bool fine = list_folder(&folder, path, error);
    if (fine) {
        data->format = "pictures";
        data->element = folder.deep ? AERT_FLOAT : AERT_BYTE;
        data->count = (int64_t)folder.count;
        data->rank = input->rank;
        memcpy(data->dim, input->dim, sizeof data->dim);
        data->size = aert_input_size(input);
        data->names = names_of(&folder);
        size_t bytes = data->size * (folder.deep ? sizeof(float) : 1);
        fine = aert_most_fits(folder.count * bytes, from->most, path, error) &&
               tell_others(data, &folder, error);
        WordReader words = {0};
        bool labelled = labels && folder.picture[0].label;
        if (fine && labelled)
            fine = aert_words_begin(&words, labels, data, from->label, from->label_words, error);
        fine = fine && read_all(&folder, data, labelled ? &words : NULL, &goal, error) &&
               (!labelled || aert_words_end(&words, error));
        aert_words_close(&words);
    }
    close_folder(&folder);
    return fine;
}

/* ---- a look at it ---- */

static bool only_measure(void *user, const AertImage *image, AertError *error) {
    *(AertImage *)user = *image;
    return aert_fail(error, "it is enough"); /* ends the reading */
}

/* The size and channels of a picture; all 0 where it cannot be read. */
static AertImage measure(const char *path) {
    AertImage image = {0};
    AertError ignored;
    const AertImageTaker taker = {.begin = only_measure, .user = &image, .most = SIZE_MAX};
    aert_image_decode(path, &taker, &ignored);
    return image;
}

enum { MEASURED = 200 };

/* The most frequent size of the first pictures. */
static void look_at_sizes(AertLook *look, const Folder *folder) {
    AertImage image[MEASURED];
    int count = folder->count < MEASURED ? (int)folder->count : MEASURED, most = 0, channels = 1;
    for (int i = 0; i < count; i++) {
        image[i] = measure(folder->picture[i].path);
        channels = image[i].channels >= 3 ? 3 : channels;
        look->sizes |= image[i].width != image[0].width || image[i].height != image[0].height;
    }
    for (int i = 0; i < count; i++) {
        int same = 0;
        for (int k = 0; k < count; k++)
            same += image[k].width == image[i].width && image[k].height == image[i].height;
        if (same > most) {
            most = same;
            look->dim[1] = image[i].height;
            look->dim[2] = image[i].width;
        }
    }
    look->rank = 3;
    look->dim[0] = channels;
}

bool aert_folder_look(AertLook *look, const char *path, AertError *error) {
    Folder folder = {0};
    bool fine = list_folder(&folder, path, error);
    if (fine) {
        look->kind = AERT_LOOK_PICTURES;
        look->format = "pictures";
        look->count = (int64_t)folder.count;
        look->labels = folder.picture[0].label != NULL;
        look_at_sizes(look, &folder);
        fine = (look->dim[1] && look->dim[2]) ||
               aert_fail(error, "%s: no picture in it can be read", path);
    }
    close_folder(&folder);
    return fine;
}
