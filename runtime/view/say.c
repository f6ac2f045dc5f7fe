/* say: see say.h. */
#include "say.h"
#include "data/data.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One argument, by what stands for it in the format: "%14.8g". */
static void print_one(AertJson *json, const char *one, size_t length, va_list *list) {
    char shown[AERT_SHOWN];
    bool wide = strchr("lz", one[length - 2]) != NULL;
    switch (one[length - 1]) {
    case 's':
        if (json)
            aert_json_string(json, NULL, va_arg(*list, const char *));
        else
            printf(one, aert_visible(va_arg(*list, const char *), shown, sizeof shown));
        break;
    case 'd':
    case 'u':
        if (wide)
            printf(one, va_arg(*list, long long));
        else
            printf(one, va_arg(*list, int));
        break;
    default:
        if (json)
            aert_json_number(json, NULL, va_arg(*list, double));
        else
            printf(one, va_arg(*list, double));
    }
}

static void print_all(bool as_json, const char *format, va_list *list) {
    while (*format) {
        AertJson json = {.to = stdout};
        char one[16];
        int plain = (int)strcspn(format, "%");
        printf("%.*s", plain, format);
        format += plain;
        if (format[0] == '%' && format[1] == '%') {
            putchar('%');
            format += 2;
        } else if (*format) {
            size_t length = strcspn(format, "sdugef") + 1;
            snprintf(one, sizeof one, "%.*s", (int)length, format);
            print_one(as_json ? &json : NULL, one, length, list);
            format += length;
        }
    }
}

void say(const char *format, ...) {
    va_list list;
    va_start(list, format);
    print_all(false, format, &list);
    va_end(list);
}

void say_json(const char *format, ...) {
    va_list list;
    va_start(list, format);
    print_all(true, format, &list);
    va_end(list);
}

void tell(bool json, const char *as_json, const char *as_text, ...) {
    va_list list;
    va_start(list, as_text);
    print_all(json, json ? as_json : as_text, &list);
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
