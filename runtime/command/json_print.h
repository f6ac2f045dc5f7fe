/* json_print: values of a JSON text, printed to standard output. */
#ifndef AERT_JSON_PRINT_H
#define AERT_JSON_PRINT_H

/* "text", with what JSON does not allow escaped. */
void json_print_string(const char *text);

/* The shortest digits that read back exactly; null for what is not finite. */
void json_print_number(double value);

#endif
