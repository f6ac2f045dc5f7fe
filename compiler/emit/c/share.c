/* Kernels put together. Where several do the same in other places, as a layer does in `step`,
 * `eval` and `encode`, their loops stand once, in a function that takes the places:
 *
 *     static void REAL(s12_h)(const AertRun *run, int begin, int end,
 *                             const real *x, real *h) { … }
 *     static void REAL(k12_h)(const AertRun *run, int begin, int end) {
 *         REAL(s12_h)(run, begin, end, run->input[0], (real *)run->arena + 51200);
 *     }
 *
 * The local names are those of the first. A third of the text goes, and with it the C compiler's
 * time and the program's size.
 */
#include "emit/c/c.h"

#include <ctype.h>
#include <string.h>

/* ---- alike: equal but for local names ---- */

static bool in_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/* Names that mean the same in every kernel: those of C and of the runtime, functions, members. */
static bool stays(const char *begin, const char *at, const char *end, const char *word) {
    bool member = at > begin && (at[-1] == '>' || at[-1] == '.');
    return member || *end == '(' || c_is_reserved(word);
}

typedef struct Word {
    const char *at;
    size_t length;
} Word;

static bool is_word(Word a, Word b) {
    return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

/* The text with every other word replaced by how many came before it: "t4[i] + b[j]" → "#0[#1] +
 * #2[#3]". Kernels are alike where these are equal. */
static const char *without_names(Arena *arena, const char *text) {
    Text out;
    List(Word) words = {0};
    text_open(&out, arena);
    for (const char *at = text; *at;) {
        const char *end = at;
        while (in_word(*end))
            end++;
        if (end == at || isdigit((unsigned char)*at)) {
            end += end == at;
            text_add_bytes(&out, at, (size_t)(end - at));
            at = end;
            continue;
        }
        Word word = {at, (size_t)(end - at)};
        if (stays(text, at, end, arena_copy(arena, at, word.length))) {
            text_add_bytes(&out, at, word.length);
        } else {
            int k = 0;
            while (k < words.count && !is_word(words.at[k], word))
                k++;
            if (k == words.count)
                list_add(arena, &words, word);
            text_add(&out, "#%d", k);
        }
        at = end;
    }
    return out.at;
}

/* The first ones are told what the others need. */
static void find_alike(KernelTexts *texts, const char *const *form, const uint64_t *hash) {
    for (int i = 0; i < texts->count; i++) {
        texts->at[i].like = i;
        for (int k = 0; k < i; k++)
            if (hash[k] == hash[i] && strcmp(form[k], form[i]) == 0) {
                texts->at[i].like = k;
                texts->at[k].shared = true;
                texts->at[k].reals |= texts->at[i].reals;
                break;
            }
    }
}

KernelTexts share_kernels(Arena *arena, const ProgramPlan *program) {
    KernelTexts texts = {0};
    for (int e = 0; e < program->entries.count; e++)
        texts.count += program->entries.at[e]->kernels.count;
    texts.at = NEW_ARRAY(arena, KernelText, texts.count + 1);
    const char **form = NEW_ARRAY(arena, const char *, texts.count + 1);
    uint64_t *hash = NEW_ARRAY(arena, uint64_t, texts.count + 1);
    int number = 0;
    for (int e = 0; e < program->entries.count; e++)
        for (int i = 0; i < program->entries.at[e]->kernels.count; i++, number++) {
            KernelText text = kernel_text(arena, program, program->entries.at[e], i, number);
            texts.at[number] = text;
            form[number] = without_names(arena, arena_printf(arena, "%s)%s%s", text.parameters->at,
                                                             text.start->at, text.body->at));
            hash[number] = c_hash(C_HASH_START, form[number]);
        }
    find_alike(&texts, form, hash);
    return texts;
}

/* ---- writing ---- */

static void add(Writer *w, const Text *text) {
    text_add_bytes(w->text, text->at, text->length);
}

/* "k12_h" → "s12_h" */
static const char *shared_name(Arena *arena, const KernelText *text) {
    return arena_printf(arena, "s%s", text->name + 1);
}

/* "const real *x,\nreal *h": each on a line of its own */
static void write_parameters(Writer *w, const char *at) {
    for (const char *end; (end = strchr(at, '\n')); at = end + 1)
        cw_line(w, "        %.*s", (int)(end - at), at);
    cw_open(w, "        %s)", at);
}

static void write_shared(Writer *w, const KernelText *text) {
    const char *name = shared_name(w->text->arena, text);
    bool reads = text->parameters->length > 0;
    if (reads) {
        cw_line(w, "static void REAL(%s)(const AertRun *run, int begin, int end,", name);
        write_parameters(w, text->parameters->at);
    } else {
        cw_open(w, "static void REAL(%s)(const AertRun *run, int begin, int end)", name);
    }
    if (!text->uses_run)
        cw_line(w, "(void)run;");
    add(w, text->start);
    add(w, text->body);
    cw_close(w);
    cw_blank(w);
}

void share_write(Writer *w, const KernelTexts *texts) {
    unsigned open = IN_FLOAT | IN_DOUBLE;
    cw_plain(w, "/* ---- what several kernels do ---- */");
    cw_blank(w);
    for (int i = 0; i < texts->count; i++) {
        const KernelText *text = &texts->at[i];
        if (!text->shared)
            continue;
        tables_switch_reals(w, &open, text->reals);
        write_shared(w, text);
    }
    tables_switch_reals(w, &open, IN_FLOAT | IN_DOUBLE);
}

void share_write_kernel(Writer *w, const KernelTexts *texts, int number) {
    const KernelText *text = &texts->at[number];
    bool reads = text->parameters->length > 0;
    add(w, text->comment);
    cw_open(w, "static void REAL(%s)(const AertRun *run, int begin, int end)", text->name);
    if (texts->at[text->like].shared) {
        cw_line(w, "REAL(%s)(run, begin, end%s%s);",
                shared_name(w->text->arena, &texts->at[text->like]), reads ? ", " : "",
                text->arguments->at);
    } else {
        if (!text->uses_run && !reads)
            cw_line(w, "(void)run;");
        add(w, text->start);
        add(w, text->locals);
        add(w, text->body);
    }
    cw_close(w);
    cw_blank(w);
}
