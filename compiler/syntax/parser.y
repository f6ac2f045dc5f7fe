/* The grammar.  It builds the tree of ast.def and knows nothing of names or shapes; each action
 * is one call of an ast_…() constructor.
 *
 * END is the end of a statement; layout.c puts it there, and before every } and at the end of
 * the file.  After a mistake the parser goes on behind the next END, or behind the block whose
 * head was wrong.
 */

%require "3.8"
%define api.pure full
%define api.prefix {ae_}
%define api.location.type {Loc}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%parse-param { Parse *parse }
%lex-param   { Parse *parse }

%code requires {
#include <math.h>
#include "syntax/parse.h"
}

%union {
    const char *name;
    double number;
    bool yes;
    Ast *ast;
    Kids *kids;
}

%code provides {
int ae_lex(AE_STYPE *value, Loc *loc, Parse *parse);
}

%code {
static void ae_error(const Loc *loc, Parse *parse, const char *text);
}

%token          FILE_END 0      "end-of-file"
%token          END             "end-of-line"
%token          STRAY           "stray"
%token <name>   NAME            "name"
%token <number> NUMBER          "number"
%token <name>   STRING          "quoted"

%token <name> MODEL "model" INPUT "input" TARGET "target" LABEL "label" CONST "const" HYPER "hyper" TRAIN "train"
%token <name> NOISE "noise" ENCODER "encoder" BOTTLENECK "bottleneck" DECODER "decoder" LOSS "loss" METRIC "metric" GENERATE "generate"
%token <name> LAYER "layer" NETWORK "network" DISCRIMINATOR "discriminator" FUNCTION "function"
              DISTRIBUTION "distribution" OPTIMIZER "optimizer"
%token <name> PARAM "param" STATE "state" RETURN "return" SAMPLES "samples" LIKE "like" SHARED "shared" KEEP "keep" IF "if"
              IN "in" OF "of" STEP "step" SIMULTANEOUS "simultaneous" MINIMIZE "minimize" OVER "over" WITH "with"
              USE "use" ONLY "only" REPEAT "repeat" SCAN "scan" REVERSED "reversed" GIVEN "given" ELSE "else" STAGE "stage" EVERY "every"
              STEPS "steps" WHEN "when" CLIP "clip" NORM "norm" DECAY "decay" STOP "stop"
              AFTER "after" EPOCHS "epochs" WITHOUT "without" LOWER "lower" HIGHER "higher" INFINITE "infinity"

%token PIPE "|>" ARROW "->" ASSIGN "<-" DOTS ".."
%token <name> EQ "==" NE "!=" LE "<=" GE ">=" '<' '>' '+' '-' '*' '/' '^'

%type <name> name group_word define_word both_word word other_word block_word setting_name
%type <name> name_opt compare sign times plain_word training_word direction
%type <yes>  drawn shared_opt reversed_opt
%type <kids> items statements body trainings names formal_list name_values groups only used args arg_list values indices columns traits settings carries
%type <ast>  item limits bounds signed statement formals formal name_value training over
%type <ast>  given_opt samples_opt like_opt keep_opt if_opt shape_opt value_opt
%type <ast>  expr comparison sum product unary power exponent postfix callable other number list
%type <ast>  path path_call piped arg index type define block use use_name use_path carry rounds branch else_opt over_opt column trait setting

%%

file:
    items                                   { ast_file(parse, $1); }
;

items:
    %empty                                  { $$ = ast_none(parse); }
|   items item END                          { $$ = ast_add(parse, $1, $2); }
|   items wrong                             { $$ = $1; }
;

/* What cannot be read, to its end. */
wrong:
    error END                               { yyerrok; }
|   error '{' junk '}' END                  { yyerrok; }
;

/* ---- what stands at the top of a file ---- */

item:
    MODEL name                              { $$ = ast_leaf(parse, AST_model, @$, $2, @2); }
|   INPUT name ':' type bounds traits       { $$ = ast_input(parse, @$, $1, $2, @2, $4, $5, $6); }
|   TARGET name ':' type bounds traits      { $$ = ast_input(parse, @$, $1, $2, @2, $4, $5, $6); }
|   LABEL name ':' type traits              { $$ = ast_label(parse, @$, $2, @2, $4, $5); }
|   CONST name '=' expr                     { $$ = ast_named(parse, AST_const, @$, $2, @2, $4); }
|   HYPER name '=' expr                     { $$ = ast_named(parse, AST_hyper, @$, $2, @2, $4); }
|   TRAIN '{' trainings '}'                 { $$ = ast_group(parse, AST_train, @$, $3); }
|   use
|   block
|   define
;

