/* Features of random models: counting them, and choosing models that have them all. */
#include "features.h"
#include "model.h"

#include <stdio.h>

static const struct {
    const char *name;
    int least;
    const char *what;
} features[NUM_FEATURES] = {
#define FEATURE(name, least, what) {#name, least, what},
#include "features.def"
};

static void features_of(int seed, int *has) {
    Arena *arena = arena_open();
    Text text;
    text_open(&text, arena);
    for (int i = 0; i < NUM_FEATURES; i++)
        has[i] = 0;
    model_random(&text, (uint64_t)seed, has);
    arena_close(arena);
}

int features_count(int first, int count) {
    int models[NUM_FEATURES] = {0}, has[NUM_FEATURES], wrong = 0;
    for (int seed = first; seed < first + count; seed++) {
        features_of(seed, has);
        for (int i = 0; i < NUM_FEATURES; i++)
            models[i] += has[i] > 0;
    }
    for (int i = 0; i < NUM_FEATURES; i++) {
        bool few = models[i] * 200 < features[i].least * count;
        printf("%5d models have %-18s %s%s\n", models[i], features[i].name, features[i].what,
               few ? "   TOO FEW" : "");
        wrong |= few;
    }
    return wrong;
}

bool feature_is_new(int first, int seed) {
    bool known[NUM_FEATURES] = {false}, chosen = false;
    int has[NUM_FEATURES];
    for (int before = first; before <= seed; before++) {
        features_of(before, has);
        chosen = false;
        for (int i = 0; i < NUM_FEATURES; i++)
            chosen |= has[i] > 0 && !known[i];
        for (int i = 0; chosen && i < NUM_FEATURES; i++)
            known[i] |= has[i] > 0;
    }
    return chosen;
}
