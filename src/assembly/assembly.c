/* Disassembly by capstone. See assembly.h. */
#include "assembly/assembly.h"

#include <capstone/capstone.h>
