/* table_options: the value of --csv, which says of a table what else would be guessed.
 *
 *     separator=;,decimal=,,header=no      a value is one character, or goes to the next comma
 */
#include "table_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    char character;
    const char *name;
} separators[] = {
    {',', "comma"}, {';', "semicolon"}, {'\t', "tab"}, {'|', "pipe"}, {' ', "spaces"}};

static const char keys[] = "separator, decimal, header, units, rownames, comments, skip, gap and "
                           "encoding";

enum { SEPARATORS = sizeof separators / sizeof *separators, VALUE = 64 };

const char *aert_csv_separator(char separator, char text[12]) {
    snprintf(text, 12, "%c", separator);
    for (int i = 0; i < SEPARATORS; i++)
        if (separators[i].character == separator)
            snprintf(text, 12, "%s", separators[i].name);
    return text;
}

static bool take_character(const char *value, char *character) {
    for (int i = 0; i < SEPARATORS; i++)
        if (strcmp(value, separators[i].name) == 0) {
            *character = separators[i].character;
            return true;
        }
    *character = *value;
    return *value && !value[1] && !strchr("\"\r\n", *value);
}

static bool take_guess(const char *value, AertGuess *guess) {
    *guess = strcmp(value, "yes") == 0 ? AERT_YES : AERT_NO;
    return *guess == AERT_YES || strcmp(value, "no") == 0;
}

static bool wants(const char *key, const char *what, const char *value, AertError *error) {
    return aert_fail(error, "--csv %s wants %s, not '%s'", key, what, value);
}

static bool take_skip(const char *value, int *skip) {
    char *end;
    long long number = strtoll(value, &end, 10);
    *skip = (int)number;
    return end > value && !*end && number >= 0 && number <= 1000000;
}

static bool set(AertCsv *csv, const char *key, const char *value, AertError *error) {
    const struct {
        const char *key;
        AertGuess *guess;
    } guesses[] = {{"header", &csv->header},
                   {"units", &csv->units},
                   {"rownames", &csv->rownames},
                   {"comments", &csv->comments}};
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++)
        if (strcmp(key, guesses[i].key) == 0)
            return take_guess(value, guesses[i].guess) || wants(key, "yes or no", value, error);
    if (strcmp(key, "separator") == 0)
        return take_character(value, &csv->separator) ||
               wants(key, "one character, comma, semicolon, tab, pipe or spaces", value, error);
    if (strcmp(key, "decimal") == 0) {
        bool fine = take_character(strcmp(value, "point") == 0 ? "." : value, &csv->decimal);
        return (fine && (csv->decimal == '.' || csv->decimal == ',')) ||
               wants(key, "point or comma", value, error);
    }
    if (strcmp(key, "skip") == 0)
        return take_skip(value, &csv->skip) || wants(key, "a number of lines", value, error);
    bool gap = strcmp(key, "gap") == 0;
    if (!gap && strcmp(key, "encoding") != 0)
        return aert_fail(error, "--csv knows no '%s'; it knows %s", key, keys);
    size_t room = gap ? sizeof csv->gap : sizeof csv->encoding;
    if (!*value || strlen(value) >= room)
        return wants(key, "a text", value, error);
    strcpy(gap ? csv->gap : csv->encoding, value);
    return true;
}

bool aert_csv_parse(AertCsv *csv, const char *text, AertError *error) {
    *csv = (AertCsv){0};
    for (const char *at = text; *at;) {
        char key[VALUE], value[VALUE];
        const char *equals = strchr(at, '=');
        if (!equals || equals - at >= VALUE || !equals[1])
            return aert_fail(error, "--csv wants KEY=VALUE,…, not '%s'; its keys are %s", text,
                             keys);
        const char *from = equals + 1, *end = from + 1;
        if (*end && *end != ',') /* a single character may be a comma itself */
            end = from + strcspn(from, ",");
        if (end - from >= VALUE)
            return aert_fail(error, "--csv %.*s wants a shorter text", (int)(equals - at), at);
        snprintf(key, sizeof key, "%.*s", (int)(equals - at), at);
        snprintf(value, sizeof value, "%.*s", (int)(end - from), from);
        if (!set(csv, key, value, error))
            return false;
        at = *end ? end + 1 : end;
    }
    return true;
}
