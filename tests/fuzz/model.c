/* The text of a model: parsed, printed, checked.  A text that parses must survive being printed;
 * one that is refused must have a message.
 */
#include "driver/compile.h"
#include "fuzz.h"

#include <ctype.h>

const char *const fuzz_words[] = {
    "(",       ")",      "{",     "}",     "[",         "]",       "|>",       ">=",     "=",
    "~",       ",",      ";",     ":",     "..",        "+",       "-",        "^",      "*",
    "/",       "<-",     "#",     "\n",    "\t",        "'",       "\"",       "0",      "1e9",
    "_",       "\xc3",   "param", "hyper", "const",     "repeat",  "if",       "return", "grad(",
    "stop(",   "over",   "sum(",  "dense", "minimize",  "encoder", "function", "layer",  "normal",
    "samples", "batch(", "use",   "only",  "jacobian(", "every",   "when",     "state",  NULL};

static Compiler compiler; /* names and the prelude's trees */
static FILE *nowhere;

static void begin(void) {
    Arena *lasting = arena_open();
    compiler = (Compiler){.arena = lasting, .names = names_open(lasting)};
    nowhere = fopen("/dev/null", "w");
    MUST(nowhere);
    compile_prelude(&compiler, diag_open(lasting));
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
    if (!compiler.prelude)
        begin();
    char *text = malloc(size + 1); /* the text of a file is ended by 0 */
    MUST(text);
    memcpy(text, data, size);
    text[size] = 0;
    Arena *arena = arena_open();
    Diag *diag = compile_diag(arena);
    const Ast *ast = compile_parse(&compiler, arena, diag, "x.ae", text, size);
    ModelSource source = {.tree = ast, .path = "x.ae", .load = load};
    MUST(ast->kind == AST_file);
    int errors = diag_errors(diag);
    Text once;
    text_open(&once, arena);
    ast_print(&once, ast);
    if (errors == 0) {
        compile_parse(&compiler, arena, diag, "y.ae", once.at, once.length);
        MUST(diag_errors(diag) == 0);
        if (!is_large(text, size))
            MUST(compile_check(&compiler, arena, diag, &source) || diag_errors(diag) > 0);
    }
    if (errors % 2)
        diag_print_json(diag, nowhere);
    else
        diag_print(diag, nowhere);
    arena_close(arena);
    free(text);
    return 0;
}
