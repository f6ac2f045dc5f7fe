/* What the data ask for: which inputs, how large the layers.
 *
 * A column of numbers is one of the table's, one of a few words, or of 0 and 1, is a class of its
 * own; what counts, tells the time or names a row is left out, and said.  The more rows, the larger
 * the layers.
 */
#include "driver/complain.h"
#include "new/new.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

enum {
    MOST_CLASSES = 20,                       /* words of a column that is a class */
    MOST_CLASS_INPUTS = AERT_MAX_INPUTS - 2, /* beside x and where it is given */
    FEW_ROWS = 5,                            /* rows for each word of a class, at least */
    MOST_COLUMNS = 4096,                     /* whose names are written */
    MOST_NUMBERS = 1 << 20,                  /* of one example */
    WINDOW = 64,                             /* moments of a recording seen at once */
    LONG = 8 * WINDOW, /* a table with a column of time is a recording from so many rows on */
    MOST_WORDS_OF_TEXT = 64,
    MOST_VOCABULARY = 10000,
    MOST_UNITS = 128,    /* of what reads and writes texts */
    SPARSE_COLUMNS = 32, /* whole numbers, mostly 0, of so many columns are counts */
};

/* ---- names ---- */

/* "data/My penguins.csv" -> "My_penguins" */
static const char *model_name(Arena *arena, const char *path) {
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    size_t begin = length;
    while (begin > 0 && path[begin - 1] != '/')
        begin--;
    char *name = arena_printf(arena, "%.*s", (int)(length - begin), path + begin);
    name[strcspn(name + 1, ".:") + 1] = 0;
    for (char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p))
            *p = '_';
    name[MAX_NAME / 2 < strlen(name) ? MAX_NAME / 2 : strlen(name)] = 0;
    return new_is_name(name) ? name : arena_printf(arena, "model_of_%s", name);
}

/* ---- columns ---- */

/* Whether it has words without a digit, as true and false: such are no times. */
static bool has_plain_words(const AertColumnLook *column) {
    for (int i = 0; i < column->distinct && i < AERT_LOOK_WORDS; i++)
        if (strpbrk(column->word[i], "0123456789"))
            return false;
    return column->words > 0;
}

static bool tells_time(const AertColumnLook *column) {
    static const char *const names[] = {"time", "date", "datetime", "timestamp", "t", "moment"};
    for (size_t i = 0; column->name && i < sizeof names / sizeof *names; i++)
        if (strcasecmp(column->name, names[i]) == 0)
            return !has_plain_words(column);
    return false;
}

/* Whether some rows are later than those before, and some earlier: they are no moments in order. */
static bool goes_back(const AertColumnLook *column) {
    return column->forth > 0 && column->back > 0;
}

static bool names_rows(const AertColumnLook *column) {
    static const char *const names[] = {"id", "index", "row", "rowid", "no", "nr", "number", "#"};
    for (size_t i = 0; column->name && i < sizeof names / sizeof *names; i++)
        if (strcasecmp(column->name, names[i]) == 0)
            return true;
    return false;
}

/* Whether another column has its name: it could not be told which is meant. */
static bool is_double(const AertLook *look, const AertColumnLook *column) {
    for (int i = 0; column->name && look->columns <= MOST_COLUMNS && i < look->columns; i++)
        if (&look->column[i] != column && look->column[i].name &&
            strcmp(look->column[i].name, column->name) == 0)
            return true;
    return false;
}

/* Of a class: what is a word is not only what is no number.  -1 is none. */
static int words_of(const AertColumnLook *column) {
    return column->distinct + column->numerals;
}

static bool has_gaps(const AertColumnLook *column) {
    return column->gaps + (column->words ? column->minus : 0) > 0;
}

/* What keeps a name out of a model's text, or NULL. */
static const char *unwritable(const char *name) {
    if (!*name)
        return "has no name";
    for (const char *p = name; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 127)
            return "has a control character in its name";
    return strpbrk(name, "\"\\")       ? "has a quote in its name"
           : strlen(name) >= AERT_WORD ? "has too long a name"
                                       : NULL;
}

