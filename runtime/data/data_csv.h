/* data_csv: what readers of a table's rows share: classes of a column, and what is to be told. */
#ifndef AERT_DATA_CSV_H
#define AERT_DATA_CSV_H

#include "columns.h"
#include "data_parts.h"

/* Adds the class in a field of the row in hand. */
bool aert_csv_class(const AertTable *table, int field, WordReader *words, AertError *error);

/* What aert_data_check_labels would say, with the line and the column; `input` may be NULL. */
bool aert_csv_classes_fit(AertTable *table, int field, const AertData *data, const AertInput *input,
                          AertError *error);

/* Adds to data->note what was guessed, and that columns were taken by place, if anything. */
bool aert_csv_note(AertData *data, const AertColumns *columns, AertError *error);

#endif
