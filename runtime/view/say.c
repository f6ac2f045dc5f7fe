/* say: see say.h. */
#include "say.h"
#include "data/data.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void print_text(AertJson *json, const char *one, const char *text) {
    char shown[AERT_SHOWN];
    if (json)
        aert_json_string(json, NULL, text);
    else
        printf(one, aert_visible(text, shown, sizeof shown));
}

static void print_number(AertJson *json, const char *one, double number) {
    if (json)
        aert_json_number(json, NULL, number);
    else
        printf(one, number);
}

/* Piece by piece: what stands as it is, and "%14.8g" for an argument, by its last letter. */
static void print(bool as_json, const char *format, va_list *list) {
    for (size_t length; *format; format += length) {
        AertJson out = {.to = stdout}, *json = as_json ? &out : NULL;
        char one[16];
        length = strcspn(format, "%");
        if (!length)
            length = strcspn(format + 1, "%sdugef") + 2;
        const char *end = format + length;
        snprintf(one, sizeof one, "%.*s", (int)length, format);
        if (*format != '%' || end[-1] == '%')
            printf("%.*s", end[-1] == '%' ? 1 : (int)length, format);
        else if (end[-1] == 's')
            print_text(json, one, va_arg(*list, const char *));
        else if (end[-1] != 'd' && end[-1] != 'u')
            print_number(json, one, va_arg(*list, double));
        else if (end[-2] == 'l' || end[-2] == 'z')
            printf(one, va_arg(*list, long long));
        else
            printf(one, va_arg(*list, int));
    }
}

void say(const char *format, ...) {
    va_list list;
    va_start(list, format);
    print(false, format, &list);
    va_end(list);
}

void say_json(const char *format, ...) {
    va_list list;
    va_start(list, format);
    print(true, format, &list);
    va_end(list);
}

void tell(bool json, const char *as_json, const char *as_text, ...) {
    va_list list;
    va_start(list, as_text);
    print(json, json ? as_json : as_text, &list);
    va_end(list);
}

void file_say(AertFile *file, const char *format, ...) {
    char text[2 * AERT_MAX_NAME + 256];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    aert_file_write(file, text, (size_t)length);
}