/* Why a column is not read, or NULL. */
static const char *refused(Arena *arena, const AertLook *look, const AertColumnLook *column) {
    if (column->numbers + column->words == 0)
        return "is empty";
    if (column->numbers > 0 && (isinf(column->low) || isinf(column->high)))
        return "has numbers that are infinite, or larger than a float";
    if (is_double(look, column))
        return "has the name of another column";
    if (tells_time(column))
        return goes_back(column) ? "tells the time, and goes back in it: rows that are to be a "
                                   "recording are sorted first"
                                 : "tells the time";
    if (names_rows(column) || (column->rising && column->whole && column->numbers == look->count &&
                               column->high - column->low == (double)(look->count - 1)))
        return "numbers the rows";
    if (column->words == 0)
        return column->name ? unwritable(column->name) : NULL;
    if (column->numbers - column->minus > column->words)
        return arena_printf(arena, "has numbers and words, '%s' among them", column->word[0]);
    if (words_of(column) > MOST_CLASSES || words_of(column) * FEW_ROWS > look->count)
        return "has many different words";
    if (words_of(column) < 2)
        return "is the same everywhere";
    if (!column->name)
        return "is a class without a name";
    if (!new_is_name(column->name) || sketch_says(arena, column->name))
        return "is a class whose name the model cannot use: rename it";
    return NULL;
}

/* Whether a class may be one more input, or two, where it says when it is given. */
static bool has_room(const Sketch *sketch, bool optional) {
    int inputs = 1 + optional;
    for (int i = 0; i < sketch->classes.count; i++)
        inputs += 1 + sketch->classes.at[i].optional;
    return inputs <= MOST_CLASS_INPUTS;
}

static void ignore(Sketch *sketch, Arena *arena, int field, const char *why) {
    const AertLook *look = sketch->look;
    const char *name = look->column[field].name;
    if (name && (is_double(look, &look->column[field]) || strpbrk(name, "\r\n") || !*name))
        name = NULL;
    list_add(arena, &sketch->ignored,
             name ? name : arena_printf(arena, "%d", look->table.first + field + 1));
    list_add(arena, &sketch->why, why);
}

static void add_class(Sketch *sketch, Arena *arena, const AertColumnLook *column) {
    list_add(arena, &sketch->classes,
             (NewClass){column->name, words_of(column), has_gaps(column), false});
}

static void read_columns(Sketch *sketch, Arena *arena) {
    const AertLook *look = sketch->look;
    for (int i = 0; i < look->columns; i++) {
        const AertColumnLook *column = &look->column[i];
        const char *why = refused(arena, look, column);
        if (!why && column->words && !has_room(sketch, has_gaps(column)))
            why = "is one class too many";
        if (why) {
            ignore(sketch, arena, i, why);
        } else if (column->words) {
            add_class(sketch, arena, column);
        } else {
            sketch->numbers++;
            sketch->gaps |= column->gaps > 0;
            if (column->name)
                list_add(arena, &sketch->columns, column->name);
        }
    }
}

/* A column of 0 and 1 has two classes. */
static bool is_binary(Arena *arena, const AertColumnLook *column) {
    return column->numbers > 0 && !column->words && column->whole && column->low == 0 &&
           column->high == 1 && new_is_name(column->name) && !sketch_says(arena, column->name);
}

/* Of a table: its columns of 0 and 1 become classes, as far as there may be more of them. */
static void split_binary(Sketch *sketch, Arena *arena) {
    const AertLook *look = sketch->look;
    int kept = 0;
    sketch->gaps = false;
    for (int i = 0, k = 0; i < look->columns && k < sketch->columns.count; i++) {
        const AertColumnLook *column = &look->column[i];
        if (column->name != sketch->columns.at[k])
            continue;
        bool gaps = has_gaps(column);
        if (is_binary(arena, column) && has_room(sketch, gaps)) {
            list_add(arena, &sketch->classes, (NewClass){column->name, 2, gaps, false});
        } else {
            sketch->gaps |= gaps;
            sketch->columns.at[kept++] = column->name;
        }
        k++;
    }
    sketch->columns.count = sketch->numbers = kept;
}

/* ---- what it is ---- */

/* Whether the columns that are read are whole numbers from 0 on. */
static bool all_counts(const AertLook *look, const Sketch *sketch) {
    bool all = sketch->classes.count == 0 && !sketch->gaps && sketch->numbers > 0;
    for (int i = 0; i < look->columns; i++) {
        const AertColumnLook *column = &look->column[i];
        all = all && (column->words || (column->whole && column->low >= 0));
    }
    return all;
}

/* Whether a column tells the time, and none goes back in it. */
static bool has_time(const AertLook *look) {
    bool found = false;
    for (int i = 0; i < look->columns; i++)
        if (tells_time(&look->column[i])) {
            found = true;
            if (goes_back(&look->column[i]))
                return false;
        }
    return found;
}

