/* view: what a model does, as pictures and files.  The one header of this folder that others
 * include. */
#ifndef AERT_ROOM_VIEW_H
#define AERT_ROOM_VIEW_H

#include "codes_file.h"
#include "latent.h"
#include "recordings.h"
#include "say.h"
#include "sheet.h"
#include "sheet_text.h"

#endif
