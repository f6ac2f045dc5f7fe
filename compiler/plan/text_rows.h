/* Rows of texts behind their ends: text_facts.c finds what is known of them, text_rows.c goes by
 * it. */
#ifndef AECC_TEXT_ROWS_H
#define AECC_TEXT_ROWS_H

#include "plan/plan.h"

/* In which order rows lie: a text's all together, or all texts' first ones ahead of their second; a
 * set of both. */
enum { BY_TEXT = 1, AHEAD = 2, ANY_ORDER = 3 };
typedef unsigned char Orders;

/* How little a reader may care for rows. */
typedef enum Care {
    CARE_none,   /* they may be anything, no number too, */
    CARE_finite, /* or any number: what is made of them is multiplied by 0 */
    NUM_CARES
} Care;

/* What a scan makes of steps that are behind the end of a text, by number of what it leaves and is
 * given. */
typedef struct StepFacts {
    bool *zero_left;            /* what such a step leaves is 0 */
    bool *zero_given;           /* so is what it is given */
    bool *any_given[NUM_CARES]; /* what it is given may be anything */
} StepFacts;

typedef struct TextFinder {
    Plan *plan;
    const Graph *graph;
    const Node *input; /* the tokens */
    Len rows;          /* of a batch of texts */
    bool *taken;       /* by node id: a product that leaves out rows of another input's texts */
    /* by node id */
    Orders *zero;           /* in which orders rows behind ends are 0 */
    Orders *any[NUM_CARES]; /* … or may be anything */
    List(const Node *) * readers;
    bool *root;
    StepFacts **steps; /* of scans along the places; NULL: of others */
    /* of a step, whose rows are those of texts that have ended before it; by number */
    bool is_step;
    const bool *zero_given;
    bool *any_left[NUM_CARES];
} TextFinder;

void text_facts(TextFinder *f);
/* How many axes, the outermost ones, go through the rows; 0: none do. */
int text_row_axes(const TextFinder *f, Type type);
/* The order of those rows that a product leaves out of its sums, or makes 0; 0: none. */
Orders text_left_out(const TextFinder *f, const Node *product);

#endif
