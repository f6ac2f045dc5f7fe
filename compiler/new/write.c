/* The text of a model that data ask for. */
#include "new/new.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* ---- what is written to a shell ---- */

/* One word of a command, in quotes where the shell would take it apart. */
static void add_word(Text *out, const char *word) {
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+@%";
    if (*word && strspn(word, plain) == strlen(word)) {
        text_add(out, "%s", word);
        return;
    }
    text_add(out, "'");
    for (; *word; word++)
        text_add(out, *word == '\'' ? "'\\''" : "%c", *word);
    text_add(out, "'");
}

static void add_data(Text *out, const Sketch *sketch) {
    Text names;
    text_open(&names, out->arena);
    for (int i = 0; i < sketch->ignored.count; i++) {
        const char *name = sketch->ignored.at[i];
        char *room = arena_alloc(out->arena, AERT_CSV_ROOM(name));
        text_add(&names, "%s%s", i ? "," : "", aert_csv_text(name, room));
    }
    text_add(out, " --data ");
    add_word(out, sketch->path);
    if (sketch->csv) {
        text_add(out, " --csv ");
        add_word(out, sketch->csv);
    }
    if (names.length) {
        text_add(out, " --ignore ");
        add_word(out, names.at);
    }
    if (sketch->texts) {
        const char *own = arena_printf(out->arena, "x=%s", sketch->texts);
        char *room = arena_alloc(out->arena, AERT_CSV_ROOM(own));
        text_add(out, " --columns ");
        add_word(out, aert_csv_text(own, room));
    }
    if (sketch->kind == NEW_recording)
        text_add(out, " --stride %d", sketch->stride);
    if (sketch->kind == NEW_images && sketch->look->sizes)
        text_add(out, " --resize fit");
}

/* Classes that some rows lack. */
static int optional_classes(const Sketch *sketch) {
    int count = 0;
    for (int i = 0; i < sketch->classes.count; i++)
        count += sketch->classes.at[i].optional;
    return count;
}

void sketch_commands(Text *out, const Sketch *sketch, const char *before) {
    const char *name = sketch->name;
    bool gaps;
    text_add(out, "%saecc %s.ae -o %s\n", before, name, name);
    text_add(out, "%s./%s train", before, name);
    add_data(out, sketch);
    text_add(out, " --split 0.8,0.1,0.1%s --out runs/%s\n",
             sketch->kind == NEW_recording ? " --split-by-order" : "", name);
    switch (sketch->kind) {
    case NEW_images:
        text_add(out, "%s./%s sample --out runs/%s\n", before, name, name);
        return;
    case NEW_counts:
        text_add(out, "%s./%s encode", before, name);
        add_data(out, sketch);
        text_add(out, " --out runs/%s --output codes.csv\n", name);
        return;
    case NEW_texts:
        text_add(out, "%s./%s reconstruct", before, name);
        add_data(out, sketch);
        text_add(out, " --out runs/%s\n", name);
        return;
    default:
        gaps = sketch->gaps || optional_classes(sketch) > 0;
        text_add(out, "%s./%s %s", before, name, gaps ? "reconstruct" : "score");
        add_data(out, sketch);
        text_add(out, " --out runs/%s --output %s\n", name,
                 !gaps                                   ? "scores.csv --quantile 0.99"
                 : sketch->look->kind == AERT_LOOK_TABLE ? "filled.csv --fill"
                                                         : "filled.npy --fill");
    }
}

/* ---- the head ---- */

static void add_head(Text *out, const Sketch *sketch) {
    static const char *const what[] = {
        [NEW_table] = "rows of a table",
        [NEW_vector] = "vectors",
        [NEW_images] = "images",
        [NEW_recording] = "moments of a recording",
        [NEW_counts] = "examples of counts",
        [NEW_texts] = "texts",
    };
    const AertLook *look = sketch->look;
    text_add(out, "# %s: %lld %s, as they are in %s.  A first model, to be changed at will.\n#\n",
             sketch->name, (long long)look->count, what[sketch->kind],
             text_visible(out->arena, sketch->path));
    sketch_commands(out, sketch, "#     ");
    text_add(out, "#\n");
    for (int i = 0; i < sketch->ignored.count; i++)
        text_add(out, "# Not read: %s, which %s.\n",
                 text_visible(out->arena, sketch->ignored.at[i]), sketch->why.at[i]);
    text_add(out, "model %s\n\n", sketch->name);
}

