/* The small pieces of IR text: words, quoted names, numbers, types.
 *
 * A Scan is a cursor that never leaves its text, which ends in 0.  What is not as expected is
 * reported with what was found; the caller then gives the line up.
 *
 *     scan_type  "[5n,2] …"  ->  {rank 2, dim {-5, 2}}
 *     scan_id    "x"         ->  "expected a node such as %7, found x"
 */
#include "ir/text.h"

#include <stdlib.h>
#include <string.h>

void scan_space(Scan *scan) {
    for (char byte; (byte = scan->text[scan->at]) == ' ' || byte == '\t' || byte == '\r';)
        scan->at++;
    if (scan->text[scan->at] == '@' || scan->text[scan->at] == '#')
        scan->at += (int)strcspn(scan->text + scan->at, "\n");
}

void scan_rest(Scan *scan) {
    scan->at += (int)strcspn(scan->text + scan->at, "\n");
    scan->at += scan->text[scan->at] == '\n';
}

bool scan_line_end(Scan *scan) {
    scan_space(scan);
    return scan->text[scan->at] == '\n' || scan->text[scan->at] == 0;
}

bool scan_byte(Scan *scan, char byte) {
    scan_space(scan);
    if (scan->text[scan->at] != byte || byte == 0)
        return false;
    scan->at++;
    return true;
}

/* Bytes of the word at the cursor. */
static int word_length(const Scan *scan) {
    int length = 0;
    while (ir_word_byte(scan->text[scan->at + length]))
        length++;
    return length;
}

bool scan_word(Scan *scan, const char *word) {
    scan_space(scan);
    int length = word_length(scan);
    if ((size_t)length != strlen(word) || strncmp(scan->text + scan->at, word, strlen(word)) != 0)
        return false;
    scan->at += length;
    return true;
}

bool scan_found(Scan *scan, const char *expected) {
    bool end = scan_line_end(scan);
    int length = word_length(scan);
    if (length == 0 && !end)
        for (length = 1; ((unsigned char)scan->text[scan->at + length] & 0xc0) == 0x80;)
            length++; /* the rest of a character in UTF-8 */
    Loc loc = {scan->file, scan->at, scan->at + length};
    if (end)
        diag_error(scan->diag, loc, "expected %s, found the end of the line", expected);
    else
        diag_error(scan->diag, loc, "expected %s, found %.*s", expected, length,
                   scan->text + scan->at);
    return false;
}

bool scan_expect(Scan *scan, const char *bytes) {
    scan_space(scan);
    size_t length = strlen(bytes);
    if (strncmp(scan->text + scan->at, bytes, length) != 0)
        return scan_found(scan, bytes);
    scan->at += (int)length;
    return true;
}

