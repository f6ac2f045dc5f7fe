/* The plan: what a target needs to write a program, beside its graphs.
 *
 * For each entry: the kernels in their order, cut into pieces and gathered in phases between
 * barriers; for each value that needs memory its place in the arena.  Sizes are in reals, at the
 * full batch.
 *
 *     phase 1   kernel 2  logits = matmul(h, W)        reads 1, slot 4   writes 3
 *     buffer 3  %12 [n,784]   at 51200   size 100352   phases 1 to 3
 */
#ifndef AECC_PLAN_H
#define AECC_PLAN_H

#include "ir/program.h"
#include "kernel/fuse.h"

/* Memory that a kernel reads or writes.  PLACE_scratch: rows of a product that only the piece which
 * makes them reads, at the beginning of its thread's scratch memory; the index is the node's id. */
typedef enum PlaceKind { PLACE_buffer, PLACE_slot, PLACE_input, PLACE_scratch } PlaceKind;

typedef struct Place {
    PlaceKind kind;
    int index;
} Place;

typedef struct Touch {
    Place place;
    const Node *node; /* whose elements */
    bool write;
} Touch;

/* What is left out behind the ends of a batch of texts (text_rows.c). */
typedef struct TextRows {
    const Node *tokens;      /* an input, [n,places] */
    bool rows;               /* rows, of a value of all texts, … */
    bool ahead;              /* … which all have a row before any has the next, */
    bool open;               /* … and which nobody reads; else they become 0 */
    int ends;                /* of each text's own product, a set of AertTextEnds */
    int level;               /* of places; 0: the tokens' own.  Else how many each text has, … */
    int count, stride, more; /* … of which place p counts where stride p < length + more */
} TextRows;

typedef struct Kernel {
    KernelKind kind;
    int group;        /* of the fusion; -1: copies `node` into slot `to` */
    const Node *node; /* what it is named for */
    int to;
    Loops *loops; /* NULL: none */
    int *last;    /* by place in the loops: when the node is last computed (kernels.c) */
    int extent, extent_rows, chunk;
    int phase;
    bool barrier, held;
    size_t slice, scratch; /* reals of scratch memory for each thread: the slice, and in all */
    double flops, flops_rows;
    struct Plan *first, *body; /* of a loop: what it does once before, and in each step */
    struct Plan
        *idle; /* … where what it is given as number `gate` is 0 throughout; NULL: the same */
    int gate;
    const Node *tokens; /* NULL: so much for `gate`; else it is where no text goes on in these */
    const TextRows *text_rows; /* NULL: whatever rows there are */
    size_t room; /* of a product by such, or one that skips zeros: where its room in the scratch
                    memory begins */
    List(Touch) touches;
    List(int) after; /* kernels that must come before; places in the plan's list */
} Kernel;

typedef struct Buffer {
    const Node *node;
    size_t size, offset;
    int first, last; /* phases */
    bool held;       /* shares its memory with nothing */
    int within;      /* buffer that it overwrites, element for element; -1: none */
} Buffer;

typedef struct Assign {
    const Node *node;
    int slot;
    bool direct; /* written by the kernel that computes it, else copied at the end */
} Assign;

/* What of a product is not 0: from one number to another, of what is summed over, or of the axis of
 * the result along which no pieces are cut, for so many numbers of the other one at a time. */
enum { MOST_PARTS = 32 };
typedef struct Band {
    bool inner; /* of what is summed over; else of the result, the rest of which nobody sees */
    int every, count;
    int part[MOST_PARTS][2];
    double share; /* of the work */
} Band;

/* Of a loop's plan: where what the body is given, or leaves, in a step lies.  In reals from the
 * beginning of `place` on, for n rows: at + at_rows n, and for each step so much more. */
typedef struct Given {
    Place place; /* of the plan around it */
    size_t at, at_rows;
    long step, step_rows;
    const Node *tokens; /* whose places; NULL: those of the slot of its number */
} Given;

/* A kernel in the order in which all run, those of loops in the place of the loop's own. */
typedef struct Part {
    const struct Plan *plan; /* the kernel's: the entry's, or of a loop */
    int place;               /* in that plan */
} Part;

/* What a kernel sees of the input that its entry draws itself: line l of an example, of so many
 * that what it computes is made of, sees lines l + from … l + end - 1 of it (reach.c).  Of a loop
 * the lines are its steps. */
enum { REACH_NOTHING = 0, REACH_EXAMPLE = -1, REACH_OTHERS = -2 };
typedef struct Reach {
    int lines; /* or one of these: no part of the input, all of the example, other examples too */
    int from, end;
    bool ahead; /* all examples' lines l lie before any line l + 1 */
} Reach;

typedef struct Schedule Schedule;

typedef struct Plan {
    const Program *program;
    const Schedule *schedule;
    const Entry *entry;
    const struct Plan *like; /* an earlier entry's, whose plan it is as well; or NULL */
    Graph *graph;            /* prepared */
    Fusion *fusion;
    List(Kernel) kernels; /* in order */
    List(Buffer) buffers;
    List(Assign) assigns;
    const bool *nonzeros;     /* by node id: mostly 0 where counts are; NULL: there are none */
    const bool *zeros;        /* likewise: 0 where an image is */
    const Band *const *bands; /* by node id: of products; NULL: whole */
    Reach *reach;             /* by kernel, then of what is drawn; NULL: nothing is, or at once */
    long line;                /* … numbers in a line of it */
    int *buffer_of;           /* by node id; -1 */
    int *slot_of;             /* by node id: the slot where its value can be read; -1 */
    IntList *assigns_of;      /* by node id: places in `assigns`, ascending */
    const int *slot_of_name;  /* by number of the name: plus 1; 0 where it is no slot's */
    int names;                /* how many it covers */
    int phases;
    List(Part) parts; /* of an entry's plan: all kernels */
    /* of a loop's plan, whose slots are what is given: */
    const Kernel *loop; /* the kernel of the plan around it; NULL: an entry's */
    const struct Plan *around;
    int steps;
    bool back;
    List(Given) given;
    size_t base;                  /* where its arena begins in that of the entry */
    int first_scalar;             /* its scalars are the entry's from there on */
    size_t arena, bound, scratch; /* scratch: what each thread needs, the most of all kernels */
} Plan;