/* ---- a table, or vectors ---- */

static void add_columns(Text *out, const Sketch *sketch) {
    size_t line = out->length;
    text_add(out, "input  x : table[");
    for (int i = 0; i < sketch->columns.count; i++) {
        const char *name = sketch->columns.at[i];
        bool last = i + 1 == sketch->columns.count;
        const char *quote = new_is_name(name) ? "" : "\"";
        text_add(out, "%s%s%s%s", quote, name, quote, last ? "]" : ", ");
        if (!last && out->length - line > 100) {
            text_add(out, "\n                 ");
            line = out->length;
        }
    }
}

/* What an encoder sees of the classes: nothing where one is missing or hidden. */
static void add_one_hots(Text *out, const Sketch *sketch) {
    for (int i = 0, hidden = 0; i < sketch->classes.count; i++) {
        const NewClass *class = &sketch->classes.at[i];
        text_add(out, "%sone_hot(%s, %d)", i || sketch->numbers > 0 ? ", " : "", class->name,
                 class->classes);
        if (class->optional)
            text_add(out, " * (%s.given * shown[%d])", class->name, hidden++);
    }
}

static void add_row_inputs(Text *out, const Sketch *sketch) {
    if (sketch->kind == NEW_table && sketch->numbers > 0)
        add_columns(out, sketch);
    else if (sketch->numbers > 0)
        text_add(out, "input  x : vector[%d]", sketch->numbers);
    if (sketch->numbers > 0)
        text_add(out, " standardized%s\n", sketch->gaps ? " with gaps" : "");
    for (int i = 0; i < sketch->classes.count; i++) {
        const NewClass *class = &sketch->classes.at[i];
        text_add(out, "input  %s : class[%d]%s\n", class->name, class->classes,
                 class->optional ? " optional" : "");
    }
}

static void add_row_losses(Text *out, const Sketch *sketch) {
    bool several = sketch->classes.count + (sketch->numbers > 0) > 1;
    text_add(out, "loss {\n");
    if (sketch->numbers > 0)
        text_add(out,
                 "    numbers = squared_error(xhat, x%s)      # in deviations of each column\n",
                 sketch->gaps ? ", given = x.given" : "");
    for (int i = 0; i < sketch->classes.count; i++) {
        const char *name = sketch->classes.at[i].name;
        text_add(out, "    error_%s = cross_entropy(logits_%s, %s", name, name, name);
        text_add(out, sketch->classes.at[i].optional ? ", given = %s.given)\n" : ")\n", name);
    }
    text_add(out, "    total = %s", sketch->numbers > 0 ? "numbers" : "");
    for (int i = 0; i < sketch->classes.count; i++)
        text_add(out, "%serror_%s", i || sketch->numbers > 0 ? " + " : "",
                 sketch->classes.at[i].name);
    text_add(out, "%s\n}\n", several ? "      # weigh them as they matter to you" : "");
}

