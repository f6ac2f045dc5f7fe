/* Breaks a text: mutate FILE NUMBER writes it with one small change, which NUMBER alone decides.
 *
 * Changes: a byte, a line or a stretch left out, a byte or a line twice, two lines exchanged, a
 * byte replaced by a character that the language uses.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 1 << 16 };

static uint32_t next(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* Where the line that holds byte `at` begins; and where the next one does. */
static size_t line_begin(const char *text, size_t at) {
    while (at > 0 && text[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(const char *text, size_t length, size_t at) {
    while (at < length && text[at] != '\n')
        at++;
    return at < length ? at + 1 : length;
}

static void put(const char *text, size_t begin, size_t end) {
    if (end > begin)
        fwrite(text + begin, 1, end - begin, stdout);
}

static void mutate(const char *text, size_t length, uint64_t *state) {
    static const char letters[] = "(){}[]~|<>-=+*/^,.:;#\"'0919eexz \n\t\\\x80";
    uint32_t change = next(state) % 7;
    size_t at = next(state) % length, to = at + 1 + next(state) % 20;
    size_t begin = line_begin(text, at), end = line_end(text, length, at);
    size_t after = line_end(text, length, end < length ? end : length);
    if (change >= 5)
        begin = at, end = at + 1;
    put(text, 0, change == 4 ? at : begin);
    switch (change) {
    case 0:
        break; /* without a line */
    case 1:
        put(text, begin, end), put(text, begin, end);
        break; /* a line twice */
    case 2:
    case 3:
        put(text, end, after), put(text, begin, end), end = after;
        break; /* exchanged */
    case 4:
        end = to < length ? to : length;
        break; /* without a stretch */
    case 5:
        putchar(letters[next(state) % (sizeof letters - 1)]);
        break;
    default:
        break; /* without a byte */
    }
    put(text, end, length);
}

int main(int argc, char **argv) {
    static char text[MOST];
    FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
    if (!file)
        return 2;
    size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    uint64_t state = 77 + 1000003 * (uint64_t)atoll(argv[2]);
    next(&state);
    if (length > 0)
        mutate(text, length, &state);
    return 0;
}