static NewKind kind_of_table(const Sketch *sketch) {
    const AertLook *look = sketch->look;
    bool numbers = sketch->classes.count == 0 && !sketch->gaps;
    if (has_time(look) && numbers && look->count >= LONG)
        return NEW_recording;
    if (sketch->numbers >= SPARSE_COLUMNS && all_counts(look, sketch))
        return NEW_counts;
    bool named = sketch->columns.count == sketch->numbers && look->column[0].name;
    return named && sketch->numbers <= MOST_COLUMNS ? NEW_table : NEW_vector;
}

/* [h, w, c] instead of [c, h, w]: of 1, 3 or 4 channels, which no other length is. */
static bool has_channels_last(const AertLook *look) {
    int64_t first = look->dim[0], last = look->dim[2];
    return look->rank == 3 && (last == 1 || last == 3 || last == 4) && first > 4;
}

static NewKind kind_of_array(const AertLook *look) {
    if (look->rank == 0 && look->count >= LONG && !look->gaps)
        return NEW_recording; /* of one channel */
    if ((look->rank == 2 || look->rank == 3) && !look->gaps &&
        (look->bytes || (look->low >= 0 && look->high <= 1)))
        return NEW_images;
    if (look->rank == 1 && look->whole && look->low >= 0 && !look->bytes &&
        look->dim[0] >= SPARSE_COLUMNS && look->zeros > 0.5)
        return NEW_counts;
    return NEW_vector;
}

static bool kind_from(Arena *arena, const char *as, NewKind *kind) {
    static const char *const names[] = {
        [NEW_table] = "table",         [NEW_vector] = "vector", [NEW_images] = "images",
        [NEW_recording] = "recording", [NEW_counts] = "counts", [NEW_texts] = "texts",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], as) == 0)
            return *kind = (NewKind)i, true;
    return complain(arena, "--as %s: data are a table, vector, images, recording, counts or texts",
                    as);
}

/* ---- sizes ---- */

static int between(double value, int low, int high) {
    return value < low ? low : value > high ? high : (int)value;
}

/* The power of two that is no larger. */
static int power_below(double value) {
    int power = 1;
    while (2 * power <= value)
        power *= 2;
    return power;
}

/* Some five examples for each parameter that a number of the input brings, 3,000 steps in all. */
static void choose_sizes(Sketch *sketch, int64_t examples) {
    double rows = (double)examples;
    int inputs = sketch->numbers;
    for (int i = 0; i < sketch->classes.count; i++)
        inputs += sketch->classes.at[i].classes;
    sketch->hidden = between(power_below(2 * sqrt(rows)), 8, 512);
    sketch->code = between(fmin(sketch->hidden / 4.0, inputs / 2.0), 1, 32);
    sketch->batch = between(power_below(rows / 10), 1, 128);
    sketch->epochs = between(ceil(3000 * sketch->batch / rows), 5, 300);
}

/* ---- the whole ---- */

/* Whether --as says what the data can be; false after a message. */
static bool can_be(const Sketch *sketch, Arena *arena) {
    const AertLook *look = sketch->look;
    bool table = look->kind == AERT_LOOK_TABLE, sparse = look->kind == AERT_LOOK_SPARSE;
    bool counts =
        table ? all_counts(look, sketch) : look->whole && !look->gaps && (sparse || look->low >= 0);
    bool axes = !table && look->rank >= 2 && look->rank <= 3;
    if (look->kind == AERT_LOOK_PICTURES && sketch->kind != NEW_images)
        return complain(arena, "%s: is a folder of pictures, which are images", sketch->path);
    if (sketch->kind == NEW_counts && !counts)
        return complain(arena, "%s: counts are whole numbers from 0 on, and none is missing",
                        sketch->path);
    if (sketch->kind == NEW_images && !axes)
        return complain(arena, "%s: images have two axes, or three", sketch->path);
    return sketch->kind != NEW_images || !look->gaps ||
           complain(arena, "%s: has images with gaps: --as vector", sketch->path);
}