static void add_rows(Text *out, const Sketch *sketch) {
    add_row_inputs(out, sketch);
    int optional = optional_classes(sketch);
    bool joined = sketch->gaps || sketch->classes.count > 0;
    text_add(out, "\nencoder {\n");
    if (joined) {
        if (sketch->gaps)
            text_add(out,
                     "    keep ~ bernoulli(where(training, 0.75, 1)) like x      # a quarter is "
                     "hidden, so that gaps are learned\n");
        if (optional)
            text_add(out, "    shown ~ bernoulli(where(training, 0.75, 1)) like iota(%d)%s\n",
                     optional,
                     sketch->gaps ? "" : "      # a quarter is hidden, so that gaps are learned");
        text_add(out, "    seen = concat(%s",
                 sketch->numbers == 0 ? ""
                 : sketch->gaps       ? "x * keep, x.given * keep"
                                      : "x");
        add_one_hots(out, sketch);
        text_add(out, ")\n");
    }
    text_add(out, "    h    = %s |> dense(%d) |> tanh |> dense(%d)\n}\n", joined ? "seen" : "x",
             sketch->hidden, sketch->code);
    text_add(out, "decoder {\n    hidden = h |> dense(%d) |> tanh\n", sketch->hidden);
    if (sketch->numbers > 0)
        text_add(out, "    xhat   = hidden |> dense(%d)\n", sketch->numbers);
    for (int i = 0; i < sketch->classes.count; i++)
        text_add(out, "    logits_%s = hidden |> dense(%d)\n", sketch->classes.at[i].name,
                 sketch->classes.at[i].classes);
    if (sketch->numbers == 0)
        text_add(out, "    xhat   = argmax(logits_%s)      # stands for the first input\n",
                 sketch->classes.at[0].name);
    text_add(out, "}\n");
    add_row_losses(out, sketch);
}

/* ---- the other kinds ---- */

/* The range of images that are no bytes: 0..1, or what holds all numbers, to three digits; whole
 * ones from 0 on go to the end of the bits that they seem to have. */
static void range_of_images(const AertLook *look, double *low, double *high) {
    *low = 0, *high = 1;
    if (look->kind != AERT_LOOK_ARRAY || look->bytes || (look->low >= 0 && look->high <= 1))
        return;
    double step = pow(10, floor(log10(fmax(fabs(look->low), fabs(look->high)))) - 2);
    *low = look->low < 0 ? step * floor(look->low / step) : 0;
    *high = look->high > 0 ? step * ceil(look->high / step) : 0;
    for (double bits = 255; bits <= 65535; bits += 65280)
        if (look->whole && look->low >= 0 && look->high > bits / 2 && look->high <= bits)
            *high = bits;
}

/* Pixels of 0 to 1, in which the loss is; of another range the model makes such of them, and back.
 */
static void add_images(Text *out, const Sketch *sketch) {
    const AertLook *look = sketch->look;
    bool flat = look->rank == 2;
    long long channels = flat ? 1 : (long long)look->dim[sketch->last ? 2 : 0];
    const int64_t *size = look->dim + (flat || sketch->last ? 0 : 1);
    double low, high;
    range_of_images(look, &low, &high);
    bool plain = low == 0 && high == 1;
    text_add(out, "input x : image[%lld, %lld, %lld] in %.6g..%.6g\n\nencoder {\n", channels,
             (long long)size[0], (long long)size[1], low, high);
    if (!plain)
        text_add(out, "    pixels = clamp((x - %.6g) / %.6g, 0, 1)\n", low, high - low);
    text_add(out,
             "    h      = %s |> flatten |> dense(%d) |> relu\n    mu     = h |> dense(%d)\n"
             "    logvar = h |> dense(%d)\n}\nbottleneck { z ~ normal(mu, exp(logvar / 2)) }\n",
             plain ? "x" : "pixels", sketch->hidden, sketch->code, sketch->code);
    text_add(out,
             "decoder {\n    logits = z |> dense(%d) |> relu |> dense(%d) |> reshape(x.shape)\n",
             sketch->hidden, sketch->numbers);
    if (plain)
        text_add(out, "    xhat   = sigmoid(logits)\n}\n");
    else
        text_add(out, "    xhat   = %.6g + %.6g * sigmoid(logits)\n}\n", low, high - low);
    text_add(out,
             "loss {\n    reconstruction = bernoulli_nll(logits, %s)\n"
             "    divergence     = kl(z, normal(0, 1))\n"
             "    total          = reconstruction + divergence\n}\n",
             plain ? "x" : "pixels");
}

