/* Rows of texts behind their ends: text_facts.c finds what is known of them, text_rows.c goes by
 * it. */
#ifndef AECC_TEXT_ROWS_H
#define AECC_TEXT_ROWS_H

#include "autodiff/bounds.h"
#include "plan/plan.h"

/* In which ways what is behind ends lies in a value, a set: along an axis of places, while another
 * goes through the texts; in rows, a text's all together or all texts' first ones ahead of their
 * second; and of the last two axes, where both are places, at what is further on along the last
 * one, or less far. */
typedef unsigned short Behind;
#define ALONG(axis) (Behind)(1u << (axis))
enum {
    STEPS = 1, /* along the first axis, as what all steps leave */
    BY_TEXT = 1 << MAX_RANK,
    AHEAD = 1 << (MAX_RANK + 1),
    LATER = 1 << (MAX_RANK + 2),
    EARLIER = 1 << (MAX_RANK + 3)
};

/* The same of what a product sums over: along an axis, or rows as above. */
enum { IN_SUMS = 1 };

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
    bool *any_left[NUM_CARES];  /* so may what it leaves */
    bool *zero;                 /* by id of the step's nodes: 0 */
} StepFacts;

/* Places of texts: place p is behind the end where stride p is not less than the text's length and
 * `more`. */
typedef struct TextPlaces {
    int count; /* of each text; 0 in a step */
    int stride, more;
} TextPlaces;

typedef struct TextFinder TextFinder;
struct TextFinder {
    Plan *plan;
    const Graph *graph;
    const Node *input; /* the tokens */
    Len rows;          /* of a batch of texts */
    TextPlaces of;
    const TextFinder *all; /* of all levels of places that there are, this one among them: … */
    int level, levels;     /* … its number, 0 for the tokens' own, and how many; 0 in a step */
    bool *taken;           /* by node id: a product that leaves out rows of another input's texts */
    /* by node id */
    Behind *ways;           /* all that there are */
    Behind *zero;           /* in which ways what is behind ends is 0 */
    Behind *any[NUM_CARES]; /* … or may be anything */
    bool *fixed;            /* it is what it is made of, or nobody looks at it at all */
    Bounds *bounds;
    List(const Node *) * readers;
    bool *root;
    StepFacts **steps; /* of scans along the places; NULL: of others */
    /* of a step, whose rows are those of texts that have ended before it; by number */
    bool is_step;
    const bool *zero_given;
    bool *any_left[NUM_CARES];
};

/* text_axes.c: all ways that there are in such a value, … */
Behind text_all_ways(const TextFinder *f, Type type);
/* … those found, and what follows of them: of what is further on than who asks all is behind the
 * end, or who asks is. */
Behind text_closed(const TextFinder *f, const Node *node, Behind found);
/* What ways of operand k are in the result, and back. */
Behind text_to_result(const TextFinder *f, const Node *node, int k, Behind found);
Behind text_to_operand(const TextFinder *f, const Node *node, int k, Behind found);
/* What ways of operand k are in what the product sums over, and back. */
Behind text_to_sums(const TextFinder *f, const Node *product, int k, Behind found);
Behind text_from_sums(const TextFinder *f, const Node *product, int k, Behind sums);
/* How many axes, the outermost ones, go through the rows; 0: none do. */
int text_row_axes(const TextFinder *f, Type type);
/* In which order rows lie, of which the ways say the same. */
Behind text_rows_of(const TextFinder *f, Type type, Behind found);

/* text_levels.c: finders of all levels of the places of the first one's tokens, itself ahead. */
TextFinder *text_levels(const TextFinder *first, int *count);
/* What follows of what another level's rows of its operand are, … */
Behind text_zero_before(const TextFinder *f, const Node *node);
/* … and for its operand of what another level's rows of it may be. */
Behind text_any_behind(const TextFinder *f, const Node *node, Care care);

/* text_facts.c: of all levels */
void text_facts(TextFinder *all, int levels);
/* In which ways a value may be made 0. */
Behind text_free_ways(const TextFinder *f, const Node *node);
/* In which nobody reads it, so that it may be left as it is. */
Behind text_open_ways(const TextFinder *f, const Node *node);
/* In which a product makes 0 of it, and which it leaves out of its sums. */
Behind text_left_out(const TextFinder *f, const Node *product);
Behind text_left_out_of_sums(const TextFinder *f, const Node *product);

/* idle.c: the step where all texts have ended before it; NULL: it is not known to be less. */
Graph *plan_idle_texts(const Body *body, const StepFacts *facts);

#endif