static int hex_digit(char byte) {
    static const char digits[] = "0123456789abcdef";
    const char *at = byte ? strchr(digits, byte) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* The byte that the escape at the cursor stands for, or -1; the cursor moves past it. */
static int escaped(Scan *scan) {
    char next = scan->text[scan->at + 1];
    if (next == '"' || next == '\\') {
        scan->at += 2;
        return next;
    }
    int high = hex_digit(next), low = high < 0 ? -1 : hex_digit(scan->text[scan->at + 2]);
    if (low < 0 || high * 16 + low == 0)
        return -1;
    scan->at += 3;
    return high * 16 + low;
}

bool scan_quoted(Scan *scan, const char **name) {
    Text text;
    scan_space(scan);
    int begin = scan->at;
    if (!scan_byte(scan, '"'))
        return scan_found(scan, "a name in quotes");
    text_open(&text, scan->arena);
    for (;;) {
        int byte = (unsigned char)scan->text[scan->at];
        if (byte == '"')
            break;
        if (byte == '\n' || byte == 0) {
            diag_error(scan->diag, (Loc){scan->file, begin, scan->at}, "this quote is not closed");
            return false;
        }
        if (byte == '\\') {
            byte = escaped(scan);
            if (byte < 0) {
                diag_error(scan->diag, (Loc){scan->file, scan->at, scan->at + 1},
                           "after \\ comes \", \\ or two hexadecimal digits, not both 0");
                return false;
            }
        } else {
            scan->at++;
        }
        text_add_bytes(&text, &(char){(char)byte}, 1);
    }
    scan->at++;
    *name = text.at;
    return true;
}

bool scan_name(Scan *scan, const char **name) {
    scan_space(scan);
    if (scan->text[scan->at] == '"')
        return scan_quoted(scan, name);
    int length = word_length(scan);
    char first = scan->text[scan->at];
    if (length == 0 || (first >= '0' && first <= '9') || first == '.')
        return scan_found(scan, "a name");
    *name = arena_copy(scan->arena, scan->text + scan->at, (size_t)length);
    scan->at += length;
    return true;
}

bool scan_int(Scan *scan, int *value) {
    scan_space(scan);
    int begin = scan->at;
    bool negative = scan_byte(scan, '-');
    const char *digits = scan->text + scan->at;
    if (*digits < '0' || *digits > '9') {
        scan->at = begin;
        return scan_found(scan, "an integer");
    }
    int sum = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++)
        sum = sum > MAX_ELEMENTS / 10 ? MAX_ELEMENTS + 1 : sum * 10 + (*digits - '0');
    scan->at = (int)(digits - scan->text);
    if (sum > MAX_ELEMENTS) {
        diag_error(scan->diag, (Loc){scan->file, begin, scan->at}, "this is more than %d",
                   MAX_ELEMENTS);
        return false;
    }
    *value = negative ? -sum : sum;
    return true;
}

bool scan_number(Scan *scan, double *value) {
    scan_space(scan);
    int length = 0;
    for (const char *at = scan->text + scan->at;
         ir_word_byte(at[length]) || at[length] == '-' || at[length] == '+';)
        length++;
    char *end;
    if (length == 0)
        return scan_found(scan, "a number");
    *value = strtod(scan->text + scan->at, &end);
    if (end != scan->text + scan->at + length)
        return scan_found(scan, "a number");
    scan->at += length;
    return true;
}

bool scan_id(Scan *scan, int *id) {
    scan_space(scan);
    int begin = scan->at;
    if (!scan_byte(scan, '%'))
        return scan_found(scan, "a node such as %7");
    if (!scan_int(scan, id))
        return false;
    if (*id >= 0 && *id < MAX_NODES)
        return true;
    diag_error(scan->diag, (Loc){scan->file, begin, scan->at}, "nodes are %%0 to %%%d",
               MAX_NODES - 1);
    return false;
}

/* length = INT | [INT] "n" */
static bool scan_length(Scan *scan, int *length) {
    scan_space(scan);
    int begin = scan->at;
    *length = 1;
    if (scan->text[scan->at] != 'n' && !scan_int(scan, length))
        return false;
    if (*length <= 0) {
        diag_error(scan->diag, (Loc){scan->file, begin, scan->at},
                   "a length is at least 1, or a multiple of n");
        return false;
    }
    if (scan->text[scan->at] == 'n') {
        scan->at++;
        *length = -*length;
    }
    return true;
}

/* type = ["int"] "[" [length {"," length}] "]" */
bool scan_type(Scan *scan, Type *type) {
    *type = type_scalar();
    type->elem = scan_word(scan, "int") ? ELEM_int : ELEM_real;
    if (!scan_expect(scan, "["))
        return false;
    if (scan_byte(scan, ']'))
        return true;
    do {
        scan_space(scan);
        if (type->rank == MAX_RANK) {
            diag_error(scan->diag, (Loc){scan->file, scan->at, scan->at + 1},
                       "a type has at most %d axes", MAX_RANK);
            return false;
        }
        if (!scan_length(scan, &type->dim[type->rank++]))
            return false;
    } while (scan_byte(scan, ','));
    return scan_expect(scan, "]");
}
