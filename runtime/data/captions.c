/* captions: see captions.h.  The file stays mapped; lines are places in it, or, where it is packed
 * or no UTF-8, in what was made of it. */
#include "captions.h"
#include "data_parts.h"
#include "table_parts.h"

#include <stdlib.h>
#include <string.h>

/* How many lines there are, and where each begins, if `line` is not NULL. */
static int64_t find_lines(const AertTable *text, const char **line) {
    const char *at = text->text, *end = at ? at + text->size : at;
    char line_end = aert_line_end(at, text->size);
    int64_t count = 0;
    for (; at < end; count++) {
        const char *last = memchr(at, line_end, (size_t)(end - at));
        if (line)
            line[count] = at;
        at = last ? last + 1 : end;
    }
    if (line)
        line[count] = end;
    return count;
}

bool aert_captions_open(AertCaptions *captions, const char *path, AertError *error) {
    *captions = (AertCaptions){0};
    AertTable text = {.name = path};
    if (!aert_data_bytes(&captions->bytes, path, AERT_MOST_UNPACKED, error))
        return false;
    bool fine = aert_text_open(&text, &captions->bytes, error);
    captions->converted = text.converted;
    if (!fine)
        return false;
    captions->count = find_lines(&text, NULL);
    captions->line =
        aert_allocate((size_t)captions->count + 1, sizeof *captions->line, "lines", error);
    if (!captions->line)
        return false;
    find_lines(&text, captions->line);
    return true;
}

void aert_captions_close(AertCaptions *captions) {
    free(captions->line);
    free(captions->converted);
    aert_bytes_close(&captions->bytes);
    *captions = (AertCaptions){0};
}

/* How long a line is without its end: LF or CR LF. */
static size_t line_length(const AertCaptions *captions, int64_t example) {
    const char *begin = captions->line[example], *end = captions->line[example + 1];
    while (end > begin && (end[-1] == '\n' || end[-1] == '\r'))
        end--;
    return (size_t)(end - begin);
}

const char *aert_caption(const AertCaptions *captions, int64_t example, char *text, size_t size) {
    size_t length = line_length(captions, example);
    if (length >= size)
        length = size - 1;
    if (length)
        memcpy(text, captions->line[example], length);
    text[length] = 0;
    return text;
}

/* The next word of a line that ends at `end`: where it begins, or NULL. */
static const char *next_word(const char **at, const char *end, size_t *length) {
    const char *begin = *at;
    while (begin < end && (*begin == ' ' || *begin == '\t'))
        begin++;
    const char *behind = begin;
    while (behind < end && *behind != ' ' && *behind != '\t')
        behind++;
    *at = behind;
    *length = (size_t)(behind - begin);
    return *length ? begin : NULL;
}

bool aert_captions_meet(const AertCaptions *a, int64_t of_a, const AertCaptions *b, int64_t of_b) {
    const char *at_a = a->line[of_a], *end_a = at_a + line_length(a, of_a), *word;
    size_t length, other_length;
    while ((word = next_word(&at_a, end_a, &length)) != NULL) {
        const char *at_b = b->line[of_b], *end_b = at_b + line_length(b, of_b), *other;
        while ((other = next_word(&at_b, end_b, &other_length)) != NULL)
            if (length == other_length && memcmp(word, other, length) == 0)
                return true;
    }
    return false;
}
