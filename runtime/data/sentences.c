/* sentences: see sentences.h. */
#include "sentences.h"

#include "draws.h"

#include <string.h>

/* Words by what they may be; a sentence takes one of each part in turn. */
enum { EACH = 10 };

static const char *const nouns[EACH] = {"fox",  "boat", "girl",  "house", "king",
                                        "tree", "bird", "horse", "road",  "cloud"};
static const char *const adjectives[EACH] = {"old",  "small", "red",   "quiet", "quick",
                                             "grey", "happy", "heavy", "new",   "tall"};
static const char *const verbs[EACH] = {"sees",  "passes", "likes", "follows", "finds",
                                        "meets", "calls",  "hides", "fears",   "leaves"};
static const char *const places[EACH] = {"river",  "hill",  "sea",  "village", "bridge",
                                         "garden", "field", "wood", "wall",    "shore"};
static const char *const smalls[] = {"the", "a", "near", "behind", "."};

static const char letters[] = "abcdefghijklmnopqrstuvwxyz .";

enum { SMALLS = sizeof smalls / sizeof *smalls, LETTERS = sizeof letters - 1 };

/* The list that word number `word` is of. */
static const char *word_at(int word) {
    const char *const *const lists[] = {nouns, adjectives, verbs, places};
    return word < SMALLS ? smalls[word] : lists[(word - SMALLS) / EACH][(word - SMALLS) % EACH];
}

int aert_sentence_words(const AertInput *input, char (*out)[AERT_WORD]) {
    int all = input->characters ? LETTERS : SMALLS + 4 * EACH,
        most = input->classes - AERT_TOKEN_FIRST;
    int count = all < most ? all : most;
    for (int i = 0; out && i < count; i++)
        if (input->characters)
            memcpy(out[i], (char[2]){letters[i], 0}, 2);
        else
            strcpy(out[i], word_at(i));
    return count;
}

/* Tokens that are put one behind the other. */
typedef struct Sentence {
    const AertInput *input;
    size_t size, used;
    float *out;
} Sentence;

static void put(Sentence *line, int number) {
    bool known = number + AERT_TOKEN_FIRST < line->input->classes;
    if (line->used + 1 < line->size)
        line->out[line->used++] = (float)(known ? number + AERT_TOKEN_FIRST : AERT_TOKEN_UNKNOWN);
}

static void put_word(Sentence *line, int word) {
    if (!line->input->characters) {
        put(line, word);
        return;
    }
    if (line->used && *word_at(word) != '.')
        put(line, (int)(strchr(letters, ' ') - letters));
    for (const char *at = word_at(word); *at; at++)
        put(line, (int)(strchr(letters, *at) - letters));
}

/* One of a list of words. */
static int one_of(Draws *draws, int list) {
    return SMALLS + list * EACH + (int)draw(draws, 0, EACH);
}

/* the old fox, or: the fox */
static void put_thing(Sentence *line, Draws *draws, int noun) {
    put_word(line, draw(draws, 0, 1) < 0.6f ? 0 : 1);
    if (draw(draws, 0, 1) < 0.7f)
        put_word(line, one_of(draws, 1));
    put_word(line, noun);
}

void aert_sentence_draw(int kind, uint64_t key, const AertInput *input, size_t size, float *out) {
    Sentence line = {.input = input, .size = size, .out = out};
    Draws draws = {key, 0};
    memset(out, 0, size * sizeof *out); /* padding */
    put_thing(&line, &draws, SMALLS + kind % EACH);
    put_word(&line, one_of(&draws, 2));
    put_thing(&line, &draws, one_of(&draws, 0));
    if (draw(&draws, 0, 1) < 0.5f) {
        put_word(&line, draw(&draws, 0, 1) < 0.5f ? 2 : 3);
        put_word(&line, 0);
        put_word(&line, one_of(&draws, 3));
    }
    put_word(&line, 4);
    out[line.used] = AERT_TOKEN_END;
}