type:
    NAME '[' columns ']'                    { $$ = ast_applied(parse, AST_index, @$, ast_leaf(parse, AST_name, @1, $1, @1), $3); }
;

/* Lengths, or the names of a table's columns. */
columns:
    column                                  { $$ = ast_one(parse, $1); }
|   columns ',' column                      { $$ = ast_add(parse, $1, $3); }
;

column:
    expr
|   STRING                                  { $$ = ast_leaf(parse, AST_text, @$, $1, @1); }
;

/* What else is said of an input; which words there are the checker knows. */
traits:
    %empty                                  { $$ = ast_none(parse); }
|   traits trait                            { $$ = ast_add(parse, $1, $2); }
;

trait:
    NAME                                    { $$ = ast_trait(parse, @$, $1, @1, false); }
|   WITH NAME                               { $$ = ast_trait(parse, @$, $2, @2, true); }
;

/* What an input or an argument lies in. */
limits:
    %empty                                  { $$ = NULL; }
|   IN signed DOTS signed                   { $$ = ast_pair(parse, AST_range, @$, $2, $4); }
;

/* What an input lies in, or how many tokens its vocabulary has. */
bounds:
    limits
|   '<' sum                                 { $$ = ast_pair(parse, AST_range, @$, NULL, $2); }
;

signed:
    NUMBER                                  { $$ = ast_number(parse, @$, $1); }
|   '-' NUMBER                              { $$ = ast_number(parse, @$, -$2); }
|   INFINITE                                { $$ = ast_number(parse, @$, INFINITY); }
|   '-' INFINITE                            { $$ = ast_number(parse, @$, -INFINITY); }
;

/* Where the head is wrong, the statements are read all the same. */
block:
    block_word name_opt '{' statements '}'  { $$ = ast_block(parse, @$, $1, @1, $2, @2, $4); }
|   both_word name_opt '{' statements '}'   { $$ = ast_block(parse, @$, $1, @1, $2, @2, $4); }
|   block_word error                        { $$ = NULL; }
|   block_word error '{' statements '}'     { $$ = NULL; }
;

define:
    define_word name formals body           { $$ = ast_define(parse, @$, $1, $2, @2, $3, $4); }
|   both_word name formals body             { $$ = ast_define(parse, @$, $1, $2, @2, $3, $4); }
|   define_word error                       { $$ = NULL; }
|   define_word error '{' statements '}'    { $$ = NULL; }
|   both_word error                         { $$ = NULL; }
|   both_word error '{' statements '}'      { $$ = NULL; }
;

body:
    '{' statements '}'                      { $$ = $2; }
|   '=' expr                                { $$ = ast_one(parse, ast_unary(parse, AST_return, @2, $2)); }
;

formals:
    '(' ')'                                 { $$ = ast_group(parse, AST_formals, @$, ast_none(parse)); }
|   '(' formal_list ')'                     { $$ = ast_group(parse, AST_formals, @$, $2); }
;

formal_list:
    formal                                  { $$ = ast_one(parse, $1); }
|   formal_list ',' formal                  { $$ = ast_add(parse, $1, $3); }
;

formal:
    name limits                             { $$ = ast_formal(parse, @$, $1, @1, NULL, $2); }
|   name limits '=' expr                    { $$ = ast_formal(parse, @$, $1, @1, $4, $2); }
;

/* ---- what another file defines ---- */

use:
    USE STRING only                         { $$ = ast_listed(parse, AST_use, @$, $2, @2, $3); }
;

only:
    %empty                                  { $$ = ast_none(parse); }
|   ONLY used                               { $$ = $2; }
;

used:
    use_name                                { $$ = ast_one(parse, $1); }
|   used ',' use_name                       { $$ = ast_add(parse, $1, $3); }
;

use_name:
    use_path
|   use_path '(' name_values ')'            { $$ = ast_applied(parse, AST_call, @$, $1, $3); }
;

/* A path that may be of any block. */
use_path:
    path
|   GENERATE                                { $$ = ast_leaf(parse, AST_name, @$, $1, @1); }
;

/* ---- train ---- */

