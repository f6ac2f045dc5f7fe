/* visible: see visible.h.  The compiler shows text by the same functions. */
#include "visible.h"

#include <stdio.h>
#include <string.h>

int aert_character(const char *text, int *code) {
    /* by length: what has a shorter form may not have this one */
    static const int least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *byte = (const unsigned char *)text;
    *code = -1;
    if ((byte[0] >= 0x80 && byte[0] < 0xc2) || byte[0] > 0xf4)
        return 1;
    int length = byte[0] < 0x80 ? 1 : byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
    int value = length == 1 ? byte[0] : byte[0] & (0x7f >> length);
    for (int i = 1; i < length; i++) { /* a text's end is no such byte */
        if ((byte[i] & 0xc0) != 0x80)
            return 1;
        value = value << 6 | (byte[i] & 0x3f);
    }
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 1;
    *code = value;
    return length;
}

static bool is_hidden(int code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0xfeff;
}

bool aert_visible_character(const char *text, int code, char escape[AERT_VISIBLE_ROOM]) {
    if (!is_hidden(code))
        return false;
    unsigned shown = code < 0 ? (unsigned char)*text : (unsigned)code;
    snprintf(escape, AERT_VISIBLE_ROOM, shown < 0x100 ? "\\x%02x" : "\\u%04x", shown & 0xffff);
    return true;
}

const char *aert_visible(const char *text, char *out, size_t size) {
    size_t used = 0;
    for (int code, length; *text; text += length) {
        char escape[AERT_VISIBLE_ROOM];
        length = aert_character(text, &code);
        bool hidden = aert_visible_character(text, code, escape);
        size_t more = hidden ? strlen(escape) : (size_t)length;
        if (used + more >= size)
            break;
        memcpy(out + used, hidden ? escape : text, more);
        used += more;
    }
    out[used] = 0;
    return out;
}