/* The shape of images and vectors; false after a message. */
static bool shape_array(Sketch *sketch, Arena *arena) {
    const AertLook *look = sketch->look;
    double numbers = 1;
    for (int i = 0; i < look->rank; i++)
        numbers *= (double)look->dim[i];
    sketch->last = sketch->kind == NEW_images && has_channels_last(look);
    if (numbers < 1 || numbers > MOST_NUMBERS)
        return complain(arena, "%s: %.0f numbers an example are more than a model here begins with",
                        sketch->path, numbers);
    sketch->numbers = (int)numbers;
    sketch->gaps = look->gaps;
    return true;
}

static bool shape_recording(Sketch *sketch, Arena *arena) {
    const AertLook *look = sketch->look;
    bool table = look->kind == AERT_LOOK_TABLE;
    if (!table && look->rank > 1)
        return complain(arena, "%s: a recording has moments and channels, and this has %d axes",
                        sketch->path, look->rank + 1);
    if (look->count < 2 * WINDOW || sketch->gaps || sketch->classes.count)
        return complain(arena, "%s: a recording has %d moments or more, all of them numbers",
                        sketch->path, 2 * WINDOW);
    sketch->channels = table ? sketch->numbers : look->rank ? (int)look->dim[0] : 1;
    sketch->length = WINDOW;
    sketch->stride = WINDOW / 4;
    sketch->numbers = sketch->channels * WINDOW;
    return true;
}

/* What the inputs are; false after a message. */
static bool shape(Sketch *sketch, Arena *arena) {
    const AertLook *look = sketch->look;
    bool table = look->kind == AERT_LOOK_TABLE;
    if (sketch->kind == NEW_texts)
        return true;
    bool named = table && (sketch->columns.count > 0 || sketch->classes.count > 0);
    if (sketch->kind == NEW_table && !named)
        return complain(arena, "%s: is no table whose columns have names", sketch->path);
    if (!can_be(sketch, arena))
        return false;
    bool empty = sketch->numbers == 0 && sketch->classes.count == 0;
    int most = sketch->kind == NEW_table ? MOST_COLUMNS : MOST_NUMBERS;
    if (table && (empty || sketch->numbers > most))
        return complain(arena, "%s: has %d columns of numbers or classes, wanted 1 to %d%s",
                        sketch->path, sketch->numbers, most,
                        empty ? "; where its lines are texts, say --as texts" : "");
    return (table || shape_array(sketch, arena)) &&
           (sketch->kind != NEW_recording || shape_recording(sketch, arena));
}

bool sketch_finds_columns(Arena *arena, const AertLook *look) {
    Sketch sketch = {.look = look};
    read_columns(&sketch, arena);
    return sketch.numbers > 0 || sketch.classes.count > 0;
}

/* Longer texts are cut: each word more takes its time in every step. */
static void shape_texts(Sketch *sketch, const AertLook *look) {
    sketch->length = between(look->length, 4, MOST_WORDS_OF_TEXT);
    sketch->words = between(look->words + AERT_TOKEN_FIRST, 10, MOST_VOCABULARY);
    sketch->numbers = sketch->length;
    sketch->hidden = between(sketch->hidden, 16, MOST_UNITS);
    sketch->code = between(sketch->hidden / 2.0, 8, MOST_UNITS);
}

bool sketch_make(Sketch *sketch, Arena *arena, const Sketch *said, const char *column,
                 const char *output, const char *as) {
    const AertLook *look = said->look;
    const char *path = said->path;
    *sketch = (Sketch){.path = path, .csv = said->csv, .look = look, .texts = column};
    sketch->name = model_name(arena, output ? output : path);
    if (look->kind == AERT_LOOK_TABLE)
        read_columns(sketch, arena);
    sketch->kind = look->kind == AERT_LOOK_TABLE      ? kind_of_table(sketch)
                   : look->kind == AERT_LOOK_PICTURES ? NEW_images
                   : look->kind == AERT_LOOK_TEXTS    ? NEW_texts
                   : look->kind == AERT_LOOK_SPARSE   ? look->whole ? NEW_counts : NEW_vector
                                                      : kind_of_array(look);
    if (as && !kind_from(arena, as, &sketch->kind))
        return false;
    if (sketch->kind == NEW_table)
        split_binary(sketch, arena);
    if (!shape(sketch, arena))
        return false;
    if (look->count < 10)
        return complain(arena, "%s: %lld examples are too few to learn from", path,
                        (long long)look->count);
    choose_sizes(sketch,
                 sketch->kind == NEW_recording ? look->count / sketch->stride : look->count);
    if (sketch->kind == NEW_texts)
        shape_texts(sketch, look);
    return true;
}
