/* Text as it may be shown, see visible.h. */
#include "support/visible.h"
#include "support/text.h"

#include <string.h>

int visible_decode(const char *text, int left, int *code) {
    const unsigned char *byte = (const unsigned char *)text;
    int length = byte[0] < 0x80   ? 1
                 : byte[0] < 0xC2 ? 0
                 : byte[0] < 0xE0 ? 2
                 : byte[0] < 0xF0 ? 3
                                  : 4;
    *code = -1;
    if (length == 0 || length > left || byte[0] > 0xF4)
        return 1;
    int value = length == 1 ? byte[0] : byte[0] & (0x7F >> length);
    for (int i = 1; i < length; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (byte[i] & 0x3F);
    }
    static const int least[] = {0, 0, 0x80, 0x800,
                                0x10000}; /* by length: a shorter form is the only one */
    if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 1;
    *code = value;
    return length;
}

static bool is_hidden(int code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0xFEFF;
}

bool visible_escape(const char *text, int code, char escape[VISIBLE_ROOM]) {
    if (!is_hidden(code))
        return false;
    unsigned shown = code < 0 ? (unsigned char)*text : (unsigned)code;
    snprintf(escape, VISIBLE_ROOM, shown < 0x100 ? "\\x%02x" : "\\u%04x", shown & 0xFFFF);
    return true;
}

const char *visible_text(Arena *arena, const char *text) {
    Text out;
    text_open(&out, arena);
    for (int left = (int)strlen(text), length; left > 0; left -= length, text += length) {
        int code;
        char escape[VISIBLE_ROOM];
        length = visible_decode(text, left, &code);
        if (visible_escape(text, code, escape))
            text_add(&out, "%s", escape);
        else
            text_add_bytes(&out, text, (size_t)length);
    }
    return out.at;
}
