/* Writes the images of an IDX file of bytes as PNG files, numbered in their order.
 *
 *     pngs x.idx FOLDER       FOLDER/00000.png, FOLDER/00001.png …
 */
#include "data/dataset.h"
#include "pictures/picture.h"

#include <stdio.h>

int main(int argc, char **argv) {
    AertError error = {""};
    AertBytes bytes;
    char path[512];
    bool fine = argc == 3 && aert_directory_make(argv[2], &error) &&
                aert_bytes_open(&bytes, argv[1], &error);
    if (!fine || bytes.size < 16) {
        fprintf(stderr, "pngs: %s\n", error.text);
        return 1;
    }
    const unsigned char *head = bytes.data;
    int height = head[10] << 8 | head[11], width = head[14] << 8 | head[15];
    size_t size = (size_t)height * (size_t)width;
    for (size_t i = 0; fine && 16 + (i + 1) * size <= bytes.size; i++) {
        snprintf(path, sizeof path, "%s/%05zu.png", argv[2], i);
        fine = aert_png_write(path, 1, height, width, head + 16 + i * size, &error);
    }
    aert_bytes_close(&bytes);
    return fine ? 0 : 1;
}