trainings:
    %empty                                  { $$ = ast_none(parse); }
|   trainings training END                  { $$ = ast_add(parse, $1, $2); }
|   trainings settings END                  { $$ = ast_join(parse, $1, $2); }
|   trainings wrong                         { $$ = $1; }
;

/* batch 100, labelled 32 */
settings:
    setting                                 { $$ = ast_one(parse, $1); }
|   settings ',' setting                    { $$ = ast_add(parse, $1, $3); }
;

setting:
    setting_name expr                       { $$ = ast_named(parse, AST_setting, @$, $1, @1, $2); }
;

training:
    STAGE name '{' trainings '}'            { $$ = ast_listed(parse, AST_stage, @$, $2, @2, $4); }
|   STEP name_opt '{' trainings '}'         { $$ = ast_listed(parse, AST_step, @$, $2, @2, $4); }
|   STEP names SIMULTANEOUS '{' trainings '}'
                                            { $$ = ast_simultaneous(parse, @$, $2, @2, $5); }
|   EVERY expr STEPS                        { $$ = ast_unary(parse, AST_every, @$, $2); }
|   WHEN expr                               { $$ = ast_unary(parse, AST_when, @$, $2); }
|   CLIP NORM expr                          { $$ = ast_unary(parse, AST_clip, @$, $3); }
|   DECAY expr over_opt                     { $$ = ast_pair(parse, AST_decay, @$, $2, $3); }
|   STOP AFTER expr EPOCHS WITHOUT direction path
                                            { $$ = ast_stop(parse, @$, $6, $3, $7); }
|   MINIMIZE expr OVER over WITH path_call  { $$ = ast_minimize(parse, @$, $2, $4, $6); }
;

over:
    groups                                  { $$ = ast_group(parse, AST_over, @$, $1); }
;

over_opt:
    %empty                                  { $$ = NULL; }
|   OVER over                               { $$ = $2; }
;

direction:
    LOWER | HIGHER
;

groups:
    path                                    { $$ = ast_one(parse, $1); }
|   groups ',' path                         { $$ = ast_add(parse, $1, $3); }
;

/* ---- statements ---- */

statements:
    %empty                                  { $$ = ast_none(parse); }
|   statements statement END                { $$ = ast_add(parse, $1, $2); }
|   statements wrong                        { $$ = $1; }
;

statement:
    names '=' expr                          { $$ = ast_let(parse, @$, $1, $3); }
|   name '~' expr samples_opt like_opt shared_opt
                                            { $$ = ast_draw(parse, @$, $1, @1, $3, $4, $5, $6); }
|   name ASSIGN expr                        { $$ = ast_named(parse, AST_assign, @$, $1, @1, $3); }
|   PARAM name ':' list drawn expr keep_opt if_opt
                                            { $$ = ast_param(parse, @$, $2, @2, $4, $5, $6, $7, $8); }
|   STATE name shape_opt drawn expr         { $$ = ast_state(parse, @$, $2, @2, $3, $4, $5); }
|   RETURN expr                             { $$ = ast_unary(parse, AST_return, @$, $2); }
|   RETURN name_values                      { $$ = ast_group(parse, AST_return, @$, $2); }
|   NAME formals '=' expr                   { $$ = ast_method(parse, @$, $1, @1, NULL, $2, $4); }
|   NAME name formals '=' expr              { $$ = ast_method(parse, @$, $1, @1, $2, $3, $5); }
|   REPEAT expr '{' statements '}'          { $$ = ast_repeat(parse, @$, NULL, @1, ast_pair(parse, AST_range, @2, NULL, $2), NULL, $4); }
|   REPEAT name IN rounds '{' statements '}'
                                            { $$ = ast_repeat(parse, @$, $2, @2, $4, NULL, $6); }
|   REPEAT name ',' name IN expr '{' statements '}'
                                            { $$ = ast_repeat(parse, @$, $2, @2, $6, ast_leaf(parse, AST_name, @4, $4, @4), $8); }
|   SCAN name IN expr given_opt reversed_opt WITH carries branch
                                            { $$ = ast_scan(parse, @$, $2, @2, $4, $5, $6, $8, $9); }
|   IF expr branch else_opt                 { $$ = ast_if(parse, @$, $2, $3, $4); }
|   define
;

reversed_opt:
    %empty                                  { $$ = false; }
|   REVERSED                                { $$ = true; }
;

