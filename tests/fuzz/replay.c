/* replay ROUNDS FILE…: feeds a target the files, and then ROUNDS mutations of them: a byte changed,
 * a range left out, doubled or taken from another file, the end cut off, a word of the format put
 * in. A round's number decides all of it: a failure names its round, and comes again.
 */
#define _POSIX_C_SOURCE 200809L
#include "fuzz.h"

#include <signal.h>
#include <unistd.h>

enum { FILES = 256, MOST = 1 << 16 };

/* Of the rounds one in so many is tried, with AECC_FULL=1 all: without a sanitizer only what the
 * target itself demands can fail. */
#ifdef __SANITIZE_ADDRESS__
enum { SHARE = 2 };
#else
enum { SHARE = 5 };
#endif

typedef struct Bytes {
    uint8_t *at;
    size_t size;
} Bytes;

static Bytes files[FILES];
static int count;
static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
enum { SIGNALS = sizeof signals / sizeof *signals };
static struct sigaction before[SIGNALS];
static volatile sig_atomic_t running; /* the round, or -1 - the file */

static void tell_round(int number) {
    char text[64];
    int length = snprintf(text, sizeof text, running < 0 ? "file %d\n" : "round %d\n",
                          running < 0 ? -1 - (int)running : (int)running);
    ssize_t written = write(STDERR_FILENO, text, (size_t)length);
    (void)written;
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &before[i], NULL);
    (void)number; /* it comes again, to whom it went before: a sanitizer says where */
}

static Bytes read_file(const char *path) {
    Bytes bytes = {malloc(MOST), 0};
    FILE *file = fopen(path, "rb");
    if (!file || !bytes.at) {
        fprintf(stderr, "replay: cannot read %s\n", path);
        exit(2);
    }
    bytes.size = fread(bytes.at, 1, MOST, file);
    fclose(file);
    return bytes;
}

static size_t below(uint64_t *state, size_t limit) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return limit ? (size_t)((*state >> 33) % limit) : 0;
}

/* Puts `size` bytes where `dropped` others were. */
static void replace(Bytes *bytes, size_t at, size_t dropped, const void *with, size_t size) {
    if (dropped > bytes->size - at)
        dropped = bytes->size - at;
    if (bytes->size - dropped + size > MOST)
        return;
    memmove(bytes->at + at + size, bytes->at + at + dropped, bytes->size - at - dropped);
    memcpy(bytes->at + at, with, size);
    bytes->size += size - dropped;
}

static void mutate(Bytes *bytes, uint64_t *state) {
    size_t words = 0, at = below(state, bytes->size + 1), size = below(state, 40);
    const Bytes *other = &files[below(state, (size_t)count)];
    size_t from = below(state, other->size + 1), small = below(state, 9);
    uint8_t byte = (uint8_t)below(state, 256), copy[40];
    while (fuzz_words[words])
        words++;
    size = size < other->size - from ? size : other->size - from;
    switch (below(state, 7)) {
    case 0:
        replace(bytes, at, 1, &byte, 1);
        break;
    case 1:
        if (at < bytes->size)
            bytes->at[at] ^= (uint8_t)(1u << small % 8);
        break;
    case 2: /* left out */
        replace(bytes, at, small, "", 0);
        break;
    case 3: /* doubled */
        small = small < bytes->size - at ? small : bytes->size - at;
        memcpy(copy, bytes->at + at, small);
        replace(bytes, at, 0, copy, small);
        break;
    case 4: /* from another */
        replace(bytes, at, below(state, 2) * size, other->at + from, size);
        break;
    case 5:
        bytes->size = below(state, 4) ? bytes->size : at;
        break;
    default: {
        const char *word = words ? fuzz_words[below(state, words)] : "";
        replace(bytes, at, small, word, strlen(word));
    }
    }
}

/* In memory of just that size, for the sanitizers. */
static void feed(const uint8_t *data, size_t size) {
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        exit(2);
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

int main(int argc, char **argv) {
    const struct sigaction telling = {.sa_handler = tell_round};
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &telling, &before[i]);
    int rounds = argc > 2 ? atoi(argv[1]) : 0;
    if (!getenv("AECC_FULL"))
        rounds /= SHARE;
    for (int i = 2; i < argc && count < FILES; i++)
        files[count++] = read_file(argv[i]);
    Bytes bytes = {malloc(MOST), 0};
    if (count == 0 || !bytes.at) {
        fprintf(stderr, "usage: replay ROUNDS FILE…\n");
        return 2;
    }
    for (int i = 0; i < count; i++) {
        running = -1 - i;
        feed(files[i].at, files[i].size);
    }
    for (running = 0; running < rounds; running++) {
        uint64_t state = (uint64_t)running;
        below(&state, 1);
        const Bytes *from = &files[below(&state, (size_t)count)];
        memcpy(bytes.at, from->at, from->size);
        bytes.size = from->size;
        for (size_t n = 1 + below(&state, 4); n > 0; n--)
            mutate(&bytes, &state);
        feed(bytes.at, bytes.size);
    }
    for (int i = 0; i < count; i++)
        free(files[i].at);
    free(bytes.at);
    return 0;
}
