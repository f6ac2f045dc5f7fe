/* A text beside the image or vector: what is made of its tokens, and a loss of that, most of which
 * behind the end of a text nobody looks at.
 *
 * The dice of a text are its own: a model without one is what it was.
 */
#include "maker.h"

enum { ONE_IN = 3, OWN_DICE = 31000 };

/* Rows of a vector for each place. */
typedef struct Rows {
    const char *name;
    int places, size, words;
} Rows;

bool declare_text(Maker *m) {
    int drawn = m->drawn;
    m->drawn = OWN_DICE;
    m->places = chance(m, ONE_IN) ? 3 + below(m, 4) : 0;
    m->words = 4 + below(m, 6);
    if (m->places > 0)
        line(m, "input text : tokens[%d] < %d", m->places, m->words);
    m->drawn = drawn;
    return m->places > 0;
}

/* ---- rows of rows ---- */

static void rows_loop(Maker *m, Rows *h) {
    static const char *const layers[] = {"lstm", "gru", "lstm"};
    int units = 2 + below(m, 2);
    bool counts = chance(m, 2);
    const char *next = fresh(m, "h");
    line(m, "%s = %s |> %s(%d%s%s)", next, h->name, PICK(m, layers), units,
         chance(m, 3) ? ", reversed = true" : "", counts ? ", given = text.mask" : "");
    has(m, counts ? HAS_text_given : HAS_text_loop);
    h->name = next;
    h->size = units;
}

static void rows_scan(Maker *m, Rows *h) {
    int form = below(m, 3);
    bool counts = chance(m, 2);
    const char *next = fresh(m, "h");
    line(m, "scan t in %s%s%s with %s : [%d] = %s { %s = %s }", h->name,
         counts ? " given text.mask" : "", chance(m, 3) ? " reversed" : "", next, h->size,
         chance(m, 2) ? "0" : "0.2", next,
         form == 0   ? arena_printf(m->arena, "tanh(0.7 * %s + t)", next)
         : form == 1 ? arena_printf(m->arena, "0.6 * %s + sin(t)", next)
                     : arena_printf(m->arena, "sigmoid(dense(%s, %d)) * t", next, h->size));
    has(m, counts ? HAS_text_given : HAS_text_loop);
    h->name = next;
}

static void rows_attention(Maker *m, Rows *h) {
    int heads = h->size % 2 == 0 ? 1 + below(m, 2) : 1;
    const char *next = fresh(m, "h");
    const char *given = chance(m, 4) ? "" : ", given = text.mask";
    if (chance(m, 3))
        given = ", given = reshape(iota(text.last), text.last, 1) >= iota(text.last)";
    if (chance(m, 2))
        line(m, "%s = %s |> transformer(%d%s)", next, h->name, heads, given);
    else
        line(m, "%s = %s + multi_head_attention(%s, %s, %d%s)", next, h->name, h->name, h->name,
             heads, given);
    has(m, HAS_text_attention);
    h->name = next;
}

static void rows_each(Maker *m, Rows *h) {
    static const char *const forms[] = {
        "tanh(dense(%s, %d))", "gelu(dense(%s, %d)) + 0.1", "layer_norm(dense(%s, %d))",
        "dense(%s, %d) * reshape(text.mask, text.last, 1)",
        "where(reshape(text.mask, text.last, 1), dense(%s, %d), 0)"};
    const char *next = fresh(m, "h"), *form = PICK(m, forms), *at = strstr(form, "%s"),
               *size = strstr(form, "%d");
    h->size = 2 + below(m, 3);
    line(m, "%s = %.*s%s%.*s%d%s", next, (int)(at - form), form, h->name, (int)(size - at - 2),
         at + 2, h->size, size + 2);
    h->name = next;
}

/* ---- what is looked at ---- */

static const char *loss_of_rows(Maker *m, const Rows *h) {
    const char *logits = fresh(m, "l");
    switch (below(m, 7)) {
    case 0:
        return arena_printf(m->arena, "sum(square(row_at(%s, text.length - 1)))", h->name);
    case 1:
        return arena_printf(m->arena, "sum(sin(%s) * reshape(text.mask, text.last, 1))", h->name);
    case 2:
        return arena_printf(m->arena, "sum(last_of(%s))", h->name);
    case 3:
        return arena_printf(m->arena, "mean(square(%s))", h->name);
    default:
        line(m, "%s = %s |> dense(%d)", logits, h->name, h->words);
        has(m, HAS_text_nats);
        return arena_printf(m->arena, "sum(cross_entropy(%s, text, given = text.mask))%s", logits,
                            chance(m, 3) ? " / max(text.length, 1)" : "");
    }
}

const char *write_text(Maker *m) {
    static void (*const forms[])(Maker *, Rows *) = {rows_loop, rows_scan, rows_attention,
                                                     rows_each};
    if (m->places == 0)
        return "";
    int drawn = m->drawn;
    m->drawn = OWN_DICE + 2;
    Rows h = {fresh(m, "h"), m->places, 2 + below(m, 3), m->words};
    has(m, HAS_text);
    const char *table = fresh(m, "p");
    line(m, "param %s : [%d,%d] ~ normal(0, 0.6)", table, h.words, h.size);
    line(m, "%s = gather(%s, %s)", h.name, table,
         chance(m, 3)   ? "word_dropout(text, 0.3)"
         : chance(m, 2) ? "delayed(text)"
                        : "text");
    forms[below(m, 4)](m, &h);
    Rows first = h; /* read again: behind the end as well, maybe, where its other reader does not */
    for (int i = 1 + below(m, 2); i > 0; i--)
        forms[below(m, 4)](m, &h);
    const char *loss = loss_of_rows(m, &h);
    if (!chance(m, 3))
        loss = arena_printf(m->arena, "%s + 0.3 * %s", loss, loss_of_rows(m, &first));
    m->drawn = drawn;
    return arena_printf(m->arena, " + 0.3 * tanh(0.2 * (%s))", loss);
}