given_opt:
    %empty                                  { $$ = NULL; }
|   GIVEN expr                              { $$ = $2; }
;

/* What a scan carries from step to step. */
carries:
    carry                                   { $$ = ast_one(parse, $1); }
|   carries ',' carry                       { $$ = ast_add(parse, $1, $3); }
;

carry:
    name ':' list '=' expr                  { $$ = ast_carry(parse, @$, $1, @1, $3, $5); }
;

/* A range, or a list. */
rounds:
    expr
|   expr DOTS expr                          { $$ = ast_pair(parse, AST_range, @$, $1, $3); }
;

/* else if …  is  else { if … } */
branch:
    '{' statements '}'                      { $$ = ast_group(parse, AST_body, @$, $2); }
;

else_opt:
    %empty                                  { $$ = NULL; }
|   ELSE branch                             { $$ = $2; }
|   ELSE IF expr branch else_opt            { $$ = ast_group(parse, AST_body, @$, ast_one(parse, ast_if(parse, @$, $3, $4, $5))); }
;

names:
    name                                    { $$ = ast_one(parse, ast_leaf(parse, AST_name, @1, $1, @1)); }
|   names ',' name                          { $$ = ast_add(parse, $1, ast_leaf(parse, AST_name, @3, $3, @3)); }
;

drawn:
    '~'                                     { $$ = true; }
|   '='                                     { $$ = false; }
;

samples_opt:
    %empty                                  { $$ = NULL; }
|   SAMPLES expr                            { $$ = $2; }
;

like_opt:
    %empty                                  { $$ = NULL; }
|   LIKE expr                               { $$ = $2; }
;

shared_opt:
    %empty                                  { $$ = false; }
|   SHARED                                  { $$ = true; }
;

/* What holds after each update. */
keep_opt:
    %empty                                  { $$ = NULL; }
|   KEEP piped                              { $$ = $2; }
;

if_opt:
    %empty                                  { $$ = NULL; }
|   IF expr                                 { $$ = $2; }
;

shape_opt:
    %empty                                  { $$ = NULL; }
|   ':' list                                { $$ = $2; }
;

name_values:
    name_value                              { $$ = ast_one(parse, $1); }
|   name_values ',' name_value              { $$ = ast_add(parse, $1, $3); }
;

name_value:
    name '=' expr                           { $$ = ast_named(parse, AST_named, @$, $1, @1, $3); }
;

/* ---- expressions, loosest first ---- */

expr:
    comparison
|   expr PIPE piped                         { $$ = ast_pipe(parse, @$, $1, $3); }
;

piped:
    path                                    { $$ = ast_applied(parse, AST_call, @$, $1, ast_none(parse)); }
|   path_call
;

comparison:
    sum
|   sum compare sum                         { $$ = ast_binary(parse, @$, $2, @2, $1, $3); }
;

sum:
    product
|   sum sign product                        { $$ = ast_binary(parse, @$, $2, @2, $1, $3); }
;

product:
    unary
|   product times unary                     { $$ = ast_binary(parse, @$, $2, @2, $1, $3); }
;

unary:
    power
|   '-' unary                               { $$ = ast_unary(parse, AST_negate, @$, $2); }
;

power:
    postfix
|   postfix '^' exponent                    { $$ = ast_binary(parse, @$, $2, @2, $1, $3); }
;

exponent:
    power
|   '-' exponent                            { $$ = ast_unary(parse, AST_negate, @$, $2); }
;

postfix:
    callable
|   other
;

/* What may stand before the bracket of a call. */
callable:
    name                                    { $$ = ast_leaf(parse, AST_name, @$, $1, @1); }
|   group_word                              { $$ = ast_leaf(parse, AST_name, @$, $1, @1); }
|   postfix '.' word                        { $$ = ast_named(parse, AST_field, @$, $3, @3, $1); }
;

other:
    number
|   list
|   '(' expr ')'                            { $$ = $2; }
|   callable '(' args ')'                   { $$ = ast_applied(parse, AST_call, @$, $1, $3); }
|   postfix '[' indices ']'                 { $$ = ast_applied(parse, AST_index, @$, $1, $3); }
|   LAYER path_call                         { $$ = ast_unary(parse, AST_shared, @$, $2); }
;

number:
    NUMBER                                  { $$ = ast_number(parse, @$, $1); }
;

list:
    '[' ']'                                 { $$ = ast_group(parse, AST_list, @$, ast_none(parse)); }
