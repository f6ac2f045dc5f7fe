/* The text of a model: parsed, printed, checked.  A text that parses must survive being printed;
 * one that is refused must have a message.
 */
#include "check/check.h"
#include "fuzz.h"
#include "prelude/prelude.h"

#include <ctype.h>

const char *const fuzz_words[] = {
    "(",       ")",      "{",     "}",     "[",         "]",       "|>",       ">=",     "=",
    "~",       ",",      ";",     ":",     "..",        "+",       "-",        "^",      "*",
    "/",       "<-",     "#",     "\n",    "\t",        "'",       "\"",       "0",      "1e9",
    "_",       "\xc3",   "param", "hyper", "const",     "repeat",  "if",       "return", "grad(",
    "stop(",   "over",   "sum(",  "dense", "minimize",  "encoder", "function", "layer",  "normal",
    "samples", "batch(", "use",   "only",  "jacobian(", "every",   "when",     "state",  NULL};

static Arena *lasting; /* names and the prelude's trees */
static Names *names;
static const Ast **prelude;
static FILE *nowhere;

/* The prelude's texts have the same numbers in each Diag, so that its trees can be shared. */
static Diag *open_diag(Arena *arena) {
    Diag *diag = diag_open(arena);
    for (int i = 0; i < prelude_count; i++)
        diag_source(diag, prelude_files[i].name, prelude_files[i].text, prelude_files[i].length);
    return diag;
}

static void begin(void) {
    lasting = arena_open();
    names = names_open(lasting);
    nowhere = fopen("/dev/null", "w");
    Diag *diag = open_diag(lasting);
    prelude = NEW_ARRAY(lasting, const Ast *, prelude_count);
    for (int i = 0; i < prelude_count; i++)
        prelude[i] = syntax_parse(lasting, names, diag, i + 1, prelude_files[i].text,
                                  prelude_files[i].length);
    MUST(nowhere && diag_errors(diag) == 0);
}

static const Ast *load(void *user, const char *path, const char **why) {
    (void)user, (void)path;
    *why = "is not there";
    return NULL;
}

/* Numbers so long may ask for more than a test has time for. */
static bool is_large(const char *text, size_t length) {
    size_t digits = 0, most = 0;
    for (size_t i = 0; i < length; i++) {
        digits = isdigit((unsigned char)text[i]) ? digits + 1 : 0;
        most = digits > most ? digits : most;
    }
    return most > 3;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!lasting)
        begin();
    char *text = malloc(size + 1); /* the text of a file is ended by 0 */
    MUST(text);
    memcpy(text, data, size);
    text[size] = 0;
    Arena *arena = arena_open();
    Diag *diag = open_diag(arena);
    CheckInput input = {.prelude = prelude, .n_prelude = prelude_count, .load = load};
    const Ast *ast =
        syntax_parse(arena, names, diag, diag_source(diag, "x.ae", text, size), text, size);
    MUST(ast->kind == AST_file);
    int errors = diag_errors(diag);
    Text once;
    text_open(&once, arena);
    ast_print(&once, ast);
    if (errors == 0) {
        syntax_parse(arena, names, diag, diag_source(diag, "y.ae", once.at, once.length), once.at,
                     once.length);
        MUST(diag_errors(diag) == 0);
        input.model = ast;
        if (!is_large(text, size))
            MUST(check_model(arena, names, diag, &input) || diag_errors(diag) > 0);
    }
    if (errors % 2)
        diag_print_json(diag, nowhere);
    else
        diag_print(diag, nowhere);
    arena_close(arena);
    free(text);
    return 0;
}
