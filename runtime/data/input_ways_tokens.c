/* The ways of inputs `tokens`. */
#include "sentences.h"
#include "text.h"
#include "input_ways.h"

static bool open_texts(AertData *data, AertData *labels, const AertBytes *bytes,
                       const AertDataFrom *from, const AertInput *input, bool *taken,
                       AertError *error) {
    *taken = !bytes || aert_data_is_text(from->path, bytes);
    return *taken && aert_texts_open(data, labels, bytes, from, input, error);
}

const AertWays aert_ways_tokens = {.open = open_texts,
                                   .builtin = "built-in sentences",
                                   .draw = aert_sentence_draw,
                                   .words = aert_sentence_words,
                                   .text = aert_text_of};
