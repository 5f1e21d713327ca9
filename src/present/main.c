/* pprof: the tool at the desk. */
#include "present/present.h"

int main(int argc, char **argv)
{
    return pp_present(argc, argv);
}
