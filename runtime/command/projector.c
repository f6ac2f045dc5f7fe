/* encode --projector: what the embedding projector of TensorBoard shows of codes.
 *
 * Its one idea: codes and labels are the files that `encode` writes anyway; the projector wants
 * beside them a square mosaic of the examples, row by row, and a JSON text that names the files.
 *
 * Example: 10000 digits of 28 by 28 are 100 lines of 100, a sprite of 2800 by 2800 pixels.
 */
#include "projector.h"
#include "pictures/pictures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_PIXELS = 8192 }; /* of a sprite, along each side: more the projector does not load */

/* The input whose examples are shown: what is encoded, where it is grey or colour; or NULL. */
static const AertInput *shown(const AertModel *model) {
    const AertInput *input = &model->input[0];
    bool image = input->kind == AERT_IMAGE && (input->dim[0] == 1 || input->dim[0] == 3);
    return image ? input : NULL;
}

/* Pictures in a line of the mosaic, which has as many lines. */
static int mosaic_side(int64_t count) {
    int side = (int)sqrt((double)count);
    while ((int64_t)side * side < count)
        side++;
    return side;
}

bool projector_begin(const AertModel *model, const Options *options, int64_t count,
                     AertError *error) {
    const AertInput *input = shown(model);
    int longest = !input ? 1 : input->dim[1] > input->dim[2] ? input->dim[1] : input->dim[2];
    long long most = MOST_PIXELS / longest;
    if (input && mosaic_side(count) > most)
        return aert_fail(error,
                         "--projector: %lld pictures of %d by %d make a sprite of more than %d "
                         "pixels a side, which the projector does not load: --count %lld at most",
                         (long long)count, input->dim[1], input->dim[2], MOST_PIXELS, most * most);
    return aert_directory_make(options->projector, error);
}

static bool write_sprite(const AertInput *input, const AertData *data, int64_t count,
                         const char *path, AertError *error) {
    int side = mosaic_side(count);
    size_t size = aert_input_size(input);
    float *values = aert_allocate((size_t)count * size, sizeof *values, "a picture", error);
    const AertPicture picture = {.rank = input->rank,
                                 .dim = input->dim,
                                 .low = input->ranged ? input->low : 0,
                                 .high = input->ranged ? input->high : 0,
                                 .rows = side,
                                 .columns = side,
                                 .count = (int)count,
                                 .gap = -1,
                                 .scale = 1};
    for (int64_t i = 0; values && i < count; i++) {
        aert_data_make(data, &i, 0, 1);
        aert_data_gather(data, &i, 0, 1, sizeof *values, values + (size_t)i * size);
    }
    bool fine = values && aert_picture_write(path, &picture, values, error);
    free(values);
    return fine;
}

static bool write_config(const AertInput *input, int64_t count, size_t size, const char *path,
                         AertError *error) {
    AertFile file = {.fd = -1};
    if (!aert_file_create(&file, path, error))
        return false;
    file_say(&file,
             "{\"embeddings\": [{\"tensorName\": \"codes\", \"tensorShape\": [%lld, %zu], "
             "\"tensorPath\": \"vectors.tsv\", \"metadataPath\": \"metadata.tsv\"",
             (long long)count, size);
    if (input)
        file_say(&file,
                 ", \"sprite\": {\"imagePath\": \"sprite.png\", \"singleImageDim\": [%d, %d]}",
                 input->dim[2], input->dim[1]);
    file_say(&file, "}]}\n");
    return aert_file_commit(&file, error);
}

bool projector_end(const AertModel *model, const Options *options, const Examples *examples,
                   size_t size, AertError *error) {
    const AertInput *input = shown(model);
    char path[AERT_PATH_BELOW];
    snprintf(path, sizeof path, "%s/sprite.png", options->projector);
    if (input && !write_sprite(input, &examples->data[0], examples->count, path, error))
        return false;
    snprintf(path, sizeof path, "%s/projector_config.json", options->projector);
    return write_config(input, examples->count, size, path, error);
}