typedef struct ProgramPlan {
    const Program *program;
    size_t *slot_offset; /* by slot */
    size_t store;
    List(Plan *) entries;
    double parameters; /* numbers in all params */
    double flops_example;
} ProgramPlan;

/* What is known of the machine that runs the program: a target's.  By kind of kernel, how one is
 * cut into pieces, which sets extent, extent_rows, chunk and flops of a kernel (group: NULL for a
 * copy); and what fits where. */
struct Schedule {
    void (*cut[NUM_KERNELS])(const Plan *plan, Kernel *kernel, const Group *group);
    long slice_most; /* numbers of a product that a piece may keep to itself */
    long keep_most;  /* numbers that a scan may keep for its gradient; else it keeps some steps */
};
extern const Schedule schedule_cpu; /* schedule/cpu.c; which one a target has: emit/targets.def */

/* Plans every entry.  Dies where a plan fails its check. */
ProgramPlan *plan_program(const Program *program, const Schedule *schedule);

/* The node whose memory holds the value: below views; NULL where it is a literal or a scalar. */
const Node *plan_base(const Plan *plan, const Node *node);
/* Where a base's elements are. */
Place plan_place(const Plan *plan, const Node *base);
int plan_input(const Program *program, const char *name);
size_t plan_size(const Plan *plan, Type type); /* at the full batch, rounded up to 16 */
/* Reals that each array of a row (KEEP_local) takes of the scratch memory, where they lie behind
 * the slice; 0: they are short, and lie on the stack. */
size_t plan_row(const Loops *loops);

/* How many numbers of a step it needs, those of loops too. */
int plan_scalars(const Plan *plan);
/* Does the product go by what is not 0 of its first operand? */
bool plan_by_nonzeros(const Plan *plan, const Node *product);

/* Does the kernel's product skip places where rows of its first operand are 0? */
bool plan_skips(const Plan *plan, const Kernel *kernel);

void plan_print(Text *text, const Plan *plan);

/* An overlap or a wrong order, found anew from what kernels read and write; NULL where there is
 * none. */
const char *plan_check(Arena *arena, const Plan *plan);

/* Plans a graph, but for what loops know once the plan around them is whole. */
Plan *plan_graph(const Program *program, const Schedule *schedule, const Entry *entry, Graph *graph,
                 const Kernel *loop);
/* idle.c: the step where what it is given as number `gate`, one for each example, is 0; NULL: no
 * such number makes it less. */
Graph *plan_idle(const Body *body, int *gate);

/* reach.c: the input, where the entry draws it itself; else NULL. */
const Node *plan_drawn(const Program *program, const Entry *entry, const Graph *graph);

/* loops.c */
void plan_loops(Plan *plan);                                        /* plans what loops do */
const Node *plan_scan(const Plan *plan, const Kernel *kernel);      /* of a loop's kernel */
void plan_idle_loop(const Plan *plan, Kernel *kernel, Graph *idle); /* plans steps that are less */
/* The plans of a loop's kernel, in their order: first, body, idle.  How many; 0: it is no loop. */
enum { LOOP_PLANS = 3 };
int plan_loop_plans(const Kernel *kernel, Plan *plans[LOOP_PLANS]);
void plan_place_loops(Plan *plan); /* … and where, once everything has its place; lists all parts */
size_t plan_loop_size(const Plan *plan,
                      const Kernel *kernel); /* of what it leaves, and needs meanwhile */

/* ---- the steps in which an entry is planned, in their order ---- */
void plan_kernels(Plan *plan);   /* kernels.c: one for each group, what it touches, assigns */
void plan_nonzeros(Plan *plan);  /* nonzeros.c: values that are 0 in many places */
void plan_bands(Plan *plan);     /* bands.c: parts of products that are 0 */
void plan_text_rows(Plan *plan); /* text_rows.c: rows behind the ends of texts */
void plan_reach(Plan *plan);     /* reach.c: what a change of the drawn input does not reach */
void plan_order(Plan *plan);     /* order.c: phases, barriers */
void plan_life(Plan *plan);      /* life.c: buffers and their phases, in place */
void plan_pack(Plan *plan);      /* pack.c: offsets */
void plan_scratch(Plan *plan);   /* scratch.c: memory that is a thread's own */
/* Numbers of scratch memory in which a product has rows of texts side by side, `most` at a time; 0:
 * it has no such rows. */
long plan_text_room(const Plan *plan, const Kernel *kernel, long *most);
/* … and in which it lists what is not 0; 0: it skips nothing. */
long plan_skips_room(const Plan *plan, const Kernel *kernel);
/* May `node`, written by the kernel, overwrite `base`, read by it, element for element? */
bool plan_in_place(const Plan *plan, const Kernel *kernel, const Node *node, const Node *base);

#endif
