/* diag_test: prints messages of every shape; run.sh compares them with diag.txt. */
#include "support/diag.h"

#include <string.h>

static const char model[] =
    "model vae\n"
    "encoder { mu = h |> dense(20); logits = h |> dense(784) }\n"
    "\n"
    "\t  xhat = sigmoid(z + logits)\t# tabs\r\n"
    "b = \xCE\xB2 + caf\xC3\xA9 + \xE4\xB8\xAD\xE6\x96\x87 + e\xCC\x81 + q\n"
    "bad \xFF\x01\xE2\x80\xAE q\n"
    "end";
static const char prelude[] = "layer dense(x, n) = x\n";

/* The place of `words` in `text`, of the first time they stand there. */
static Loc place(int file, const char *text, const char *words) {
    int begin = (int)(strstr(text, words) - text);
    return (Loc){file, begin, begin + (int)strlen(words)};
}

static void title(const char *text) {
    printf("---- %s\n", text);
}

static void show(Diag *diag) {
    diag_print(diag, stdout);
}

static void show_marks(Diag *diag) {
    title("marks on the line of the message");
    Loc plus = place(1, model, "+ logits)");
    plus.end = plus.begin + 1;
    diag_error(diag, plus, "this adds [20] to [784]");
    diag_mark(diag, place(1, model, "z"), "[20] from line %d", 14);
    diag_mark(diag, place(1, model, "logits)"), "[784] from line 18");
    diag_help(diag, "shapes are aligned at the right");
    diag_help(diag, "two lines\nof help");
    show(diag);

    title("marks on other lines");
    diag_error(diag, place(1, model, "logits)"), "main");
    diag_mark(diag, place(1, model, "end"), "below");
    diag_mark(diag, place(1, model, "logits = h"), "above");
    diag_mark(diag, place(1, model, "mu"), "%s", "");
    diag_mark(diag, place(2, prelude, "dense"), "in another file");
    diag_note(diag, place(2, prelude, "n"), "a note");
    diag_note(diag, (Loc){0}, "a note of no place");
    show(diag);

    title("words that do not fit beside each other");
    diag_error(diag, place(1, model, "mu"), "main");
    for (int i = 0; i < 4; i++)
        diag_mark(diag, place(1, model, i % 2 ? "h |>" : "dense(20)"),
                  "the words of mark %d are rather long", i);
    show(diag);
}

static void show_places(Diag *diag) {
    title("characters, tabs, ends");
    diag_error(diag, place(1, model, "q\n"), "after wide characters");
    diag_error(diag, place(1, model, "\xE4\xB8\xAD\xE6\x96\x87"), "wide characters");
    diag_error(diag, place(1, model, "\xCE\xB2"), "beta");
    diag_error(diag, place(1, model, "\xFF\x01"), "no text");
    diag_error(diag, place(1, model, " q\nend"), "several lines");
    diag_error(diag, place(1, model, "bad"),
               "control: \x1B[2J \x7F \xC2\x9B \xE0\x82\x9B \xFF \n.");
    diag_mark(diag, place(1, model, "q\nend"), "mark\x07");
    diag_help(diag, "help\x0D\nmore\t.");
    diag_error(diag, (Loc){1, sizeof model - 1, sizeof model - 1}, "the end");
    diag_error(diag, place(1, model, "\r\n"), "end of a line");
    diag_error(diag, place(1, model, "\n\t"), "an empty line");
    show(diag);

    title("no place, an empty file, an unknown file");
    diag_error(diag, (Loc){0}, "no input");
    diag_help(diag, "every model has one");
    diag_error(diag, (Loc){3, 0, 0}, "nothing in it");
    diag_warning(diag, (Loc){9, 5, 7}, "an unknown file");
    show(diag);
}

static void show_order(Diag *diag) {
    title("order, repetition, the limit");
    diag_warning(diag, place(2, prelude, "n)"), "the file of the first message comes first");
    diag_error(diag, place(1, model, "end"), "last");
    diag_error(diag, place(1, model, "model"), "first");
    diag_error(diag, place(1, model, "model"), "first");
    diag_error(diag, place(1, model, "model"), "another of the same place");
    diag_error(diag, place(2, prelude, "layer"), "before the warning");
    show(diag);
    for (int i = 0; i < 24; i++)
        diag_error(diag, (Loc){3, 0, 0}, "number %d", i);
    diag_warning(diag, (Loc){3, 0, 0}, "a warning is told all the same");
    show(diag);
    printf("%d errors\n", diag_errors(diag));
    show(diag);
}

int main(void) {
    Arena *arena = arena_open();
    Diag *diag = diag_open(arena);
    diag_source(diag, "models/vae.ae", model, sizeof model - 1);
    diag_source(diag, "prelude/layers.ae", prelude, sizeof prelude - 1);
    diag_source(diag, "empty.ae", "", 0);
    show_marks(diag);
    show_places(diag);
    show_order(diag);
    title("JSON");
    diag_error(diag, place(1, model, "\xFF\x01"),
               "a \"text\" with \\, \t, \x7F, \xC2\x9B and \xFF");
    diag_mark(diag, place(1, model, "end"), "mark");
    diag_help(diag, "help");
    diag_help(diag, "more");
    diag_note(diag, place(2, prelude, "dense"), "note \xC3\xA9");
    diag_warning(diag, (Loc){0}, "nowhere");
    diag_print_json(diag, stdout);
    diag_print_json(diag, stdout);
    title("places");
    printf("%s|%s|%s|%d\n", diag_place(diag, place(1, model, "end")), diag_place(diag, (Loc){0}),
           diag_file(diag, 2), diag_line(diag, place(1, model, "xhat")));
    arena_close(arena);
    return 0;
}
