/* Kernels that do the same become one function, whatever the places that they read and write, the
 * streams that they draw from and the range of initial values: a hundred layers, `step`, `eval` and
 * `encode` call it with arguments of their own, which stand in tables.
 *
 *     static void REAL(k12_h)(const AertRun *run, void *const *args, int begin, int end) {
 *         const real *x = args[0];
 *         real *h = args[1];
 *         …
 *
 * The local names and the shapes beside them are those of the first kernel.  So the C compiler's
 * work grows with what is different in a model, not with its size.
 */
#include "emit/c/c.h"

#include <ctype.h>
#include <string.h>

/* ---- alike: equal but for local names ---- */

static bool in_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/* Names that mean the same in every kernel: those of C and of the runtime, functions, also by
 * REAL(name), members. */
static bool stays(const char *begin, const char *at, const char *end, const char *word) {
    bool member = at > begin && (at[-1] == '>' || at[-1] == '.');
    bool real = at - begin > 5 && strncmp(at - 5, "REAL(", 5) == 0;
    return member || real || *end == '(' || c_is_reserved(word);
}

/* The text without comments, which tell shapes, and with every other word replaced by how many came
 * before it: "t4[i] + b[j]" → "#0[#1] + #2[#3]". Kernels are alike where these are equal. */
static const Text *without_names(Arena *arena, const char *text) {
    Text *out = NEW(arena, Text);
    Names *words = names_open(arena);
    text_open(out, arena);
    for (const char *at = text; *at;) {
        const char *end = at, *comment = at[0] == '/' && at[1] == '*' ? strstr(at, "*/") : NULL;
        if (comment) {
            at = comment + 2;
            continue;
        }
        while (in_word(*end))
            end++;
        size_t length = (size_t)(end - at);
        if (length == 0 || isdigit((unsigned char)*at)) {
            length += length == 0;
            text_add_bytes(out, at, length);
        } else if (stays(text, at, end, arena_copy(arena, at, length))) {
            text_add_bytes(out, at, length);
        } else {
            text_add(out, "#%d", names_number(words, at, length));
        }
        at += length;
    }
    return out;
}

static Text *kept(Arena *arena, const Text *text) {
    Text *copy = NEW(arena, Text);
    *copy =
        (Text){arena, arena_copy(arena, text->at, text->length), text->length, text->length + 1};
    return copy;
}

/* Kernels by their form: the number that `forms` gives it leads to the first that has it. */
typedef struct Forms {
    Arena *arena;
    Names *names;
    List(int) first;
} Forms;

/* Adds a kernel's text, which is scratch, to those that are kept. */
static void add_text(Arena *arena, KernelTexts *texts, Forms *forms, KernelText text) {
    const Text *form = without_names(text.function->arena, text.function->at);
    int number = texts->count++, known = forms->first.count;
    int at = names_number(forms->names, form->at, form->length);
    if (at == known)
        list_add(forms->arena, &forms->first, number);
    text.like = forms->first.at[at];
    text.places = kept(arena, text.places);
    text.function = at == known ? kept(arena, text.function) : NULL;
    texts->at[number] = text;
    texts->at[text.like].reals |= text.plan->entry->reals;
}

KernelTexts share_kernels(Arena *arena, const ProgramPlan *program) {
    KernelTexts texts = {0};
    Arena *scratch = arena_open(), *of_forms = arena_open();
    Forms forms = {.arena = of_forms, .names = names_open(of_forms)};
    int count = 0;
    for (int e = 0; e < program->entries.count; e++)
        count += program->entries.at[e]->kernels.count;
    texts.at = NEW_ARRAY(arena, KernelText, count + 1);
    for (int e = 0; e < program->entries.count; e++)
        for (int i = 0; i < program->entries.at[e]->kernels.count; i++) {
            const Plan *plan = program->entries.at[e];
            add_text(arena, &texts, &forms, kernel_text(scratch, program, plan, i));
            arena_clear(scratch);
        }
    arena_close(scratch);
    arena_close(of_forms);
    return texts;
}

/* ---- writing ---- */

/* "k12_h" */
const char *share_name(Arena *arena, const KernelTexts *texts, int number) {
    int like = texts->at[number].like;
    const KernelText *text = &texts->at[like];
    const char *name = formula_left(text->plan, arena, text->plan->kernels.at[text->place].node);
    return arena_printf(arena, "k%d_%s", like, c_word(arena, name));
}

void share_write(Writer *w, const KernelTexts *texts, int number) {
    const KernelText *text = &texts->at[number];
    formula_comment(w, text->plan, &text->plan->kernels.at[text->place]);
    cw_line(w, "static void REAL(%s)(const AertRun *run, void *const *args, int begin, int end) {",
            share_name(cw_scratch(w), texts, number));
    text_add_bytes(w->text, text->function->at, text->function->length);
    cw_plain(w, "}");
    cw_blank(w);
}