static void add_recording(Text *out, const Sketch *sketch) {
    text_add(out,
             "input s : signal[%d, %d] standardized      # so many moments are seen at once\n\n",
             sketch->channels, sketch->length);
    text_add(out, "encoder { h = s |> flatten |> dense(%d) |> tanh |> dense(%d) }\n",
             sketch->hidden, sketch->code);
    text_add(out, "decoder { xhat = h |> dense(%d) |> tanh |> dense(%d) |> reshape(s.shape) }\n",
             sketch->hidden, sketch->numbers);
    text_add(out, "loss    { total = mse(xhat, s) }            # in deviations of each channel\n");
}

static void add_counts(Text *out, const Sketch *sketch) {
    text_add(out, "input x : counts[%d]\n\n", sketch->numbers);
    text_add(out, "encoder { h = log(1 + x) |> dense(%d) |> relu |> dense(%d) }\n", sketch->hidden,
             sketch->code);
    text_add(out,
             "decoder {\n    rate = h |> dense(%d) |> relu |> dense(%d) |> softplus\n"
             "    xhat = rate\n}\n",
             sketch->hidden, sketch->numbers);
    text_add(out, "loss    { total = poisson_nll(rate + 1e-6, x) }\n");
}

static void add_texts(Text *out, const Sketch *sketch) {
    text_add(out,
             "const places = %d      # words of a text, and its end: all of 19 texts in 20%s\n"
             "const words  = %d      # the most frequent ones; others are unknown\n"
             "input x : tokens[places] < words\n\n"
             "const size  = %d       # of a word's vector\n"
             "const units = %d       # of what reads and what writes\n\n",
             sketch->length, sketch->look->length > sketch->length ? " would be more" : "",
             sketch->words, sketch->hidden / 2, sketch->hidden);
    text_add(out,
             "encoder {\n    param vectors : [words, size] ~ normal(0, 0.1)\n"
             "    read = gather(vectors, x) |> lstm(units)\n"
             "    z    = row_at(read, x.length - 1) |> dense(%d)\n}\n",
             sketch->code);
    text_add(out,
             "decoder {\n    begin  = z |> dense(units) |> tanh\n"
             "    before = concat(gather(vectors, delayed(x)), expand(z, [places, %d]))      "
             "# each word is written by the one before it, and the code\n"
             "    logits = before |> lstm(units, h0 = begin) |> dense(words)\n"
             "    xhat   = argmax(logits)\n}\n"
             "generate { x = argmax(logits) }\n",
             sketch->code);
    text_add(out, "loss    { total = sum(cross_entropy(logits, x, given = x.mask)) }\n");
}

static void add_train(Text *out, const Sketch *sketch) {
    bool texts = sketch->kind == NEW_texts;
    text_add(out, "train   { batch %d; epochs %d; %sminimize total over all with adam(%s) }\n",
             sketch->batch, sketch->epochs, texts ? "clip norm 5; " : "", texts ? "3e-3" : "1e-3");
}

/* ---- the whole ---- */

static bool is_name_part(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/* Looks at all that it may write, but for comments. */
bool sketch_says(Arena *arena, const char *name) {
    NewClass class = {"", 2, true, false};
    Sketch sketch = {.kind = NEW_table, .gaps = true};
    Text text;
    text_open(&text, arena);
    list_add(arena, &sketch.classes, class);
    for (sketch.numbers = 0; sketch.numbers < 2; sketch.numbers++)
        add_rows(&text, &sketch);
    add_train(&text, &sketch);
    bool comment = false;
    for (const char *at = text.at; *at;) {
        size_t length = 0;
        comment = (comment || *at == '#') && *at != '\n';
        while (is_name_part(at[length]))
            length++;
        if (!comment && length == strlen(name) && strncmp(at, name, length) == 0)
            return true;
        at += length ? length : 1;
    }
    return false;
}

void sketch_write(Text *out, const Sketch *sketch) {
    static void (*const body[])(Text *, const Sketch *) = {
        [NEW_table] = add_rows,          [NEW_vector] = add_rows,   [NEW_images] = add_images,
        [NEW_recording] = add_recording, [NEW_counts] = add_counts, [NEW_texts] = add_texts,
    };
    add_head(out, sketch);
    body[sketch->kind](out, sketch);
    add_train(out, sketch);
}
