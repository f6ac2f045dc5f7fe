/* text: see text.h. */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- characters ---- */

typedef struct Codes {
    int first, last;
} Codes;

static const Codes blanks[] = {{0, ' '},         {0x7f, 0xa0},     {0x1680, 0x1680},
                               {0x2000, 0x200b}, {0x2028, 0x2029}, {0x202f, 0x202f},
                               {0x205f, 0x205f}, {0x3000, 0x3000}, {0xfeff, 0xfeff}};

/* From U+00C0 on: punctuation, and the characters of Chinese and Japanese, between whose words
 * stand no blanks. */
static const Codes no_letters[] = {{0xd7, 0xd7},     {0xf7, 0xf7},      {0x2000, 0x206f},
                                   {0x2e80, 0x9fff}, {0xf900, 0xfaff},  {0xfe30, 0xfe4f},
                                   {0xfeff, 0xff9f}, {0x20000, 0x3ffff}};

static bool is_among(int code, const Codes *codes, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (code >= codes[i].first && code <= codes[i].last)
            return true;
    return false;
}

static bool is_blank(int code) {
    return is_among(code, blanks, sizeof blanks / sizeof *blanks);
}

static bool is_digit(int code) {
    return code >= '0' && code <= '9';
}

static bool is_letter(int code) {
    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
    return code >= 0xc0 && !is_among(code, no_letters, sizeof no_letters / sizeof *no_letters);
}

/* Ranges of capitals, and where the small letter stands from each; step 2: each second one is a
 * capital. */
static const struct {
    int first, last, step, to;
} capitals[] = {
    {'A', 'Z', 1, 32},     {0xc0, 0xd6, 1, 32},   {0xd8, 0xde, 1, 32},   {0x100, 0x136, 2, 1},
    {0x139, 0x147, 2, 1},  {0x14a, 0x176, 2, 1},  {0x179, 0x17d, 2, 1},  {0x391, 0x3a1, 1, 32},
    {0x3a3, 0x3ab, 1, 32}, {0x400, 0x40f, 1, 80}, {0x410, 0x42f, 1, 32},
};

static int lower(int code) {
    for (size_t i = 0; i < sizeof capitals / sizeof *capitals; i++)
        if (code >= capitals[i].first && code <= capitals[i].last &&
            (code - capitals[i].first) % capitals[i].step == 0)
            return code + capitals[i].to;
    return code;
}

/* The code, of less than U+10000 where it was lowered, as UTF-8; its length. */
static size_t encode(int code, char *out) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    out[0] = (char)(0xc0 | code >> 6);
    out[1] = (char)(0x80 | (code & 0x3f));
    return 2;
}

/* ---- tokens ---- */

/* Takes the character at hand, of that code and length, into the word; false where that has become
 * too long. */
static bool take(AertText *text, size_t *used, int code, int length) {
    char small[4];
    int folded = text->characters ? code : lower(code);
    size_t bytes = folded == code ? (size_t)length : encode(folded, small);
    const char *from = folded == code ? text->at : small;
    text->at += length;
    if (*used + bytes >= AERT_WORD) {
        *used = AERT_WORD;
        return false;
    }
    memcpy(text->word + *used, from, bytes);
    *used += bytes;
    return true;
}

/* Whether the character at `at` joins what stands on both sides: an apostrophe between letters, a
 * point or comma between digits. */
static bool joins(const char *at, bool digits) {
    int code, behind;
    int length = aert_character(at, &code);
    bool mark = digits ? code == '.' || code == ',' : code == '\'' || code == 0x2019;
    if (!mark)
        return false;
    aert_character(at + length, &behind);
    return digits ? is_digit(behind) : is_letter(behind);
}

static AertTextFound take_run(AertText *text, bool digits) {
    size_t used = 0;
    int code, length = aert_character(text->at, &code);
    while (code >= 0 && *text->at &&
           ((digits ? is_digit(code) : is_letter(code)) || joins(text->at, digits))) {
        take(text, &used, code, length);
        length = aert_character(text->at, &code);
    }
    if (digits)
        strcpy(text->word, "<number>");
    else
        text->word[used < AERT_WORD ? used : 0] = 0;
    return AERT_TEXT_TOKEN;
}

AertTextFound aert_text_next(AertText *text) {
    int code, length = aert_character(text->at, &code);
    while (*text->at && code >= 0 && is_blank(code) && !text->characters) {
        text->at += length;
        length = aert_character(text->at, &code);
    }
    if (!*text->at)
        return AERT_TEXT_END;
    if (code < 0)
        return AERT_TEXT_NO_UTF8;
    if (!text->characters && (is_digit(code) || is_letter(code)))
        return take_run(text, is_digit(code));
    size_t used = 0;
    take(text, &used, code, length);
    text->word[used] = 0;
    return AERT_TEXT_TOKEN;
}

/* ---- and back ---- */

/* What stands for a token that is shown. */
static const char *word_of(const AertWords *words, int token, char number[32]) {
    int word = token - AERT_TOKEN_FIRST;
    if (token == AERT_TOKEN_UNKNOWN)
        return "<unknown>";
    if (words && word >= 0 && word < words->count)
        return words->word[word];
    snprintf(number, 32, "<%d>", token);
    return number;
}

static bool is_one_of(const char *word, const char *marks) {
    return word[0] && !word[1] && strchr(marks, word[0]);
}

char *aert_text_of(const AertInput *input, const AertWords *words, const float *token,
                   AertError *error) {
    size_t size = aert_input_size(input), room = size * (AERT_WORD + 1) + 1, used = 0;
    char *text = aert_allocate(room, 1, "a text", error), number[32];
    bool opens = true; /* nothing, or an opening mark, stands before */
    for (size_t i = 0; text && i < size; i++) {
        int at = (int)token[i];
        if (at == AERT_TOKEN_END || at == AERT_TOKEN_PADDING)
            break;
        const char *word = word_of(words, at, number);
        bool blank = !opens && !input->characters && !is_one_of(word, ".,;:!?)]}%");
        used += (size_t)snprintf(text + used, room - used, "%s%s", blank ? " " : "", word);
        opens = is_one_of(word, "([{");
    }
    if (text)
        text[used] = 0;
    return text;
}
