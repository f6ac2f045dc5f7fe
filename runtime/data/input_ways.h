/* input_ways: what a kind of input needs beside what all have: formats of its own, and built-in
 * examples.
 *
 * Its one idea: each input of a generated program names those of its kind, and the linker leaves
 * out the rest: a program for images has no reader of texts.
 */
#ifndef AERT_INPUT_WAYS_H
#define AERT_INPUT_WAYS_H

#include "data_parts.h"

struct AertWays {
    /* Opens bytes of a format of its own, or the folder from->path where bytes is NULL; *taken is
     * false, and nothing done, where they are none.  NULL: it has no such. */
    bool (*open)(AertData *data, AertData *labels, const AertBytes *bytes, const AertDataFrom *from,
                 const AertInput *input, bool *taken, AertError *error);
    /* Of images: opens a folder of pictures (data_parts.h); else NULL. */
    bool (*folder)(AertData *data, AertData *labels, const AertDataFrom *from,
                   const AertInput *input, AertError *error);
    /* Of signals: makes windows of a recording, and labels of windows of those of moments
     * (windows.h); else NULL. */
    bool (*cut)(AertData *data, const AertInput *input, const AertReading *how, AertError *error);
    bool (*share)(AertData *labels, const AertData *data, AertError *error);
    const char *builtin; /* the name of the built-in examples */
    /* Draws one of a kind by a key into `size` numbers; of pictures they become bytes.  NULL: it
     * has no built-in examples, or such as are all 0. */
    void (*draw)(int kind, uint64_t key, const AertInput *input, size_t size, float *out);
    /* Of tokens: the words of built-in texts, and a text that tokens stand for (text.h); else NULL.
     */
    int (*words)(const AertInput *input, char (*out)[AERT_WORD]);
    char *(*text)(const AertInput *input, const AertWords *words, const float *token,
                  AertError *error);
    /* … and whether words that weights keep are what an input of this kind may have. */
    bool (*fit)(const AertInput *input, const AertWords *words, const char *path, AertError *error);
};

/* The ways of an input, or what stands for them where it names none. */
const AertWays *aert_ways_of(const AertInput *input);

#endif