|   '[' values ']'                          { $$ = ast_group(parse, AST_list, @$, $2); }
;

values:
    expr                                    { $$ = ast_one(parse, $1); }
|   values ',' expr                         { $$ = ast_add(parse, $1, $3); }
;

path:
    name                                    { $$ = ast_leaf(parse, AST_name, @$, $1, @1); }
|   group_word                              { $$ = ast_leaf(parse, AST_name, @$, $1, @1); }
|   path '.' word                           { $$ = ast_named(parse, AST_field, @$, $3, @3, $1); }
;

path_call:
    path '(' args ')'                       { $$ = ast_applied(parse, AST_call, @$, $1, $3); }
;

args:
    %empty                                  { $$ = ast_none(parse); }
|   arg_list
;

arg_list:
    arg                                     { $$ = ast_one(parse, $1); }
|   arg_list ',' arg                        { $$ = ast_add(parse, $1, $3); }
;

arg:
    expr
|   name_value
|   OF path                                 { $$ = ast_named(parse, AST_named, @$, $1, @1, $2); }
|   expr ARROW expr                         { $$ = ast_pair(parse, AST_arrow, @$, $1, $3); }
|   name number                             { $$ = ast_unit(parse, @$, $1, NULL, @1, $2); }
|   name number name                        { $$ = ast_unit(parse, @$, $1, $3, @$, $2); }
;

indices:
    index                                   { $$ = ast_one(parse, $1); }
|   indices ',' index                       { $$ = ast_add(parse, $1, $3); }
;

index:
    expr
|   value_opt ':' value_opt                 { $$ = ast_pair(parse, AST_range, @$, $1, $3); }
;

value_opt:
    %empty                                  { $$ = NULL; }
|   expr
;

/* ---- words ---- */

name:
    NAME | plain_word | training_word
;

setting_name:
    NAME | plain_word
;

plain_word:
    OF | PARAM | STATE | RETURN | SAMPLES | LIKE | SHARED | KEEP | SIMULTANEOUS | IF | IN | OVER | WITH | USE | ONLY | REPEAT | SCAN | REVERSED | GIVEN | ELSE
|   STEPS | NORM | AFTER | EPOCHS | WITHOUT | LOWER | HIGHER | INFINITE
;

/* What begins a line of training that is no setting. */
training_word:
    STAGE | STEP | MINIMIZE | EVERY | WHEN | CLIP | DECAY | STOP
;

name_opt:
    %empty                                  { $$ = NULL; }
|   name
;

block_word:
    ENCODER | BOTTLENECK | DECODER | METRIC | GENERATE
;

both_word:
    NOISE | LOSS
;

define_word:
    LAYER | NETWORK | DISCRIMINATOR | FUNCTION | DISTRIBUTION | OPTIMIZER
;

/* Blocks are values, and groups of parameters. */
group_word:
    ENCODER | BOTTLENECK | DECODER | METRIC | NOISE | LOSS
;

/* Behind a point any word is a name. */
word:
    name | group_word | other_word
;

other_word:
    MODEL | INPUT | TARGET | LABEL | CONST | HYPER | TRAIN | GENERATE | define_word
;

compare:
    EQ | NE | LE | GE | '<' | '>'
;

sign:
    '+' | '-'
;

times:
    '*' | '/'
;

/* ---- the inside of a block whose head was wrong ---- */

junk:
    %empty | junk any | junk '{' junk '}'
;

any:
    word {} | compare {} | sign {} | times {} | NUMBER {} | STRING {} | '^' {}
|   END | STRAY | PIPE | ARROW | ASSIGN | DOTS | '(' | ')' | '[' | ']' | ',' | ':' | '.' | '=' | '~'
;

%%

/* Only a stack that is full comes this way. */
static void ae_error(const Loc *loc, Parse *parse, const char *text) {
    (void)text;
    syntax_report_depth(parse, *loc);
}

static int yyreport_syntax_error(const yypcontext_t *context, Parse *parse) {
    yysymbol_kind_t kinds[YYNTOKENS];
    const char *expected[YYNTOKENS];
    int count = yypcontext_expected_tokens(context, kinds, YYNTOKENS);
    for (int i = 0; i < count; i++)
        expected[i] = yysymbol_name(kinds[i]);
    syntax_report(parse, expected, count);
    return 0;
}
