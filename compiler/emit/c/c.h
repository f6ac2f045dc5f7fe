/* C: what targets that are written in it are made of: lines, words, kernels, scalars. */
#ifndef AECC_EMIT_C_H
#define AECC_EMIT_C_H

#include "emit/c/tree.h"
#include "emit/emit.h"

#include <stdint.h>

/* ---- writer.c: lines with their indentation ---- */
typedef struct Writer {
    Text *text;
    int depth;
    Arena *scratch; /* emptied between rows of tables; NULL: the text's own arena instead */
} Writer;
Arena *cw_scratch(const Writer *w);
void cw_clear(const Writer *w); /* what was made in the scratch so far is no longer needed */
void cw_line(Writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The line and an opening brace; what follows is indented until cw_close. */
void cw_open(Writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cw_close(Writer *w);
void cw_plain(Writer *w, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* not indented */
void cw_blank(Writer *w);
const char *c_string(Arena *arena, const char *text); /* a literal, or NULL */
const char *c_double(Arena *arena, double value);     /* a number, infinite or none too */

/* ---- names.c: words for C, each once in its function ---- */
typedef struct CScope {
    Arena *arena;
    Names *taken;
    List(int) next; /* by number in `taken`: where to go on looking for NAME_2, NAME_3 … */
} CScope;
void c_scope_start(CScope *scope, Arena *arena);
/* `wish` made a C name that the scope has not; it has it then. */
const char *c_scope_name(CScope *scope, const char *wish);
/* Takes the words that moves, copies and batches of products write as they stand: i, j, row … */
void c_scope_take_fixed(CScope *scope);
const char *c_word(Arena *arena, const char *name); /* letters, digits and _ of a name */
/* The word of an entry's tables, which no other entry has: a.b and a_b are one word, and so are
 * names that begin alike. */
const char *c_entry_word(Arena *arena, const Plan *plan);
/* The last part of a name with dots: "encoder.dense_1.W" → "W". */
const char *c_last_part(const char *name);

/* ---- kernel.c: a kernel's function while it is written ---- */
typedef struct Pointer {
    Place place;
    Local *local;
    bool written, used;
    const Node *node;
} Pointer;

/* The number of a stream of draws, as a local. */
typedef struct Stream {
    const char *of; /* the draws' name, interned */
    Local *local;
} Stream;

/* A number of the model that is an argument, as a local. */
typedef struct Fraction {
    double value;
    Local *local;
} Fraction;

typedef struct KernelWriter {
    const ProgramPlan *program;
    const Plan *plan;
    const Kernel *kernel;
    Arena *arena;
    Code *code;
    CScope scope;
    List(Pointer) pointers;
    Local **scalar; /* by scalar: its local, or NULL */
    List(Stream) streams;
    List(Fraction) fractions;
    /* of loops */
    Local *axis[MAX_AXES];   /* loop variables */
    int depth[MAX_AXES];     /* how deep each axis' loop lies */
    const Expr **value;      /* by place in the nest: what is in force, or NULL */
    Local **variable, **sum; /* by place: variable, array or row array; what sums a part of it */
    Local **key;             /* by place: of a draw, its key */
} KernelWriter;

/* Where an argument lies: "AERT_INPUT(0)", "AERT_STORE(313600)"; a number is three words. */
typedef struct CodePlace {
    const char *text;
    int words;
} CodePlace;

/* A kernel as a function. */
typedef struct KernelCode {
    const Plan *plan;
    int place;              /* in the plan */
    Code *code;             /* the function; NULL: of another kernel */
    List(CodePlace) places; /* where its arguments lie */
    int n_args;             /* words of all places */
    unsigned reals;         /* the precisions that the function is called in */
    int like;               /* number of the first kernel that does the same elsewhere; its own */
    bool joined;            /* the function has lengths as arguments */
} KernelCode;
KernelCode kernel_code(Arena *arena, const ProgramPlan *program, const Plan *plan, int place);
Local *kernel_local(KernelWriter *k, const char *wish); /* a new one, of such a name */
Local *kernel_fixed(KernelWriter *k, const char *name); /* a new one, of that name */
const Expr *kernel_use(KernelWriter *k, Local *local);
/* The pointer to a base's memory, or to slot `slot` where that is not negative. */
const Expr *kernel_pointer(KernelWriter *k, const Node *base, int slot);
const Expr *kernel_len(KernelWriter *k, Len len); /* 784, n, 28 * n */
const Expr *kernel_type_size(KernelWriter *k, Type type, int from, int to);
const Expr *kernel_scalar(KernelWriter *k, const Node *node);
/* Declares which rows are of which place of a text, where the kernel leaves out those behind ends.
 */
Local *kernel_text_rows(KernelWriter *k);
/* Opens the loop over the piece's places of the first `dims` axes; gives its variable. */
const Expr *kernel_open_pieces(KernelWriter *k, Type type, int dims);
/* What C calls the elements of a value: "real" or "int"; and a pointer to such. */
const char *c_elem(const Node *node);
const char *c_pointer(const Node *node, bool written);
const Expr *kernel_stream(KernelWriter *k, const Node *draw);
const Expr *kernel_number(KernelWriter *k,
                          double value); /* a literal, or the local that holds it */
const Expr *kernel_constant(KernelWriter *k, const Node *node); /* the same of a constant */

/* ---- share.c: kernels that do the same are one function ---- */
typedef struct KernelCodes {
    const ProgramPlan *program;
    KernelCode *at; /* of all entries, one after the other: their numbers */
    int count;
    Arena *functions; /* where their code is; whoever has them made closes it */
} KernelCodes;
KernelCodes share_kernels(Arena *arena, const ProgramPlan *program);
/* alike.c: functions that differ in lengths only become one. */
void share_alike(Arena *arena, KernelCodes *codes);
const char *share_name(Arena *arena, const KernelCodes *codes, int number); /* of its function */
/* The function of a kernel that is the first of its like. */
void share_write(Writer *w, const KernelCodes *codes, int number);

/* ---- formula.c: comments ---- */
const char *formula_name(Arena *arena, const Node *node);
/* The slot that a value without a name is assigned to, else as formula_name. */
const char *formula_left(const Plan *plan, Arena *arena, const Node *node);
/* What a kernel computes: in the form @ stands for each of the names. */
typedef struct LabelName {
    const char *text; /* NULL: t and the number */
    int number;
} LabelName;
typedef struct Label {
    const char *form;
    List(LabelName) names;
} Label;
Label kernel_label(Arena *arena, const Plan *plan, const Kernel *kernel);
void formula_comment(Writer *w, const Plan *plan, const Kernel *kernel);
const char *formula_shape(Arena *arena, Type type); /* "(n, 784)" */

/* ---- expr.c: expressions ---- */
/* The op's expression with operands put in; a comparison is cast to the type `real`. */
const Expr *expr_apply(Arena *arena, const Node *node, const Expr *const *operand,
                       const char *real);
const Expr *expr_index(KernelWriter *k, const Access *access);
bool expr_read_later(const KernelWriter *k, const bool *computes, const LoopNode *of);
/* Writes what a block computes (by place in the nest) as locals, or keeps it where it is used once.
 */
void expr_block(KernelWriter *k, const bool *computes, int pass, bool named);
const Expr *expr_operand(KernelWriter *k, const LoopNode *reader, int operand);
/* The element of a local row array that the node of the nest has in force. */
const Expr *expr_row(KernelWriter *k, const LoopNode *node);

/* ---- nest.c: what all loop nests need ---- */
void nest_open(KernelWriter *k);                    /* names of variables, depths */
const Expr *nest_length(KernelWriter *k, int axis); /* 784, n */
void nest_forget(KernelWriter *k);                  /* values in force: the block is over */
void nest_keys(KernelWriter *k, const bool *computes, int from,
               int to); /* of draws whose rows are that deep */
/* Opens the loop over the piece, [begin, end) of the axes that are cut; what counts them. */
Local *nest_open_cut(KernelWriter *k);
/* Opens loops over the whole of axes, one in the other; closes so many. */
void nest_open_axes(KernelWriter *k, int from, int to);
void nest_close(KernelWriter *k, int count);
bool nest_folds(const KernelWriter *k, int place, int pass);
const Expr *nest_start(KernelWriter *k, const Node *reduction);            /* what it starts from */
Local *nest_sum(KernelWriter *k, int place);                               /* of a part */
void nest_fold(KernelWriter *k, int place, const Expr *into);              /* into = into + value */
void nest_store(KernelWriter *k, const LoopNode *node, const Expr *value); /* to all its places */
/* Outer values of a level, and the recomputed ones that they need; false where there are none. */
bool nest_outer_block(const KernelWriter *k, int level, bool *computes);
/* Whether the kernel's first `axes` axes have so few places that loops over them are no vector
 * code; all so many that the time which a call takes counts in each. */
bool nest_few(const KernelWriter *k, int axes);
bool nest_many(const KernelWriter *k);
void nest_pragma(KernelWriter *k, int pass, bool parts);
/* Where a loop over a piece ends: where each piece is of whole vectors the C compiler is told. */
const Expr *nest_end(KernelWriter *k);
double nest_size(const KernelWriter *k, int from,
                 int to); /* places of these axes, at the full batch */

/* ---- the kernel kinds: c_NAME of each row of kernels.def ---- */
#define KERNEL(name, of, flags, what) void c_##name(KernelWriter *k);
#include "kernel/kernels.def"
void rows_write(KernelWriter *k);    /* rows.c: loops over rows, also flat ones */
void columns_write(KernelWriter *k); /* columns.c: loops over columns */

/* ---- scalars.c ---- */
void scalars_write(Writer *w, const ProgramPlan *program, const Plan *plan);

#endif
